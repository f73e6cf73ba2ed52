package dev.handfast.channel;

import static java.util.concurrent.CompletableFuture.supplyAsync;
import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.testing.Postgres;
import dev.handfast.testing.RunningHandfast;
import dev.handfast.testing.TlsClients;
import dev.handfast.testing.Upstream;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class DatabaseGoneIT {

  @Test
  void theDataPlaneGoesOnAndManagementAnswers503() throws Exception {
    EmbeddedPostgres postgres = EmbeddedPostgres.builder().start();
    try (RunningHandfast handfast =
            RunningHandfast.start(
                Map.of(
                    "spring.datasource.url",
                    postgres.getJdbcUrl("postgres", "postgres"),
                    "spring.datasource.hikari.connection-timeout",
                    "2000"));
        Upstream upstream = Upstream.echo()) {
      // Not closed after the test: there is no database left to delete it from.
      int port = ListenerFixture.create(handfast, "survivor", upstream.uri(), "").port();
      SSLContext context = TlsClients.trusting(handfast.caFile());
      try (SSLSocket live = TlsClients.connect(context, port)) {
        echo(live, "before");

        postgres.close();

        echo(live, "after");
        for (int i = 0; i < 20; i++) {
          try (SSLSocket client = TlsClients.connect(context, port)) {
            echo(client, "new " + i);
          }
        }
        Awaitility.await()
            .atMost(Duration.ofSeconds(20))
            .untilAsserted(
                () -> {
                  var answer = handfast.api().get("/api/v1/listeners");
                  assertThat(answer.status()).isEqualTo(503);
                  assertThat(answer.header("Content-Type")).contains("application/problem+json");
                });
        echo(live, "still");
      }
    }
  }

  @Test
  void aDatabaseThatDoesNotAnswerHoldsNobody() throws Exception {
    String url = Postgres.newDatabase();
    try (Connection holder = DriverManager.getConnection(url);
        RunningHandfast handfast =
            RunningHandfast.start(
                Map.of(
                    "spring.datasource.url",
                    url + "&socketTimeout=2",
                    "handfast.bootstrap.port",
                    "0"))) {
      handfast.api().get("/api/v1/tls-profiles").expect(200);
      holder.setAutoCommit(false);
      holder.createStatement().execute("lock table configuration_object in access exclusive mode");
      assertThat(supplyAsync(() -> handfast.api().get("/api/v1/tls-profiles").status()))
          .succeedsWithin(Duration.ofSeconds(20))
          .isEqualTo(503);
      holder.rollback();
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() -> handfast.api().get("/api/v1/tls-profiles").expect(200));
    }
  }

  private static void echo(SSLSocket socket, String message) throws Exception {
    socket.getOutputStream().write(message.getBytes());
    assertThat(new String(socket.getInputStream().readNBytes(message.length()))).isEqualTo(message);
  }
}
