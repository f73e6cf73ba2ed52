package dev.handfast.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.handfast.clientauth.ClientAuthPolicy;
import dev.handfast.handshake.CertificateDemand;
import dev.handfast.handshake.Credential;
import dev.handfast.handshake.Handshake;
import dev.handfast.testing.RequiresTool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An http listener end to end: TLS, relay, protected paths. */
class HttpModeTest {

  private final Gateway gateway = new Gateway();
  private HttpServer upstream;

  @BeforeEach
  void anUpstreamThatAnswersWithTheHeadersItGot() throws IOException {
    upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    upstream.createContext(
        "/",
        exchange -> {
          long body = exchange.getRequestBody().readAllBytes().length;
          String answer =
              exchange.getRequestHeaders().entrySet().stream()
                  .map(it -> it.getKey() + ": " + String.join(", ", it.getValue()))
                  .sorted()
                  .collect(Collectors.joining("\n", "body=" + body + "\n", "\n"));
          byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    upstream.start();
    gateway.policies.put("mtls", new TestPolicy("CN=good"));
    Gateway.Settings settings =
        Gateway.Settings.to("tcp://127.0.0.1:" + upstream.getAddress().getPort());
    settings.mode = "http";
    settings.paths = List.of(new ListenerSettings.ProtectedPath("/admin/**", "mtls"));
    gateway.run(settings);
  }

  @AfterEach
  void nothingIsLeft() {
    upstream.stop(0);
    await().atMost(Duration.ofSeconds(10)).until(() -> gateway.open() == 0);
    gateway.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void requestsOfOneConnectionAreRelayedWithTheClientsAddress(String protocol) throws Exception {
    try (SSLSocket client = gateway.connectTls(protocol)) {
      for (int i = 0; i < 3; i++) {
        String answer =
            ask(client, "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
        assertThat(answer).startsWith("HTTP/1.1 200").contains("body=5");
        assertThat(answer).contains("X-forwarded-for: 127.0.0.1");
        assertThat(answer).contains("X-forwarded-proto: https");
      }
    }
  }

  @Test
  void aLargeBodyIsStreamed() throws Exception {
    int size = 20 << 20;
    try (SSLSocket client = gateway.connectTls("TLSv1.3")) {
      client
          .getOutputStream()
          .write(
              ("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: " + size + "\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      client.getOutputStream().write(new byte[size]);
      assertThat(answer(client)).contains("body=" + size);
    }
  }

  @Test
  void whatTheClientSaysAboutItselfNeverReachesTheUpstream() throws Exception {
    try (SSLSocket client = gateway.connectTls("TLSv1.3")) {
      String answer =
          ask(
              client,
              "GET / HTTP/1.1\r\nHost: a\r\nClient-Cert: :AAAA:\r\nclient_cert: x\r\n"
                  + "X-Forwarded-Client-Cert: Hash=00\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n");
      assertThat(answer).startsWith("HTTP/1.1 200").doesNotContainIgnoringCase("client-cert");
      assertThat(answer).doesNotContain("192.0.2.1").doesNotContainIgnoringCase("client_cert");
    }
  }

  @Test
  void aClientOfAProtectedPathIsAskedForItsCertificateWhereItsConnectionCan() throws Exception {
    Credential good = gateway.certificates.credential("good", 1);
    try (SSLSocket client = gateway.connectTls("TLSv1.2", good)) {
      assertThat(ask(client, "GET /open HTTP/1.1\r\nHost: a\r\n\r\n"))
          .startsWith("HTTP/1.1 200")
          .doesNotContainIgnoringCase("client-cert");
      LiveConnection live =
          gateway.connections.select(ConnectionSelector.ALL).findFirst().orElseThrow();
      String answer = ask(client, "GET /admin/x HTTP/1.1\r\nHost: a\r\n\r\n");
      if (!live.support().renegotiation()) {
        assertThat(answer).startsWith("HTTP/1.1 403");
        return;
      }
      assertThat(answer)
          .startsWith("HTTP/1.1 200")
          .containsIgnoringCase("client-cert: :")
          .contains("Subject=\"CN=good\"");
      assertThat(ask(client, "GET /admin/y HTTP/1.1\r\nHost: a\r\n\r\n"))
          .startsWith("HTTP/1.1 200");
      assertThat(gateway.handshakes).hasSize(2);
      assertThat(gateway.handshakes.getLast().kind()).isEqualTo(Handshake.Kind.RENEGOTIATION);
    }
  }

  @Test
  void aClientThatProvedItselfInItsHandshakeReachesAProtectedPath() throws Exception {
    Gateway.Settings settings =
        Gateway.Settings.to("tcp://127.0.0.1:" + upstream.getAddress().getPort());
    settings.mode = "http";
    settings.policy = "mtls";
    settings.paths = List.of(new ListenerSettings.ProtectedPath("/admin/**", "mtls"));
    gateway.run(settings);
    Credential good = gateway.certificates.credential("good", 1);
    try (SSLSocket client = gateway.connectTls("TLSv1.3", good)) {
      assertThat(ask(client, "GET /admin/x HTTP/1.1\r\nHost: a\r\n\r\n"))
          .startsWith("HTTP/1.1 200")
          .containsIgnoringCase("client-cert: :")
          .contains("Subject=\"CN=good\"");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/admin/x", "/admin", "/%61dmin/x", "/a/../admin/x", "//admin/x"})
  void aClientThatCannotProveItselfIsForbiddenByAProblemDocument(String path) throws Exception {
    try (SSLSocket client = gateway.connectTls("TLSv1.3")) {
      assertThat(ask(client, "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n"))
          .startsWith("HTTP/1.1 403")
          .contains("application/problem+json");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /a%2fb HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : a\r\n\r\n"
      })
  void anAmbiguousRequestIsRefused(String request) throws Exception {
    try (SSLSocket client = gateway.connectTls("TLSv1.3")) {
      assertThat(ask(client, request)).startsWith("HTTP/1.1 400");
    }
  }

  @Test
  void aRouteIsReachedByItsServerNameOnly() throws Exception {
    Gateway.Settings settings =
        Gateway.Settings.to("tcp://127.0.0.1:" + upstream.getAddress().getPort());
    settings.mode = "http";
    settings.routes =
        List.of(new ListenerSettings.Route("strict.example", List.of("server"), "mtls", null));
    gateway.run(settings);
    try (SSLSocket client = gateway.connectTls("TLSv1.3")) {
      assertThat(ask(client, "GET / HTTP/1.1\r\nHost: unknown.example\r\n\r\n"))
          .startsWith("HTTP/1.1 200");
      assertThat(ask(client, "GET / HTTP/1.1\r\nHost: Strict.example.:443\r\n\r\n"))
          .startsWith("HTTP/1.1 421")
          .contains("another server name");
    }
  }

  @Test
  @RequiresTool("curl")
  void whatAClientSendsWhileItIsJudgedWaitsAtTheClient(@TempDir Path directory) throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CompletableFuture<Void> answered = new CompletableFuture<>();
    ClientAuthPolicy slow =
        new TestPolicy(
            "CN=good",
            CertificateDemand.REQUIRE,
            () -> {
              asked.countDown();
              answered.join();
            });
    AtomicLong sent = new AtomicLong();
    Process curl = uploadWithCertificate(directory);
    Thread feeder =
        Thread.startVirtualThread(() -> RelayTest.sendForever(curl.getOutputStream(), sent));
    try {
      await().atMost(Duration.ofSeconds(10)).until(() -> sent.get() > 1 << 20);
      LiveConnection live =
          gateway.connections.select(ConnectionSelector.ALL).findFirst().orElseThrow();
      var outcome =
          live.requestCertificate(
              new LiveConnection.Demand(slow, true, null, Duration.ofSeconds(60)));
      assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
      long before = sent.get();
      await()
          .during(Duration.ofSeconds(2))
          .atMost(Duration.ofSeconds(4))
          .until(() -> sent.get() - before < 32 << 20);

      answered.complete(null);
      assertThat(outcome.toCompletableFuture().get(10, TimeUnit.SECONDS).result())
          .isEqualTo(LiveConnection.Result.SUCCEEDED);
      await().atMost(Duration.ofSeconds(10)).until(() -> sent.get() - before > 64 << 20);
    } finally {
      answered.complete(null);
      curl.destroy();
      feeder.join();
    }
  }

  private Process uploadWithCertificate(Path directory) throws IOException {
    Credential good = gateway.certificates.credential("good", 1);
    Path pem = TestCertificates.writePem(good, directory);
    return new ProcessBuilder(
            "curl",
            "-sSk",
            "--http1.1",
            "--cert",
            pem.toString(),
            "--header",
            "Expect:",
            "--upload-file",
            "-",
            "https://localhost:" + gateway.port() + "/")
        .redirectErrorStream(true)
        .start();
  }

  private static String ask(SSLSocket client, String request) throws IOException {
    client.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    return answer(client);
  }

  private static String answer(SSLSocket client) throws IOException {
    StringBuilder head = new StringBuilder();
    while (!head.toString().endsWith("\r\n\r\n")) {
      int next = client.getInputStream().read();
      if (next < 0) {
        return "end after: " + head;
      }
      head.append((char) next);
    }
    String length = head.toString().replaceAll("(?is).*content-length: (\\d+).*", "$1");
    byte[] body = client.getInputStream().readNBytes(Integer.parseInt(length));
    return head + new String(body, StandardCharsets.UTF_8);
  }
}
