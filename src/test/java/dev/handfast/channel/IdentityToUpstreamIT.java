package dev.handfast.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.testing.Pki;
import dev.handfast.testing.Pki.Issued;
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
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class IdentityToUpstreamIT {

  private static final int SSL_CN = 0x22;
  private static final int SSL_CLIENT_CERT = 0x28;

  private final RunningHandfast handfast = RunningHandfast.shared();

  @Test
  void aTcpUpstreamIsToldTheClientsCertificateInTheProxyHeader() throws Exception {
    Issued authority = Pki.root("CN=Identity Root");
    Issued partner = Pki.certificate("CN=partner,O=Example").issue(authority);
    handfast
        .api()
        .post(
            "/api/v1/trust-bundles",
            new JsonMapper()
                .writeValueAsString(
                    Map.of(
                        "name",
                        "identity",
                        "certificatesPem",
                        authority.pem(),
                        "revocation",
                        "none")))
        .expect(201);
    handfast
        .api()
        .post(
            "/api/v1/client-auth-policies",
            """
            {"name":"identity","mode":"require","trustBundle":"identity","defaultEffect":"allow"}
            """)
        .expect(201);
    BlockingQueue<byte[]> headers = new LinkedBlockingQueue<>();
    try (Upstream upstream =
            Upstream.serving(socket -> headers.add(socket.getInputStream().readAllBytes()));
        ListenerFixture listener =
            ListenerFixture.create(
                handfast,
                "identity",
                upstream.uri(),
                ",\"clientAuthPolicy\":\"identity\",\"proxyProtocol\":{\"send\":\"v2\"}")) {
      SSLContext context =
          TlsClients.trusting(
              handfast.caFile(),
              partner.keys().getPrivate(),
              new X509Certificate[] {partner.certificate()});
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
