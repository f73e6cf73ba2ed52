package dev.handfast.clientauth;

import static dev.handfast.testing.Pki.certificate;
import static dev.handfast.testing.Pki.root;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.handfast.testing.Api;
import dev.handfast.testing.CommandLine;
import dev.handfast.testing.Pki;
import dev.handfast.testing.Pki.Issued;
import dev.handfast.testing.RequiresTool;
import dev.handfast.testing.RunningHandfast;
import dev.handfast.testing.TlsClients;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Real clients with certificates of all kinds, and what they and the operator are told. */
@RequiresTool({"openssl", "curl"})
class ClientAuthenticationIT {

  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static RunningHandfast handfast;
  private static Api api;
  private static int port;

  private static final Issued ROOT = root("CN=Root");
  private static final Issued INTERMEDIATE = certificate("CN=Intermediate").authority().issue(ROOT);
  private static final Issued ALICE =
      certificate("CN=alice,O=Example").dns("alice.x.example").issue(INTERMEDIATE);
  private static final Issued REVOKED =
      certificate("CN=revoked,O=Example").dns("revoked.x.example").issue(INTERMEDIATE);

  @TempDir Path directory;

  @BeforeAll
  static void configure() {
    handfast = RunningHandfast.start();
    api = handfast.api();
    create(
        "trust-bundles",
        Map.of(
            "name",
            "clients",
            "certificatesPem",
            ROOT.pem(),
            "revocation",
            "crl",
            "crlPem",
            Pki.pem(ROOT.crl(), INTERMEDIATE.crl(REVOKED))));
    create("client-auth-policies", policy("staff", "require", "*.x.example"));
    create("client-auth-policies", policy("guests", "request", "*.x.example"));
    Map<String, Object> shadow = new HashMap<>(policy("shadow", "require", "*.x.example"));
    shadow.put("enforcement", "shadow");
    create("client-auth-policies", shadow);
    port = listener("staff-only", Map.of("clientAuthPolicy", "staff"));
  }

