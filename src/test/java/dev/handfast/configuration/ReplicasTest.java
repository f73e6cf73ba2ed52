package dev.handfast.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.HandfastApplication;
import dev.handfast.profile.TlsProfiles;
import dev.handfast.testing.Api;
import dev.handfast.testing.Postgres;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** Several instances on one PostgreSQL, and a PostgreSQL that goes away. */
class ReplicasTest {

  private static final String PASSWORD = "correct horse battery staple";
  private static final String PROFILES = "/api/v1/tls-profiles";
  private static final String PROFILE =
      """
      {"name":"%s","minVersion":"TLSv1.3","cipherSuites":["TLS_AES_128_GCM_SHA256"],
       "groups":["x25519"],"signatureSchemes":["ed25519"]}
      """;

  @TempDir private Path home;

  @Test
  void aChangeOnOneInstanceIsInForceOnTheOtherWithinASecond() {
    String url = Postgres.newDatabase();
    // Polling is far away, so that what is seen came by notification.
    try (var first = start("a", url, "1h");
        var second = start("b", url, "1h")) {
      TlsProfiles there = second.getBean(TlsProfiles.class);
      // The first change also waits until the other instance listens.
      api(first).post(PROFILES, PROFILE.formatted("warm-up")).expect(201);
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> there.find("warm-up").isPresent());
      api(first).post(PROFILES, PROFILE.formatted("shared")).expect(201);
      Awaitility.await()
          .pollInterval(Duration.ofMillis(10))
          .atMost(Duration.ofSeconds(1))
          .until(() -> there.find("shared").isPresent());
      api(second).delete(PROFILES + "/shared").expect(204);
      Awaitility.await()
          .pollInterval(Duration.ofMillis(10))
          .atMost(Duration.ofSeconds(1))
          .until(() -> first.getBean(TlsProfiles.class).find("shared").isEmpty());
      // Other features put the same revision in force a moment later.
      Awaitility.await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(
              () ->
                  assertThat(revision(first))
                      .isEqualTo(revision(second))
                      .isGreaterThanOrEqualTo(3));
    }
  }

  @Test
  void withoutTheDatabaseManagementAnswers503AndRecoversByItself() throws IOException {
    Path files = home.resolve("postgres");
    EmbeddedPostgres postgres = postgres(files, 0);
    int port = postgres.getPort();
    try (var instance = start("c", postgres.getJdbcUrl("postgres", "postgres"), "200ms")) {
      Api api = api(instance);
      api.post(PROFILES, PROFILE.formatted("kept")).expect(201);
      postgres.close();
      Api.Answer answer = api.get(PROFILES).expect(503);
      assertThat(answer.json().at("/type").asString())
          .isEqualTo("urn:handfast:problem:unavailable");
      assertThat(answer.header("Retry-After")).isNotEmpty();
      assertThat(answer.text()).doesNotContain("Exception").doesNotContain("jdbc");
      api.post(PROFILES, PROFILE.formatted("lost")).expect(503);
      assertThat(instance.getBean(TlsProfiles.class).find("kept")).isPresent();
      Api.anonymous(base(instance)).get("/actuator/health/liveness").expect(200);
      try (EmbeddedPostgres again = postgres(files, port)) {
        Awaitility.await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> api.get(PROFILES + "/kept").status() == 200);
        api.get(PROFILES + "/lost").expect(404);
        api.post(PROFILES, PROFILE.formatted("after")).expect(201);
        assertThat(again.getPort()).isEqualTo(port);
      }
    } finally {
      postgres.close();
    }
  }

  private static EmbeddedPostgres postgres(Path files, int port) throws IOException {
    return EmbeddedPostgres.builder()
        .setDataDirectory(files)
        .setCleanDataDirectory(false)
        .setPort(port)
        .start();
  }

  private ConfigurableApplicationContext start(String name, String url, String pollInterval) {
    Map<String, Object> properties =
        Map.of(
            "server.port",
            "0",
            "handfast.data-dir",
            home.resolve(name).toString(),
            "handfast.admin.password",
            PASSWORD,
            "handfast.bootstrap.port",
            "0",
            "handfast.configuration.poll-interval",
            pollInterval,
            "handfast.master-key",
            "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
            "spring.datasource.url",
            url);
    return new SpringApplicationBuilder(HandfastApplication.class)
        .web(WebApplicationType.SERVLET)
        .run(
            properties.entrySet().stream()
                .map(property -> "--" + property.getKey() + "=" + property.getValue())
                .toArray(String[]::new));
  }

  private static long revision(ConfigurableApplicationContext instance) {
    return instance.getBean(ConfigurationChanges.class).publishedRevision();
  }

  private static URI base(ConfigurableApplicationContext instance) {
    return URI.create(
        "http://localhost:" + instance.getEnvironment().getRequiredProperty("local.server.port"));
  }

  private static Api api(ConfigurableApplicationContext instance) {
    return Api.basic(base(instance), "admin", PASSWORD);
  }
}
