package dev.handfast.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.handfast.certificate.ServedCertificates.Served;
import dev.handfast.handshake.Credential;
import dev.handfast.handshake.ProtocolVersion;
import dev.handfast.handshake.TlsProfile;
import dev.handfast.testing.FreePort;
import dev.handfast.testing.Pki;
import dev.handfast.testing.RunningHandfast;
import dev.handfast.testing.TlsClients;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Rotates certificates of running listeners, and reads what these were then seen to serve. */
@ResourceLock(RunningHandfast.SHARED)
class RotationProbesIT {

  private static final RunningHandfast HANDFAST = RunningHandfast.shared();

  @Test
  void everyListenerThatServesARotatedCertificateIsAskedWhatItServes() {
    generate("served-ec", "EC-P256");
    generate("served-rsa", "RSA-2048");
    requireClientCertificates("served");
    post(
        "listeners",
        """
        {"name": "served-both", "address": "127.0.0.1", "port": 0, "upstream": "inspect:",
         "certificates": ["served-ec", "served-rsa"],
         "routes": [{"serverName": "*.served.example", "certificates": ["served-rsa"]}]}
        """);
    post(
        "listeners",
        """
        {"name": "served-strict", "address": "127.0.0.1", "port": 0, "upstream": "inspect:",
         "certificates": ["served-ec"], "clientAuthPolicy": "served",
         "proxyProtocol": {"accept": true}}
        """);
    assertThat(HANDFAST.api().get("/api/v1/certificates/served-ec").json().get("served")).isEmpty();

    rotate("served-ec", "EC-P256");
    assertThat(served("served-ec"))
        .containsExactlyInAnyOrder(
            "served-both null version 2 confirmed", "served-strict null version 2 confirmed");

    rotate("served-rsa", "RSA-2048");
    assertThat(served("served-rsa"))
        .containsExactlyInAnyOrder(
            "served-both null version 2 confirmed",
            "served-both handfast-check.served.example version 2 confirmed");

    HANDFAST.api().post("/api/v1/certificates/served-ec/rollback", "{}").expect(200);
    assertThat(served("served-ec"))
        .containsExactlyInAnyOrder(
            "served-both null version 1 confirmed", "served-strict null version 1 confirmed");
    assertThat(HANDFAST.api().get("/actuator/prometheus").expect(200).text())
        .contains(
            "handfast_certificate_served{certificate=\"served-rsa\",listener=\"served-both\"} 1.0");
    assertThat(HANDFAST.log())
        .contains(
            "Listener served-both serves version 2 of certificate 'served-rsa' to clients that"
                + " send handfast-check.served.example");
  }

  @Test
  void anotherCertificateThanTheExpectedIsAMismatch() throws Exception {
    Credential expected =
        credential("expected", Pki.certificate("CN=expected").issue(null).certificate());
    Served served = check(HANDFAST.channelPort(), expected, List.of());
    assertThat(served.result()).isEqualTo(Served.MISMATCH);
    assertThat(served.explanation())
        .contains(Fingerprints.sha256(served().getEncoded()))
        .contains(
            "(expected: " + Fingerprints.sha256(expected.chain().getFirst().getEncoded()) + ")");
  }

  @Test
  void aCertificateThatTheListenerPrefersIsNoMismatch() throws Exception {
    Credential expected =
        credential("second", Pki.certificate("CN=second").issue(null).certificate());
    Served served = check(HANDFAST.channelPort(), expected, List.of(credential("first", served())));
    assertThat(served.result()).isEqualTo(Served.UNKNOWN);
    assertThat(served.explanation()).isEqualTo("certificate first is preferred to it");
  }

  @Test
  void whereNothingListensItIsUnknownWhatIsServed() throws Exception {
    Credential expected =
        credential("expected", Pki.certificate("CN=expected").issue(null).certificate());
    Served served = check(FreePort.next(), expected, List.of());
    assertThat(served.result()).isEqualTo(Served.UNKNOWN);
    assertThat(served.explanation()).startsWith("no certificate was sent: the connection failed");
  }

  private static Served check(int port, Credential expected, List<Credential> beside) {
    TlsProfile offered =
        new TlsProfile(
            "offered",
            ProtocolVersion.TLS_1_2,
            ProtocolVersion.TLS_1_3,
            List.of("TLS_AES_128_GCM_SHA256"),
            List.of("secp256r1"),
            List.of("ecdsa_secp256r1_sha256"));
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    return new ServedCheck("checked", address, null, expected, beside, offered, false)
        .run(Duration.ofSeconds(10), Instant.now());
  }

  private static Credential credential(String name, X509Certificate certificate) {
    return new Credential(name, 2, List.of(certificate), Pki.keyPair("EC").getPrivate(), null);
  }

  /** The certificate of the listener {@code default}, as a client sees it. */
  private static X509Certificate served() throws Exception {
    try (SSLSocket socket =
        TlsClients.connect(TlsClients.trusting(HANDFAST.caFile()), HANDFAST.channelPort())) {
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }
  }

  /** What was seen once no check is under way. */
  private static List<String> served(String certificate) {
    return await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> HANDFAST.api().get("/api/v1/certificates/" + certificate).json().get("served"),
            answers -> !answers.isEmpty() && !answers.toString().contains("pending"))
        .valueStream()
        .map(RotationProbesIT::line)
        .toList();
  }

  private static String line(JsonNode served) {
    return "%s %s version %d %s"
        .formatted(
            served.get("listener").asString(),
            served.get("serverName").isNull() ? null : served.get("serverName").asString(),
            served.get("version").asInt(),
            served.get("result").asString());
  }

  private static void generate(String name, String keyType) {
    post("certificates", "{\"name\": \"%s\", %s}".formatted(name, source(keyType)));
  }

  private static void rotate(String name, String keyType) {
    post("certificates/" + name + "/versions", "{%s}".formatted(source(keyType)));
  }

  private static String source(String keyType) {
    return """
    "source": "generate", "subject": "CN=served", "subjectAltNames": ["localhost"],
    "keyType": "%s", "validity": "P30D", "issuer": "local-ca"
    """
        .formatted(keyType);
  }

  private static void requireClientCertificates(String policy) {
    post(
        "trust-bundles",
        new JsonMapper()
            .writeValueAsString(
                Map.of("name", policy, "certificatesPem", Pki.root("CN=Served Root").pem())));
    post(
        "client-auth-policies",
        """
        {"name": "%1$s", "mode": "require", "trustBundle": "%1$s", "defaultEffect": "allow"}
        """
            .formatted(policy));
  }

  private static void post(String path, String body) {
    HANDFAST.api().post("/api/v1/" + path, body).expect(201);
  }
}
