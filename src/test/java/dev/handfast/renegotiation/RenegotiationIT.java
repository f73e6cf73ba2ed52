package dev.handfast.renegotiation;

import static dev.handfast.renegotiation.LiveListener.PATH;
import static dev.handfast.renegotiation.LiveListener.SOON;
import static dev.handfast.renegotiation.LiveListener.api;
import static dev.handfast.renegotiation.LiveListener.assertAnswers;
import static dev.handfast.renegotiation.LiveListener.awaitFinished;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.handfast.testing.ClientCertificates.Client;
import dev.handfast.testing.OpenSslSession;
import dev.handfast.testing.RequiresTool;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import tools.jackson.databind.JsonNode;

/** OpenSSL's client on live connections that an operator renegotiates. */
@RequiresTool("openssl")
@ResourceLock(LiveListener.SHARED)
class RenegotiationIT {

  @TempDir private Path directory = Path.of("");

  @Test
  void aTls12ClientIsRenegotiatedAndDataGoesOn() {
    LiveListener listener = LiveListener.open("renegotiate", "");
    try (OpenSslSession client = listener.connect("-tls1_2")) {
      assertResult(listener.renegotiate("renegotiate", false), "renegotiation", "succeeded");

      assertAnswers(client);
      assertThat(listener.connection().get("renegotiations").asInt()).isEqualTo(1);
    }
    listener.awaitCounted("api/renegotiation/succeeded");
  }

  @Test
  void aTls13ClientGetsFreshKeysAndDataGoesOn() {
    LiveListener listener = LiveListener.open("key-update", "");
    try (OpenSslSession client = listener.connect("-tls1_3")) {
      assertResult(listener.renegotiate("auto", false), "key_update", "succeeded");
      assertResult(listener.renegotiate("key-update", false), "key_update", "succeeded");

      assertAnswers(client);
      assertThat(listener.connection().get("renegotiations").asInt()).isEqualTo(2);
    }
    listener.awaitCounted("api/key_update/succeeded", "api/key_update/succeeded");
  }

  @Test
  void whatAVersionDoesNotHaveIsUnsupportedAndTheConnectionLives() {
    LiveListener listener = LiveListener.open("unsupported", "");
    try (OpenSslSession client = listener.connect("-tls1_3")) {
      JsonNode result = listener.renegotiate("renegotiate", false).at("/results/0");

      assertThat(result.get("outcome").asString()).isEqualTo("unsupported");
      assertThat(result.get("reason").asString()).isEqualTo("TLS 1.3 has no renegotiation");
      assertAnswers(client);
    }
    listener.awaitCounted("api/none/unsupported");
  }

  @Test
  void aTls12ClientProvesItselfByRenegotiation() {
    LiveListener listener = LiveListener.asking("prove12", "request", "CN=alice");
    Client alice = listener.client(directory, "alice");
    try (OpenSslSession client = listener.connect(alice, "-tls1_2")) {
      assertResult(listener.renegotiate("reauthenticate", true), "renegotiation", "succeeded");

      assertThat(listener.connection().get("clientSubject").asString()).isEqualTo("CN=alice");
      assertAnswers(client);
    }
    listener.awaitCounted("api/renegotiation/succeeded");
  }

  @Test
  void aTls13ClientProvesItselfAfterTheHandshake() {
    LiveListener listener = LiveListener.asking("prove13", "request", "CN=alice");
    Client alice = listener.client(directory, "alice");
    try (OpenSslSession client = listener.connect(alice, "-tls1_3", "-enable_pha")) {
      assertResult(listener.renegotiate("auto", true), "post_handshake_auth", "succeeded");
      assertResult(
          listener.renegotiate("reauthenticate", true), "post_handshake_auth", "succeeded");

      assertThat(listener.connection().get("clientSubject").asString()).isEqualTo("CN=alice");
      assertAnswers(client);
    }
    listener.awaitCounted("api/post_handshake_auth/succeeded", "api/post_handshake_auth/succeeded");
  }

  @Test
  void aTls13ClientThatCannotProveItselfReconnects() {
    LiveListener listener = LiveListener.asking("reconnect", "request", "CN=alice");
    try (OpenSslSession client = listener.connect("-tls1_3")) {
      assertThat(listener.sessions()).isNotEmpty();

      assertResult(listener.renegotiate("reauthenticate", true), "reconnect", "succeeded");

      client.awaitEnd();
      assertThat(listener.sessions()).isEmpty();
    }
    listener.awaitCounted("api/reconnect/succeeded");
  }

  @Test
  void aTls12ClientThatLacksTheDemandedCertificateIsDisconnected() {
    LiveListener listener = LiveListener.asking("lacking12", "request", "CN=alice");
    try (OpenSslSession client = listener.connect("-tls1_2")) {
      JsonNode done = listener.renegotiate("reauthenticate", true);

      assertFailed(done, "renegotiation", "client_certificate_missing");
      client.awaitEnd();
      assertThat(listener.failedRenegotiation()).isEqualTo("client_certificate_missing");
    }
    listener.awaitCounted("api/renegotiation/failed");
  }

  @Test
  void aTls13ClientThatLacksTheDemandedCertificateIsDisconnected() {
    LiveListener listener = LiveListener.asking("lacking13", "request", "CN=alice");
    try (OpenSslSession client = listener.connect("-tls1_3", "-enable_pha")) {
      JsonNode done = listener.renegotiate("reauthenticate", true);

      assertFailed(done, "post_handshake_auth", "client_certificate_missing");
      client.awaitEnd();
    }
    listener.awaitCounted("api/post_handshake_auth/failed");
  }

