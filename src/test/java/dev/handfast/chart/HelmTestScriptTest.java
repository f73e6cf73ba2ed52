package dev.handfast.chart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.testing.CommandLine;
import dev.handfast.testing.RequiresTool;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Runs the script that {@code helm test} runs, against servers that do and do not handshake. */
@RequiresTool("curl")
@ResourceLock(Chart.HELM)
class HelmTestScriptTest {

  @TempDir Path directory;

  @Test
  void aCompletedHandshakePassesWhateverTheUpstreamSays() throws Exception {
    try (ServerSocket server = listen()) {
      CompletableFuture<String> seen = accept(server, false);

      CommandLine.Output output = run(container("{}"), server.getLocalPort());

      assertThat(output.all()).contains("TLS handshake with localhost:");
      assertThat(output.exitCode()).isZero();
      assertThat(seen.join()).isEqualTo("edge-handfast.gateways.svc");
    }
  }

  @Test
  void theServerNameOfTheValuesIsAskedFor() throws Exception {
    try (ServerSocket server = listen()) {
      CompletableFuture<String> seen = accept(server, false);

      CommandLine.Output output =
          run(container("tests: {serverName: shop.example.com}"), server.getLocalPort());

      assertThat(output.exitCode()).as(output.all()).isZero();
      assertThat(seen.join()).isEqualTo("shop.example.com");
    }
  }

  @Test
  void behindPROXYProtocolItSendsTheHeaderItself() throws Exception {
    try (ServerSocket server = listen()) {
      CompletableFuture<String> seen = accept(server, true);

      CommandLine.Output output =
          run(container("channels: {service: {proxyProtocol: hetzner}}"), server.getLocalPort());

      assertThat(output.exitCode()).as(output.all()).isZero();
      assertThat(seen.join()).isEqualTo("edge-handfast.gateways.svc");
    }
  }

  @Test
  void aServerThatDoesNotSpeakTlsFails() throws Exception {
    try (ServerSocket server = listen()) {
      Thread.ofVirtual()
          .start(
              () -> {
                try (Socket socket = server.accept()) {
                  socket.getOutputStream().write("220 ready\r\n".getBytes(StandardCharsets.UTF_8));
                } catch (IOException e) {
                  // The client has gone.
                }
              });

      assertThat(run(container("{}"), server.getLocalPort()).exitCode()).isEqualTo(1);
    }
  }

  @Test
  void aClosedPortFails() throws Exception {
    int port;
    try (ServerSocket server = listen()) {
      port = server.getLocalPort();
    }

    assertThat(run(container("{}"), port).exitCode()).isEqualTo(1);
  }

  private static Container container(String values) {
    return Chart.HANDFAST.renderWith(values).one(Pod.class).getSpec().getContainers().getFirst();
  }

  private static CommandLine.Output run(Container container, int port) {
    List<String> command = new ArrayList<>();
    command.add("env");
    command.add("SERVER_NAME=" + HandshakePod.env(container, "SERVER_NAME"));
    command.add("ADDRESS=localhost:" + port);
    command.add("PORT=" + HandshakePod.env(container, "PORT"));
    command.addAll(container.getCommand());
    return CommandLine.run(command.toArray(String[]::new));
  }

  private static ServerSocket listen() throws IOException {
    return new ServerSocket(0, 1, InetAddress.getByName("localhost"));
  }

  /** Handshakes with one client, closes, and tells the server name that it asked for. */
  private CompletableFuture<String> accept(ServerSocket server, boolean proxyProtocol)
      throws Exception {
    SSLContext context = selfSigned();
    CompletableFuture<String> serverName = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try (Socket socket = server.accept()) {
                if (proxyProtocol) {
                  assertThat(line(socket.getInputStream())).startsWith("PROXY TCP");
                }
                SSLSocket tls =
                    (SSLSocket)
                        context
                            .getSocketFactory()
                            .createSocket(socket, InputStream.nullInputStream(), true);
                tls.startHandshake();
                serverName.complete(requestedServerName(tls));
              } catch (IOException | AssertionError e) {
                serverName.completeExceptionally(e);
              }
            });
    return serverName;
  }

  private static String requestedServerName(SSLSocket socket) {
    return ((ExtendedSSLSession) socket.getSession())
        .getRequestedServerNames().stream()
            .map(name -> new String(name.getEncoded(), StandardCharsets.US_ASCII))
            .findFirst()
            .orElse("");
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n' && next >= 0; next = in.read()) {
      line.append((char) next);
    }
    return line.toString();
  }

  private SSLContext selfSigned() throws Exception {
    Path file = directory.resolve("server.p12");
    String password = "for this test";
    CommandLine.Output made =
        CommandLine.run(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-keyalg",
            "EC",
            "-groupname",
            "secp256r1",
            "-dname",
            "CN=localhost",
            "-alias",
            "server",
            "-storetype",
            "PKCS12",
            "-storepass",
            password,
            "-keystore",
            file.toString());
    assertThat(made.exitCode()).as(made.all()).isZero();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, password.toCharArray());
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, password.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }
}
