package dev.handfast.renegotiation;

import static dev.handfast.renegotiation.LiveListener.api;
import static dev.handfast.renegotiation.LiveListener.assertAnswers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.handfast.testing.ClientCertificates.Client;
import dev.handfast.testing.OpenSslSession;
import dev.handfast.testing.RequiresTool;
import dev.handfast.testing.Upstream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** OpenSSL's client on live connections whose decision, keys or certificate the rules renew. */
@RequiresTool("openssl")
@ResourceLock(LiveListener.SHARED)
class RenegotiationByRuleIT {

  private static final String OFTEN = ",\"reauthenticateAfter\":\"PT2S\"";

  @TempDir private Path directory = Path.of("");

  @ParameterizedTest
  @ValueSource(strings = {"-tls1_2", "-tls1_3"})
  void aRevokedClientIsDisconnectedAndNobodyElse(String version) {
    LiveListener listener = LiveListener.asking("revoked" + version, "require", "CN=*");
    Client alice = listener.client(directory, "alice");
    Client bob = listener.client(directory, "bob");
    try (OpenSslSession aliceClient = listener.connect(alice, version);
        OpenSslSession bobClient = listener.connect(bob, version)) {
      listener.certificates().putBundle(api(), alice);

      aliceClient.awaitEnd();
      assertThat(aliceClient.output()).contains("alert certificate revoked");
      assertThat(listener.connections()).hasSize(1);
      assertAnswers(bobClient);
    }
    listener.awaitCounted("revocation/reconnect/succeeded");
  }

  @Test
  void aChangedPolicyDisconnectsExactlyThoseItNoLongerAdmits() {
    LiveListener listener = LiveListener.asking("changed", "require", "CN=alice", "CN=bob");
    Client alice = listener.client(directory, "alice");
    Client bob = listener.client(directory, "bob");
    try (OpenSslSession aliceClient = listener.connect(alice, "-tls1_3");
        OpenSslSession bobClient = listener.connect(bob, "-tls1_2")) {
      listener.certificates().putPolicy(api(), "require", "CN=alice");

      bobClient.awaitEnd();
      assertThat(bobClient.output()).contains("alert access denied");
      assertAnswers(aliceClient);
      assertThat(listener.connections()).hasSize(1);
    }
    listener.awaitCounted("policy_change/reconnect/succeeded");
  }

  @Test
  void clientsAreAskedForACertificateWhenTheirListenerComesToRequireOne() {
    LiveListener listener = LiveListener.prepared("required", "require", "CN=alice");
    Client alice = listener.client(directory, "alice");
    listener.certificates().putListener(api(), "");
    try (OpenSslSession with12 = listener.connect(alice, "-tls1_2");
        OpenSslSession with13 = listener.connect(alice, "-tls1_3", "-enable_pha");
        OpenSslSession without12 = listener.connect("-tls1_2");
        OpenSslSession without13 = listener.connect("-tls1_3")) {
      listener.certificates().putListenerWithPolicy(api(), "default");

      without12.awaitEnd();
      without13.awaitEnd();
      listener.awaitCounted(
          "policy_change/renegotiation/succeeded",
          "policy_change/post_handshake_auth/succeeded",
          "policy_change/renegotiation/failed",
          "policy_change/reconnect/succeeded");
      assertThat(listener.connections().findValuesAsString("clientSubject"))
          .containsExactly("CN=alice", "CN=alice");
      assertAnswers(with12);
      assertAnswers(with13);
    }
  }

  @Test
  void clientsProveThemselvesAgainAsOftenAsTheirPolicySays() {
    LiveListener listener = LiveListener.asking("often", "require", "CN=alice");
    Client alice = listener.client(directory, "alice");
    try (OpenSslSession older = listener.connect(alice, "-tls1_2");
        OpenSslSession newer = listener.connect(alice, "-tls1_3", "-enable_pha");
        OpenSslSession unable = listener.connect(alice, "-tls1_3")) {
      listener.certificates().putPolicyWith(api(), "require", OFTEN, "CN=alice");

      unable.awaitEnd();
      listener.awaitCounted(
          "max_age/renegotiation/succeeded",
          "max_age/post_handshake_auth/succeeded",
          "max_age/reconnect/succeeded");
      assertAnswers(older);
      assertAnswers(newer);
    }
  }

