package dev.handfast.clientauth.revocation;

import static dev.handfast.testing.Pki.certificate;
import static dev.handfast.testing.Pki.root;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.handfast.testing.Api;
import dev.handfast.testing.CommandLine;
import dev.handfast.testing.FreePort;
import dev.handfast.testing.Pki.Issued;
import dev.handfast.testing.RequiresTool;
import dev.handfast.testing.RunningHandfast;
import dev.handfast.testing.Upstream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.cert.CRLException;
import java.security.cert.X509CRL;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Revocation in handshakes: OCSP by a real responder, CRLs from a URL, and a restart. */
@RequiresTool("openssl")
class RevocationIT {

  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static RunningHandfast handfast;
  private static Api api;

  private final Issued root = root("CN=Root");

  @TempDir Path directory;

  @BeforeAll
  static void start() {
    handfast =
        RunningHandfast.start(
            Map.of(
                "handfast.revocation.crl-min-interval", "1s",
                "handfast.revocation.crl-max-interval", "1s",
                "handfast.revocation.crl-poll-interval", "500ms"));
    api = handfast.api();
  }

  @AfterAll
  static void stop() {
    handfast.close();
  }

  @Test
  void theResponderThatTheCertificateNamesIsAsked() throws Exception {
    Issued signer =
        certificate("CN=Responder").purposes(KeyPurposeId.id_kp_OCSPSigning).issue(root);
    int url = FreePort.next();
    Issued lost = certificate("CN=lost").ocsp("http://127.0.0.1:" + url).issue(root);
    configure("ocsp", Map.of("revocation", "ocsp"));
    int port = listener("ocsp");
    Issued good;
    Issued revoked;
    Issued plainGood = certificate("CN=good").issue(root);
    Issued plainRevoked = certificate("CN=revoked").issue(root);
    try (OpenSslResponder responder =
        OpenSslResponder.start(
            directory, root, signer, List.of(plainGood), List.of(plainRevoked))) {
      good = again("CN=good", plainGood, responder.url());
      revoked = again("CN=revoked", plainRevoked, responder.url());

      assertThat(connect(port, good).stdout()).contains("HTTP/1.1 200");
      assertThat(connect(port, revoked).all()).contains("SSL alert number 44");
    }

    assertThat(connect(port, good).stdout()).as("its answer is kept").contains("HTTP/1.1 200");
    assertThat(connect(port, lost).all()).contains("SSL alert number 46");
    assertThat(evidence("ocsp", lost)).contains("cannot be reached (ConnectException)");
  }

  @Test
  void aSlowResponderKeepsNobodyElseWaiting() throws Exception {
    try (Upstream silent =
        Upstream.serving(
            socket -> socket.getInputStream().transferTo(OutputStream.nullOutputStream()))) {
      Issued slow = certificate("CN=slow").ocsp("http://127.0.0.1:" + silent.port()).issue(root);
      configure("slow", Map.of("revocation", "ocsp"));
      int port = listener("slow");
      Thread waiting = Thread.ofVirtual().start(() -> connect(port, slow));
      await().atMost(PATIENCE).until(() -> silent.connections() > 0);

      assertThat(api.get("/actuator/health/readiness").status()).isEqualTo(200);
      CommandLine.Output other =
          CommandLine.runWithInput(
              "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
              "openssl",
              "s_client",
              "-connect",
              "localhost:" + handfast.channelPort(),
              "-ign_eof");
      assertThat(other.stdout()).contains("HTTP/1.1 200");
      waiting.join();
      assertThat(evidence("slow", slow)).contains("did not answer in time");
    }
  }

  @Test
  void aCrlIsFetchedRefreshedAndStillThereAfterARestart() throws Exception {
    Issued client = certificate("CN=client").issue(root);
    Issued other = certificate("CN=other").issue(root);
    AtomicReference<X509CRL> served = new AtomicReference<>(root.crl(other));
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] crl = encoded(served.get());
          exchange.sendResponseHeaders(200, crl.length);
          exchange.getResponseBody().write(crl);
          exchange.close();
        });
    server.start();
    try {
      String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/ca.crl";
      configure("fetched", Map.of("revocation", "crl", "crlUrls", List.of(url)));
      JsonNode crl = api.get("/api/v1/trust-bundles/fetched").expect(200).json().at("/crls/0");
      assertThat(crl.at("/lastError").isNull()).isTrue();
      assertThat(crl.at("/issuer").asString()).isEqualTo("CN=Root");
      int port = listener("fetched");
      assertThat(connect(port, client).stdout()).contains("HTTP/1.1 200");
      assertThat(connect(port, other).all()).contains("SSL alert number 44");

      served.set(root.crl(other, client));
      await()
          .atMost(PATIENCE)
          .until(() -> evaluate("fetched", client).at("/decision").asString().equals("deny"));
      assertThat(connect(port, client).all()).contains("SSL alert number 44");
    } finally {
      server.stop(0);
    }

    handfast.kill();
    handfast.restart();

    assertThat(evaluate("fetched", client).at("/reason").asString())
        .isEqualTo("client_certificate_revoked");
    assertThat(evaluate("fetched", certificate("CN=new").issue(root)).at("/decision").asString())
        .isEqualTo("allow");
  }

  /** The same subject, serial number and key, with a responder. */
  private Issued again(String name, Issued plain, String url) {
    return certificate(name)
        .key(plain.keys())
        .serial(plain.certificate().getSerialNumber().longValueExact())
        .ocsp(url)
        .issue(root);
  }

  private void configure(String name, Map<String, Object> settings) {
    Map<String, Object> bundle = new HashMap<>(Map.of("name", name, "certificatesPem", root.pem()));
    bundle.putAll(settings);
    create("trust-bundles", bundle);
    create(
        "client-auth-policies",
        Map.of("name", name, "mode", "require", "trustBundle", name, "defaultEffect", "allow"));
  }

  private static int listener(String name) {
    create(
        "listeners",
        Map.of(
            "name",
            name,
            "address",
            "127.0.0.1",
            "port",
            0,
            "mode",
            "tcp",
            "upstream",
            "inspect:",
            "certificates",
            List.of("default"),
            "tlsProfile",
            "intermediate",
            "clientAuthPolicy",
            name));
    await().atMost(PATIENCE).until(() -> boundPort(name) > 0);
    return boundPort(name);
  }

  private static int boundPort(String name) {
    return api.get("/api/v1/listeners/" + name).json().at("/status/boundPort").asInt(0);
  }

  private CommandLine.Output connect(int port, Issued client) {
    Path pem = client.write(directory, client.certificate().getSerialNumber().toString());
    return CommandLine.runWithInput(
        "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        "openssl",
        "s_client",
        "-connect",
        "localhost:" + port,
        "-cert",
        pem.toString(),
        "-key",
        pem.toString(),
        "-ign_eof");
  }

  private static String evidence(String policy, Issued client) {
    return evaluate(policy, client).at("/questions/6/evidence").asString();
  }

  private static JsonNode evaluate(String policy, Issued client) {
    return api.post(
            "/api/v1/client-auth-policies/" + policy + "/evaluations",
            JSON.writeValueAsString(Map.of("certificateChainPem", client.pem())))
        .expect(200)
        .json();
  }

  private static void create(String collection, Map<String, Object> body) {
    api.post("/api/v1/" + collection, JSON.writeValueAsString(body)).expect(201);
  }

  private static byte[] encoded(X509CRL crl) {
    try {
      return crl.getEncoded();
    } catch (CRLException e) {
      throw new IllegalStateException(e);
    }
  }
}
