package dev.handfast.handshake;

import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Decides what a ClientHello and a profile have in common, or says why nothing is. A pure function:
 * real handshakes and simulations ask the same code, and the engine does what it decided.
 */
public interface Negotiation {

  /**
   * Chooses version, cipher suite, group, signature scheme, certificate and application protocol.
   *
   * @param certificates what the server can prove itself with, in order of preference
   * @param applicationProtocols ALPN names the server accepts, in order of preference; empty: ALPN
   *     is ignored
   * @throws HandshakeException with the first thing that is not common, and the evidence
   */
  Choice choose(
      ClientHello hello,
      TlsProfile profile,
      List<ServerCertificate> certificates,
      List<String> applicationProtocols)
      throws HandshakeException;

  /** The negotiation that Handfast does. */
  static Negotiation standard() {
    return new StandardNegotiation();
  }

  /**
   * What negotiation needs to know of a certificate: no key.
   *
   * @param chain its own certificate first
   */
  record ServerCertificate(String name, int version, List<X509Certificate> chain) {}

  /**
   * What was chosen; code points of {@link IanaRegistry}.
   *
   * @param group 0 where the key exchange needs none (RSA key exchange)
   * @param helloRetry whether a HelloRetryRequest must ask for a key share of {@code group}
   * @param signatureScheme 0 where the server does not sign (RSA key exchange), and where it signs
   *     MD5 with SHA-1 (RSA in TLS 1.1 and older), which has no code point
   * @param certificate index into the certificates given
   * @param applicationProtocol empty string where ALPN was not negotiated
   */
  record Choice(
      ProtocolVersion version,
      int cipherSuite,
      int group,
      boolean helloRetry,
      int signatureScheme,
      int certificate,
      String applicationProtocol) {}
}