  @Test
  void aClientIsDisconnectedWhenItsCertificateExpires() {
    LiveListener listener = LiveListener.asking("expiring", "require", "CN=*");
    Client alice = listener.certificates().client(directory, "alice", Instant.now().plusSeconds(4));
    Client bob = listener.client(directory, "bob");
    try (OpenSslSession aliceClient = listener.connect(alice, "-tls1_3");
        OpenSslSession bobClient = listener.connect(bob, "-tls1_3")) {
      aliceClient.awaitEnd();

      assertThat(aliceClient.output()).contains("alert certificate expired");
      assertAnswers(bobClient);
    }
    listener.awaitCounted("max_age/reconnect/succeeded");
  }

  @Test
  void keysAreRenewedWhenTheyAreOld() {
    LiveListener listener = LiveListener.open("old", ",\"rekeyAfter\":{\"duration\":\"PT10S\"}");
    try (OpenSslSession newer = listener.connect("-tls1_3");
        OpenSslSession older = listener.connect("-tls1_2")) {
      await()
          .atMost(Duration.ofSeconds(40))
          .untilAsserted(
              () ->
                  assertThat(listener.counted())
                      .containsKey("max_age/key_update/succeeded")
                      .containsKey("max_age/renegotiation/succeeded")
                      .hasSize(2));

      assertAnswers(newer);
      assertAnswers(older);
    }
  }

  @ParameterizedTest
  @CsvSource({"-tls1_2,renegotiation", "-tls1_3,key_update"})
  void keysAreRenewedWhenTheyHaveProtectedMuch(String version, String mechanism) {
    byte[] much = new byte[2 << 20];
    try (Upstream upstream =
        Upstream.serving(
            socket -> {
              socket.getOutputStream().write(much);
              socket.getInputStream().transferTo(socket.getOutputStream());
            })) {
      LiveListener listener =
          LiveListener.relaying(
              "much" + version, upstream.uri(), ",\"rekeyAfter\":{\"bytes\":1048576}");
      try (OpenSslSession client = listener.connect(version)) {
        listener.awaitCounted("max_bytes/" + mechanism + "/succeeded");

        client.type("still here");
        client.awaitOutput("still here", 1);
      }
    }
  }

  @Test
  void connectionsFollowTheRotationOfTheirCertificate() {
    // A second attempt must not find what the first one left.
    String name = "rotation-" + System.nanoTime();
    api()
        .post(
            "/api/v1/certificates",
            """
            {"name":"%s","source":"generate","subject":"CN=localhost",
             "subjectAltNames":["localhost"],"keyType":"EC-P256","validity":"P90D","issuer":"self"}
            """
                .formatted(name))
        .expect(201);
    LiveListener listener = LiveListener.prepared(name, "require", "CN=alice");
    listener
        .certificates()
        .putListener(api(), name, ",\"renegotiation\":{\"onCertificateRotation\":true}");
    try (OpenSslSession older = listener.connect("-tls1_2");
        OpenSslSession newer = listener.connect("-tls1_3")) {
      api()
          .post(
              "/api/v1/certificates/" + name + "/versions",
              """
              {"source":"generate","subject":"CN=localhost","subjectAltNames":["localhost"],
               "keyType":"EC-P256","validity":"P90D","issuer":"self"}
              """)
          .expect(201);

      newer.awaitEnd();
      older.awaitEnd();
    }
    listener.awaitCounted(
        "certificate_rotation/reconnect/succeeded", "certificate_rotation/reconnect/succeeded");
    try (OpenSslSession again = LiveListener.connectTo(listener.port(), "-tls1_2")) {
      assertAnswers(again);
      // Handfast's own probe of what it serves now is a connection, too, for a moment.
      JsonNode only = await().until(listener::connections, all -> all.size() == 1).get(0);
      assertThat(only.get("certificateVersion").asInt()).isEqualTo(2);
    }
  }
}
