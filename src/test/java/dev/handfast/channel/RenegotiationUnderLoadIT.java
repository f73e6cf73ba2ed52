package dev.handfast.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.handfast.testing.RunningHandfast;
import dev.handfast.testing.TlsClients;
import dev.handfast.testing.Upstream;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** The JDK's client, busy with bulk data in both directions when it is renegotiated. */
@ResourceLock(RunningHandfast.SHARED)
class RenegotiationUnderLoadIT {

  private static final String PATH = "/api/v1/renegotiations";
  private static final int TIMES = 10;

  private final RunningHandfast handfast = RunningHandfast.shared();

  @ParameterizedTest
  @CsvSource({"TLSv1.2,renegotiate,renegotiation", "TLSv1.3,key-update,key_update"})
  void aHundredMebibytesArriveUnchangedInBothDirectionsThroughTen(
      String protocol, String mode, String mechanism) throws Exception {
    BulkTransfer fromClient = new BulkTransfer(1);
    BulkTransfer fromUpstream = new BulkTransfer(2);
    String name = "bulk-" + mode;
    List<String> jobs = new ArrayList<>();
    try (Upstream upstream =
            Upstream.serving(
                socket -> {
                  fromUpstream.exchange(socket, fromClient, mebibytes -> {});
                  socket.getInputStream().read();
                });
        ListenerFixture listener = ListenerFixture.create(handfast, name, upstream.uri(), "");
        SSLSocket client =
            (SSLSocket)
                TlsClients.trusting(handfast.caFile())
                    .getSocketFactory()
                    .createSocket("localhost", listener.port())) {
      client.setEnabledProtocols(new String[] {protocol});
      client.setSoTimeout(30_000);

      fromClient.exchange(
          client,
          fromUpstream,
          mebibytes -> {
            if (mebibytes % 9 == 0 && jobs.size() < TIMES) {
              jobs.add(renegotiate(name, mode));
            }
          });

      assertThat(jobs).hasSize(TIMES).allSatisfy(job -> assertSucceeded(job, mechanism));
      assertThat(connection(name).get("renegotiations").asInt()).isEqualTo(TIMES);
      client.close();
      await().until(() -> upstream.connections() == 0);
      fromClient.assertArrivedUnchanged();
      fromUpstream.assertArrivedUnchanged();
    }
  }

  private String renegotiate(String listener, String mode) {
    return handfast
        .api()
        .post(
            PATH, "{\"selector\":{\"listener\":\"%s\"},\"mode\":\"%s\"}".formatted(listener, mode))
        .expect(202)
        .header("Location");
  }

  private void assertSucceeded(String job, String mechanism) {
    await().until(() -> job(job).get("state").asString().equals("finished"));
    JsonNode done = job(job);
    assertThat(done.at("/results/0/mechanism").asString()).as("%s", done).isEqualTo(mechanism);
    assertThat(done.at("/results/0/outcome").asString()).as("%s", done).isEqualTo("succeeded");
  }

  private JsonNode job(String location) {
    return handfast.api().get(location).expect(200).json();
  }

  private JsonNode connection(String listener) {
    return handfast.api().get("/api/v1/connections?listener=" + listener).json().at("/items/0");
  }
}
