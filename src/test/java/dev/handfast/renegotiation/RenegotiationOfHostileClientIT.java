package dev.handfast.renegotiation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.handfast.channel.TamperingProxy;
import dev.handfast.channel.TwoFacedClient;
import dev.handfast.testing.ClientCertificates.Client;
import dev.handfast.testing.OpenSslSession;
import dev.handfast.testing.RequiresTool;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Clients that were fine until they were asked again. */
@RequiresTool("openssl")
@ResourceLock(LiveListener.SHARED)
class RenegotiationOfHostileClientIT {

  @TempDir private Path directory = Path.of("");

  @Test
  void aClientThatBecomesSomebodyElseIsRefusedAndRecorded() throws Exception {
    LiveListener listener = LiveListener.asking("two-faced", "require", "CN=*");
    Client one = listener.client(directory, "one");
    Client other = listener.client(directory, "other");
    try (TwoFacedClient client =
        TwoFacedClient.connect(
            LiveListener.handfast().caFile(), listener.port(), one.issued(), other.issued())) {
      await().atMost(LiveListener.SOON).until(() -> listener.connections().size() == 1);
      String location = listener.begin("reauthenticate", true);

      client.awaitRefusal();

      JsonNode done = LiveListener.awaitFinished(location);
      assertThat(done.at("/results/0/reason").asString()).isEqualTo("client_identity_changed");
      assertThat(listener.failedRenegotiation()).isEqualTo("client_identity_changed");
    }
    listener.awaitCounted("api/renegotiation/failed");
  }

  @ParameterizedTest
  @CsvSource({"-tls1_2,renegotiation", "-tls1_3,post_handshake_auth"})
  void aClientThatAnswersGarbageIsDisconnected(String version, String mechanism) {
    LiveListener listener = LiveListener.asking("garbage-" + mechanism, "request", "CN=alice");
    Client alice = listener.client(directory, "alice");
    AtomicBoolean garbling = new AtomicBoolean();
    try (TamperingProxy proxy =
            TamperingProxy.records(
                listener.port(), record -> garbling.get() ? garbled(record) : record);
        OpenSslSession client =
            LiveListener.connectTo(
                proxy.port(), version, "-enable_pha", "-cert", alice.file().toString())) {
      await().atMost(LiveListener.SOON).until(() -> listener.connections().size() == 1);
      garbling.set(true);

      JsonNode done = listener.renegotiate("reauthenticate", true);

      assertThat(done.at("/results/0/reason").asString()).isEqualTo("record_not_authentic");
      client.awaitEnd();
      assertThat(listener.connections()).isEmpty();
    }
    listener.awaitCounted("api/" + mechanism + "/failed");
  }

  private static byte[] garbled(byte[] record) {
    record[record.length - 1] ^= 1;
    return record;
  }
}