  @AfterAll
  static void stop() {
    handfast.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-tls1_2", "-tls1_3"})
  void openSslComesInWithAnAllowedCertificate(String version) throws IOException {
    CommandLine.Output output = openSsl(port, version, ALICE, INTERMEDIATE);

    assertThat(output.stdout()).contains("HTTP/1.1 200").contains("alice.x.example");
    JsonNode authentication = lastHandshake("staff-only", "completed").at("/clientAuthentication");
    assertThat(authentication.at("/decision").asString()).isEqualTo("allow");
    assertThat(authentication.at("/subject").asString()).isEqualTo("O=Example,CN=alice");
    assertThat(authentication.at("/questions").findValuesAsString("verdict"))
        .containsExactly("yes", "yes", "yes", "yes", "yes", "yes", "yes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-tls1_2", "-tls1_3"})
  void whoSendsNoCertificateIsToldThatOneIsRequired(String version) throws IOException {
    CommandLine.Output output = openSsl(port, version, null);

    refused(
        output,
        version.equals("-tls1_3") ? 116 : 40,
        "client_certificate_missing",
        "certificate",
        "the client sent no certificate; the policy requires one");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-tls1_2", "-tls1_3"})
  void anExpiredCertificateIsRefused(String version) throws IOException {
    Issued client = certificate("CN=old").expired().issue(INTERMEDIATE);

    refused(
        openSsl(port, version, client, INTERMEDIATE),
        45,
        "client_certificate_expired",
        "validity",
        "expired on ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-tls1_2", "-tls1_3"})
  void anUnknownCaIsRefused(String version) throws IOException {
    Issued client = certificate("CN=stranger").issue(root("CN=Elsewhere"));

    refused(
        openSsl(port, version, client),
        48,
        "client_issuer_untrusted",
        "issuer",
        "'CN=stranger' was issued by 'CN=Elsewhere', which is neither in the trust bundle");
  }

  @Test
  void aServersCertificateIsNoClientsCertificate() throws IOException {
    Issued client = certificate("CN=server").purposes(KeyPurposeId.id_kp_serverAuth).issue(ROOT);

    refused(
        openSsl(port, "-tls1_3", client),
        43,
        "client_certificate_unsuitable",
        "chain",
        "the extended key usage of 'CN=server' does not include clientAuth");
  }

  @Test
  void aForgedSignatureIsRefused() throws IOException {
    Issued client =
        certificate("CN=forged").signedBy(Pki.keyPair("EC").getPrivate()).issue(INTERMEDIATE);

    refused(
        openSsl(port, "-tls1_3", client, INTERMEDIATE),
        42,
        "client_chain_invalid",
        "chain",
        "the key of 'CN=Intermediate' does not verify the signature of 'CN=forged'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-tls1_2", "-tls1_3"})
  void whoIsNotAuthorisedIsRefused(String version) throws IOException {
    Issued client = certificate("CN=eve").dns("eve.y.example").issue(INTERMEDIATE);

    refused(
        openSsl(port, version, client, INTERMEDIATE),
        49,
        "client_not_authorized",
        "authorization",
        "none of the policy's 1 rules matches; the policy's default effect is deny");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-tls1_2", "-tls1_3"})
  void aRevokedCertificateIsRefused(String version) throws IOException {
    refused(
        openSsl(port, version, REVOKED, INTERMEDIATE),
        44,
        "client_certificate_revoked",
        "revocation",
        "'O=Example,CN=revoked' was revoked on ");
  }

  @Test
  void nothingAboutThePolicyLeaksToTheClient() throws IOException {
    CommandLine.Output output =
        openSsl(port, "-tls1_3", certificate("CN=eve").issue(INTERMEDIATE), INTERMEDIATE);

    assertThat(output.all()).doesNotContain("x.example").doesNotContain("staff");
  }

  @Test
  void theCertificateRequestNamesTheTrustBundlesCas() throws IOException {
    assertThat(openSsl(port, "-tls1_3", null).stdout())
        .contains("Acceptable client certificate CA names")
        .contains("CN = Root");
  }

  @Test
  void longChainsAndAllKindsOfKeysComeIn() throws IOException {
    List<Issued> chain = new ArrayList<>(List.of(ROOT));
    for (int i = 0; i < 8; i++) {
      chain.addFirst(certificate("CN=CA " + i).authority().issue(chain.getFirst()));
    }
    create(
        "trust-bundles",
        Map.of("name", "any", "certificatesPem", ROOT.pem(), "revocation", "none"));
    create(
        "client-auth-policies",
        Map.of("name", "any", "mode", "require", "trustBundle", "any", "defaultEffect", "allow"));
    int open = listener("any-key", Map.of("clientAuthPolicy", "any"));
    Issued[] issuers = chain.subList(0, 8).toArray(Issued[]::new);
    for (String key : List.of("EC", "EC-384", "RSA-2048", "RSA-4096", "Ed25519")) {
      Issued client = certificate("CN=" + key).key(key).issue(chain.getFirst());

      assertThat(openSsl(open, "-tls1_3", client, issuers).stdout())
          .as(key)
          .contains("HTTP/1.1 200");
      assertThat(openSsl(open, "-tls1_2", client, issuers).stdout())
          .as(key)
          .contains("HTTP/1.1 200");
    }
  }

  @Test
  void curlComesInWithItsCertificateOnly() throws IOException {
    Path pem = ALICE.write(directory, "alice", INTERMEDIATE);
    String url = "https://localhost:" + port + "/";

    CommandLine.Output with =
        CommandLine.run(
            "curl", "-sS", "--cacert", handfast.caFile().toString(), "--cert", pem.toString(), url);
    CommandLine.Output without =
        CommandLine.run("curl", "-sS", "--cacert", handfast.caFile().toString(), url);

    assertThat(with.exitCode()).as(with.all()).isZero();
    assertThat(without.exitCode()).isNotZero();
    assertThat(without.stderr()).contains("alert");
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void theJdkComesInWithItsCertificateOnly(String version) throws Exception {
    SSLContext with =
        TlsClients.trusting(
            handfast.caFile(),
            ALICE.keys().getPrivate(),
            new Certificate[] {ALICE.certificate(), INTERMEDIATE.certificate()});
    SSLContext without = TlsClients.trusting(handfast.caFile());

    assertThat(inspect(with, version)).contains("alice.x.example");
    assertThatThrownBy(() -> inspect(without, version)).isInstanceOf(IOException.class);
  }

  @Test
  void aRequestedCertificateMayBeMissingButNotWrong() throws IOException {
    int guests = listener("guests", Map.of("clientAuthPolicy", "guests"));

    assertThat(openSsl(guests, "-tls1_3", null).stdout()).contains("HTTP/1.1 200");
    assertThat(openSsl(guests, "-tls1_3", ALICE, INTERMEDIATE).stdout()).contains("HTTP/1.1 200");
    assertThat(openSsl(guests, "-tls1_3", certificate("CN=c").issue(root("CN=Elsewhere"))).all())
        .contains("SSL alert number 48");
  }

  @Test
  void aShadowPolicyRecordsWhatItWouldRefuse() throws IOException {
    int open = listener("shadowed", Map.of("clientAuthPolicy", "shadow"));

    assertThat(openSsl(open, "-tls1_3", null).stdout()).contains("HTTP/1.1 200");
    JsonNode first = lastHandshake("shadowed", "completed").at("/clientAuthentication");
    assertThat(first.at("/decision").asString()).isEqualTo("deny");
    assertThat(first.at("/enforced").asBoolean()).isFalse();
    assertThat(first.at("/reason").asString()).isEqualTo("client_certificate_missing");
    assertThat(openSsl(open, "-tls1_2", REVOKED, INTERMEDIATE).stdout()).contains("HTTP/1.1 200");
  }

  @Test
  void aServerNameCanDemandWhatItsListenerDoesNot() throws IOException {
    int routed =
        listener(
            "routed",
            Map.of(
                "routes",
                List.of(Map.of("serverName", "secure.example", "clientAuthPolicy", "staff"))));

    assertThat(openSsl(routed, "-tls1_3", null).stdout()).contains("HTTP/1.1 200");
    assertThat(openSsl(routed, "secure.example", "-tls1_3", null).all())
        .contains("SSL alert number 116");
    assertThat(openSsl(routed, "secure.example", "-tls1_3", ALICE, INTERMEDIATE).stdout())
        .contains("HTTP/1.1 200");
  }

  @Test
  void aDeniedFingerprintIsRefusedAtOnce() throws IOException {
    create("client-auth-policies", policy("changing", "require", "*.x.example"));
    int changing = listener("changing", Map.of("clientAuthPolicy", "changing"));
    assertThat(openSsl(changing, "-tls1_3", ALICE, INTERMEDIATE).stdout()).contains("HTTP/1.1 200");
    Map<String, Object> changed = new HashMap<>(policy("changing", "require", "*.x.example"));
    changed.put(
        "rules",
        List.of(
            Map.of(
                "effect",
                "deny",
                "fingerprintSha256",
                List.of(ClientIdentity.fingerprint(ALICE.certificate()))),
            Map.of("effect", "allow", "sanDns", List.of("*.x.example"))));

    api.put("/api/v1/client-auth-policies/changing", JSON.writeValueAsString(changed)).expect(200);

    assertThat(openSsl(changing, "-tls1_3", ALICE, INTERMEDIATE).all())
        .contains("SSL alert number 49");
  }

  @Test
  void decisionsAreCountedByQuestion() throws IOException {
    create("client-auth-policies", policy("counted", "require", "*.x.example"));
    int counted = listener("counted", Map.of("clientAuthPolicy", "counted"));
    openSsl(counted, "-tls1_3", ALICE, INTERMEDIATE);
    openSsl(counted, "-tls1_3", REVOKED, INTERMEDIATE);
    openSsl(counted, "-tls1_2", null);

    String metrics = api.get("/actuator/prometheus").expect(200).text();

    for (String tags :
        List.of(
            "decision=\"allow\",listener=\"counted\",policy=\"counted\",question=\"none\"",
            "decision=\"deny\",listener=\"counted\",policy=\"counted\",question=\"revocation\"",
            "decision=\"deny\",listener=\"counted\",policy=\"counted\",question=\"certificate\"")) {
      assertThat(metrics).contains("handfast_client_auth_decisions_total{" + tags + "} 1.0");
    }
  }

  @Test
  void aPolicyThatAListenerUsesIsNotDeleted() {
    assertThat(api.delete("/api/v1/client-auth-policies/staff").expect(409).text())
        .contains("listener staff-only");
  }

  private void refused(
      CommandLine.Output output, int alert, String reason, String question, String evidence) {
    assertThat(output.all()).contains("SSL alert number " + alert).doesNotContain("HTTP/1.1 200");
    JsonNode handshake = lastHandshake("staff-only", "failed");
    assertThat(handshake.at("/reason").asString()).isEqualTo(reason);
    assertThat(handshake.at("/explanation").asString()).isNotEmpty();
    String stopped = "";
    String said = "";
    for (JsonNode answer : handshake.at("/clientAuthentication/questions")) {
      if (!answer.at("/verdict").asString().equals("not_asked")) {
        stopped = answer.at("/question").asString();
        said = answer.at("/evidence").asString();
      }
    }
    assertThat(stopped).isEqualTo(question);
    assertThat(said).contains(evidence);
  }

  /** The newest record, once it is that of the connection that has just ended. */
  private static JsonNode lastHandshake(String listener, String result) {
    await().atMost(PATIENCE).until(() -> newest(listener).at("/result").asString().equals(result));
    return api.get("/api/v1/handshakes/" + newest(listener).at("/id").asString())
        .expect(200)
        .json();
  }

  private static JsonNode newest(String listener) {
    return api.get("/api/v1/handshakes?limit=1&listener=" + listener)
        .expect(200)
        .json()
        .at("/items/0");
  }

  private CommandLine.Output openSsl(
      int port, String version, @Nullable Issued client, Issued... issuers) throws IOException {
    return openSsl(port, "localhost", version, client, issuers);
  }

  private CommandLine.Output openSsl(
      int port, String serverName, String version, @Nullable Issued client, Issued... issuers)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "openssl",
                "s_client",
                "-connect",
                "localhost:" + port,
                "-servername",
                serverName,
                "-CAfile",
                handfast.caFile().toString(),
                "-ign_eof",
                version));
    if (client != null) {
      Path own = Files.writeString(directory.resolve("own.pem"), client.pem());
      Path key = Files.writeString(directory.resolve("own.key"), client.keyPem());
      command.addAll(List.of("-cert", own.toString(), "-key", key.toString()));
      if (issuers.length > 0) {
        Path others = Files.writeString(directory.resolve("ca.pem"), Pki.pem(List.of(issuers)));
        command.addAll(List.of("-cert_chain", others.toString()));
      }
    }
    return CommandLine.runWithInput(
        "GET / HTTP/1.1\r\n"
            + "Host: localhost\r\n"
            + "Accept: application/json\r\n"
            + "Connection: close\r\n\r\n",
        command.toArray(String[]::new));
  }

  private static String inspect(SSLContext context, String version) throws IOException {
    try (SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket("localhost", port)) {
      socket.setSoTimeout(30_000);
      socket.setEnabledProtocols(new String[] {version});
      socket.startHandshake();
      String answer = TlsClients.inspect(socket);
      if (answer.isEmpty()) {
        throw new IOException("no answer");
      }
      return answer;
    }
  }

  private static int listener(String name, Map<String, Object> settings) {
    Map<String, Object> body =
        new HashMap<>(
            Map.of(
                "name", name,
                "address", "127.0.0.1",
                "port", 0,
                "mode", "tcp",
                "upstream", "inspect:",
                "certificates", List.of("default"),
                "tlsProfile", "intermediate"));
    body.putAll(settings);
    create("listeners", body);
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                api.get("/api/v1/listeners/" + name)
                    .json()
                    .at("/status/state")
                    .asString()
                    .equals("running"));
    return api.get("/api/v1/listeners/" + name).json().at("/status/boundPort").asInt();
  }

  private static Map<String, Object> policy(String name, String mode, String dns) {
    return Map.of(
        "name",
        name,
        "mode",
        mode,
        "trustBundle",
        "clients",
        "defaultEffect",
        "deny",
        "rules",
        List.of(Map.of("effect", "allow", "sanDns", List.of(dns))));
  }

  private static void create(String collection, Map<String, Object> body) {
    api.post("/api/v1/" + collection, JSON.writeValueAsString(body)).expect(201);
  }
}