  @Test
  void aTls12ClientThatDeclinesIsLeftUnlessItsProofWasDemanded() {
    LiveListener listener = LiveListener.asking("declining", "request", "CN=alice");
    try (OpenSslSession client = listener.connect("-tls1_2", "-no_renegotiation")) {
      assertResult(listener.renegotiate("renegotiate", false), "renegotiation", "declined");
      assertAnswers(client);

      JsonNode done = listener.renegotiate("renegotiate", true);

      assertFailed(done, "renegotiation", "renegotiation_refused_by_client");
      client.awaitEnd();
    }
    listener.awaitCounted("api/renegotiation/declined", "api/renegotiation/failed");
  }

  @Test
  void aTls12ClientThatDoesNotAnswerIsLeftAndServedWhenItDoes() {
    LiveListener listener = LiveListener.open("frozen12", "");
    try (OpenSslSession client = listener.connect("-tls1_2")) {
      client.freeze();
      assertResult(listener.renegotiate("renegotiate", false), "renegotiation", "ignored");

      client.thaw();

      assertAnswers(client);
      assertThat(listener.connection().get("renegotiations").asInt()).isEqualTo(1);
    }
    listener.awaitCounted("api/renegotiation/ignored");
  }

  @Test
  void aTls13ClientThatDoesNotAnswerItsCertificateRequestIsLeftUnlessItsProofWasDemanded() {
    LiveListener listener = LiveListener.asking("frozen13", "request", "CN=alice");
    Client alice = listener.client(directory, "alice");
    try (OpenSslSession client = listener.connect(alice, "-tls1_3", "-enable_pha")) {
      client.freeze();
      assertResult(listener.renegotiate("auto", false), "post_handshake_auth", "ignored");
      assertThat(listener.connections()).hasSize(1);

      assertFailed(
          listener.renegotiate("auto", true), "post_handshake_auth", "reauthentication_timeout");

      assertThat(listener.connections()).isEmpty();
    }
    listener.awaitCounted("api/post_handshake_auth/ignored", "api/post_handshake_auth/failed");
  }

  @Test
  void aSecondRenegotiationWaitsForAPendingOneAndEndsAClientWhoseProofIsDemanded() {
    LiveListener listener = LiveListener.asking("pending", "request", "CN=alice");
    try (OpenSslSession client = listener.connect("-tls1_2")) {
      client.freeze();
      String first = listener.begin("renegotiate", false);
      String second = listener.begin("renegotiate", false);

      assertResult(awaitFinished(first), "renegotiation", "ignored");
      assertResult(awaitFinished(second), "renegotiation", "ignored");
      assertFailed(
          listener.renegotiate("reauthenticate", true),
          "renegotiation",
          "reauthentication_timeout");
      // A client that reads nothing is waited for, for a moment.
      await().untilAsserted(() -> assertThat(listener.connections()).isEmpty());
    }
    listener.awaitCounted(
        "api/renegotiation/ignored", "api/renegotiation/ignored", "api/renegotiation/failed");
  }

  @Test
  void aCancelledRenegotiationBeginsNothingMoreAndIsAudited() {
    LiveListener listener = LiveListener.open("cancelled", "");
    List<OpenSslSession> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 5; i++) {
        clients.add(listener.connect("-tls1_2"));
      }
      clients.forEach(OpenSslSession::freeze);
      String location = listener.begin("renegotiate", false);
      api().delete(location).expect(204);

      clients.forEach(OpenSslSession::thaw);
      JsonNode done = awaitFinished(location);

      // Two run at once; the others had not begun.
      assertThat(done.get("cancelled").asBoolean()).isTrue();
      assertThat(done.get("matched").asInt()).isEqualTo(5);
      assertThat(done.get("pending").asInt()).isZero();
      assertThat(done.get("results").findValuesAsString("outcome")).contains("cancelled");
      clients.forEach(LiveListener::assertAnswers);
      String id = location.substring(location.lastIndexOf('/') + 1);
      assertAudited(id, "create");
      assertAudited(id, "cancel");
      assertThat(listener.counted()).containsKey("api/none/cancelled");
    } finally {
      clients.forEach(OpenSslSession::close);
    }
  }

  @Test
  void badRequestsSayWhatIsExpected() {
    for (String body :
        List.of(
            "{}",
            "{\"selector\":{},\"mode\":\"sideways\"}",
            "{\"selector\":{\"colour\":\"red\"}}",
            "{\"selector\":{},\"mode\":\"key-update\",\"requireClientCertificate\":true}")) {
      assertThat(api().post(PATH, body).expect(400).json().get("violations")).as(body).isNotEmpty();
    }
    api().get(PATH + "/unknown").expect(404);
    api().delete(PATH + "/unknown").expect(404);
  }

  private static void assertAudited(String id, String action) {
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              JsonNode events =
                  api()
                      .get(
                          "/api/v1/audit-events?resourceType=renegotiations&resourceName=%s&action=%s"
                              .formatted(id, action))
                      .expect(200)
                      .json()
                      .get("items");
              assertThat(events).hasSize(1);
              assertThat(events.get(0).get("principal").asString()).isEqualTo("admin");
            });
  }

  private static void assertResult(JsonNode done, String mechanism, String outcome) {
    assertThat(done.get("matched").asInt()).isEqualTo(1);
    assertThat(done.at("/results/0/mechanism").asString()).as("%s", done).isEqualTo(mechanism);
    assertThat(done.at("/results/0/outcome").asString()).as("%s", done).isEqualTo(outcome);
  }

  private static void assertFailed(JsonNode done, String mechanism, String reason) {
    assertResult(done, mechanism, "failed");
    assertThat(done.at("/results/0/reason").asString()).isEqualTo(reason);
  }
}
