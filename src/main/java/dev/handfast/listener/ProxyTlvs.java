package dev.handfast.listener;

import dev.handfast.handshake.Negotiated;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.haproxy.HAProxySSLTLV;
import io.netty.handler.codec.haproxy.HAProxyTLV;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;

/**
 * What a PROXY header of version 2 says besides addresses: server name, application protocol, and
 * the PP2_TYPE_SSL vector with TLS version, cipher, and an authorised client's certificate (PROXY
 * protocol specification section 2.2.6; the client certificate is HAProxy 3's subtype).
 */
final class ProxyTlvs {

  private static final byte ALPN = 0x01;
  private static final byte AUTHORITY = 0x02;
  private static final byte SSL_VERSION = 0x21;
  private static final byte SSL_CN = 0x22;
  private static final byte SSL_CIPHER = 0x23;
  private static final byte SSL_CLIENT_CERT = 0x28;

  private static final int CLIENT_SSL = 0x01;
  private static final int CLIENT_CERT_CONN = 0x02;
  private static final int CLIENT_CERT_SESS = 0x04;
  private static final int NOT_VERIFIED = 1;

  private ProxyTlvs() {}

  /** Everything known of the connection; an identity only if the policy allowed it. */
  static List<HAProxyTLV> of(GatewayConnection connection) {
    List<HAProxyTLV> tlvs = new ArrayList<>();
    Negotiated negotiated = connection.negotiated();
    if (negotiated == null) {
      return tlvs;
    }
    if (negotiated.alpn() != null) {
      tlvs.add(text(ALPN, negotiated.alpn()));
    }
    String serverName = connection.serverName();
    if (serverName != null) {
      tlvs.add(text(AUTHORITY, serverName));
    }
    tlvs.add(ssl(negotiated, connection.authorisedChain()));
    return tlvs;
  }

  private static HAProxySSLTLV ssl(Negotiated negotiated, List<X509Certificate> chain) {
    List<HAProxyTLV> inner = new ArrayList<>();
    inner.add(text(SSL_VERSION, negotiated.protocol().label()));
    inner.add(text(SSL_CIPHER, negotiated.cipherSuite()));
    if (chain.isEmpty()) {
      return new HAProxySSLTLV(NOT_VERIFIED, (byte) CLIENT_SSL, inner);
    }
    X509Certificate certificate = chain.getFirst();
    String commonName = commonName(certificate);
    if (!commonName.isEmpty()) {
      inner.add(text(SSL_CN, commonName));
    }
    inner.add(tlv(SSL_CLIENT_CERT, Unpooled.wrappedBuffer(der(certificate))));
    int proven = negotiated.resumed() ? CLIENT_CERT_SESS : CLIENT_CERT_CONN | CLIENT_CERT_SESS;
    return new HAProxySSLTLV(0, (byte) (CLIENT_SSL | proven), inner);
  }

  private static String commonName(X509Certificate certificate) {
    RDN[] names =
        X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded())
            .getRDNs(BCStyle.CN);
    return names.length == 0 ? "" : IETFUtils.valueToString(names[0].getFirst().getValue());
  }

  private static HAProxyTLV text(byte type, String value) {
    return tlv(type, Unpooled.wrappedBuffer(value.getBytes(StandardCharsets.UTF_8)));
  }

  private static HAProxyTLV tlv(byte type, ByteBuf content) {
    return new HAProxyTLV(type, content);
  }

  private static byte[] der(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate that was received cannot be encoded", e);
    }
  }
}
