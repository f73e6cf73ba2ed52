package dev.handfast.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.testing.CommandLine;
import dev.handfast.testing.Pki;
import dev.handfast.testing.Pki.Issued;
import dev.handfast.testing.RequiresTool;
import dev.handfast.testing.RunningHandfast;
import dev.handfast.testing.TlsClients;
import dev.handfast.testing.Upstream;
import io.netty.buffer.ByteBufInputStream;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxySSLTLV;
import io.netty.handler.codec.haproxy.HAProxyTLV;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

@RequiresTool("curl")
@ResourceLock(RunningHandfast.SHARED)
class IdentityToUpstreamIT {

  private static final int SSL_CN = 0x22;
  private static final int SSL_CLIENT_CERT = 0x28;
  private static final RunningHandfast HANDFAST = RunningHandfast.shared();

  @TempDir private static Path directory;

  private static Issued intermediate;
  private static Issued partner;

  @BeforeAll
  static void trustThePartnersAuthority() throws IOException {
    Issued root = Pki.root("CN=Identity Root");
    intermediate = Pki.certificate("CN=Identity Issuing").authority(0).issue(root);
    partner = Pki.certificate("CN=partner,O=Example").issue(intermediate);
    Files.writeString(directory.resolve("partner.pem"), partner.pem() + intermediate.pem());
    Files.writeString(directory.resolve("partner.key"), partner.keyPem());
    HANDFAST
        .api()
        .post(
            "/api/v1/trust-bundles",
            new JsonMapper()
                .writeValueAsString(
                    Map.of(
                        "name", "identity", "certificatesPem", root.pem(), "revocation", "none")))
        .expect(201);
    HANDFAST
        .api()
        .post(
            "/api/v1/client-auth-policies",
            """
            {"name":"identity","mode":"require","trustBundle":"identity","defaultEffect":"allow"}
            """)
        .expect(201);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.2", "1.3"})
  void anHttpUpstreamIsToldTheClientsCertificateInHeaders(String version) throws Exception {
    try (Upstream upstream = Upstream.serving(IdentityToUpstreamIT::answerWithTheRequest);
        ListenerFixture listener =
            ListenerFixture.create(
                HANDFAST,
                "identity-http",
                upstream.uri(),
                ",\"mode\":\"http\",\"clientAuthPolicy\":\"identity\"")) {

      String seen =
          curl(listener, version, "/", "--cert", file("partner.pem"), "--key", file("partner.key"));

      assertThat(seen)
          .contains("Client-Cert: :" + base64(partner) + ":")
          .contains("Client-Cert-Chain: :" + base64(intermediate) + ":")
          .contains("Subject=\"O=Example,CN=partner\"");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.2", "1.3"})
  void aProtectedPathAsksOnTheLiveConnectionAndOpensForAnAuthorisedClient(String version)
      throws Exception {
    try (Upstream upstream = Upstream.serving(IdentityToUpstreamIT::answerWithTheRequest);
        ListenerFixture listener =
            ListenerFixture.create(
                HANDFAST,
                "identity-path",
                upstream.uri(),
                ",\"mode\":\"http\",\"protectedPaths\":[{\"path\":\"/admin/**\","
                    + "\"clientAuthPolicy\":\"identity\"}]")) {
      assertThat(curl(listener, version, "/")).contains("200 OK").doesNotContain("Client-Cert");
      assertThat(
              curl(
                  listener,
                  version,
                  "/admin/users",
                  "--cert",
                  file("partner.pem"),
                  "--key",
                  file("partner.key")))
          .contains("200 OK")
          .contains("Client-Cert: :" + base64(partner) + ":");
      assertThat(curl(listener, version, "/admin/users"))
          .contains("403 Forbidden")
          .contains("application/problem+json");
    }
  }

  @Test
  void aTcpUpstreamIsToldTheClientsCertificateInTheProxyHeader() throws Exception {
    BlockingQueue<byte[]> headers = new LinkedBlockingQueue<>();
    try (Upstream upstream =
            Upstream.serving(socket -> headers.add(socket.getInputStream().readAllBytes()));
        ListenerFixture listener =
            ListenerFixture.create(
                HANDFAST,
                "identity",
                upstream.uri(),
                ",\"clientAuthPolicy\":\"identity\",\"proxyProtocol\":{\"send\":\"v2\"}")) {
      SSLContext context =
          TlsClients.trusting(
              HANDFAST.caFile(),
              partner.keys().getPrivate(),
              new X509Certificate[] {partner.certificate(), intermediate.certificate()});
      try (SSLSocket client = TlsClients.connect(context, listener.port())) {
        client.shutdownOutput();
        client.getInputStream().read();
      }

      HAProxyMessage header = decode(headers.poll(20, TimeUnit.SECONDS));

      HAProxySSLTLV ssl =
          (HAProxySSLTLV)
              header.tlvs().stream()
                  .filter(HAProxySSLTLV.class::isInstance)
                  .findFirst()
                  .orElseThrow();
      assertThat(ssl.isPP2ClientSSL()).isTrue();
      assertThat(ssl.isPP2ClientCertConn()).isTrue();
      assertThat(ssl.verify()).isZero();
      assertThat(content(ssl, SSL_CN)).asString(StandardCharsets.UTF_8).isEqualTo("partner");
      assertThat(content(ssl, SSL_CLIENT_CERT)).isEqualTo(partner.certificate().getEncoded());
      header.release();
    }
  }

  private static String curl(
      ListenerFixture listener, String version, String path, String... options) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "curl",
                "-sS",
                "-i",
                "--tls-max",
                version,
                "--cacert",
                HANDFAST.caFile().toString(),
                "https://localhost:" + listener.port() + path));
    command.addAll(List.of(options));
    return CommandLine.run(command.toArray(String[]::new)).all();
  }

  private static void answerWithTheRequest(Socket socket) throws IOException {
    StringBuilder head = new StringBuilder();
    InputStream in = socket.getInputStream();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        return;
      }
      head.append((char) next);
    }
    String answer =
        "HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
            .formatted(head.length(), head);
    socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
  }

  private static String base64(Issued issued) throws Exception {
    return Base64.getEncoder().encodeToString(issued.certificate().getEncoded());
  }

  private static String file(String name) {
    return directory.resolve(name).toString();
  }

  private static HAProxyMessage decode(byte[] bytes) {
    EmbeddedChannel channel = new EmbeddedChannel(new HAProxyMessageDecoder());
    channel.writeInbound(Unpooled.wrappedBuffer(bytes));
    return channel.readInbound();
  }

  private static byte[] content(HAProxySSLTLV ssl, int type) throws Exception {
    HAProxyTLV found =
        ssl.encapsulatedTLVs().stream()
            .filter(tlv -> tlv.typeByteValue() == type)
            .findFirst()
            .orElseThrow();
    return new ByteBufInputStream(found.content().duplicate()).readAllBytes();
  }
}
