package dev.handfast.handshake;

import dev.handfast.handshake.CipherSuite.KeyExchange;
import dev.handfast.handshake.Negotiation.ServerCertificate;
import dev.handfast.handshake.StandardNegotiation.Parameters;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chooses cipher suite, group, certificate and signature scheme for TLS 1.2 and older, where the
 * cipher suite names the key exchange and the kind of certificate.
 */
final class LegacySelection {

  private static final int RSA_PKCS1_SHA1 = 0x0201;
  private static final int ECDSA_SHA1 = 0x0203;

  private final ClientHello hello;
  private final TlsProfile profile;
  private final List<ServerCertificate> certificates;
  private final ProtocolVersion version;
  private final List<Integer> clientSchemes;

  /** The failure that came nearest to success: it says more than "no common cipher suite". */
  private @Nullable HandshakeException nearest;

  LegacySelection(
      ClientHello hello,
      TlsProfile profile,
      List<ServerCertificate> certificates,
      ProtocolVersion version) {
    this.hello = hello;
    this.profile = profile;
    this.certificates = certificates;
    this.version = version;
    // RFC 5246 section 7.4.1.4.1: silence means SHA-1.
    this.clientSchemes =
        hello.signatureSchemes().isEmpty()
            ? List.of(ECDSA_SHA1, RSA_PKCS1_SHA1)
            : hello.signatureSchemes();
  }

  Parameters select() throws HandshakeException {
    for (String name : profile.cipherSuites()) {
      int code = IanaRegistry.CIPHER_SUITES.codeOf(name).orElse(-1);
      CipherSuite suite = CipherSuite.of(code).orElse(null);
      if (suite == null || !suite.isUsableWith(version) || !hello.cipherSuites().contains(code)) {
        continue;
      }
      Parameters parameters = tryCipherSuite(code, suite.keyExchange());
      if (parameters != null) {
        return parameters;
      }
    }
    if (nearest != null) {
      throw nearest;
    }
    throw new HandshakeException(
        Reason.NO_COMMON_CIPHER_SUITE, Evidence.cipherSuites(hello, profile, version));
  }

  private @Nullable Parameters tryCipherSuite(int code, KeyExchange keyExchange) {
    int group = 0;
    if (keyExchange != KeyExchange.RSA) {
      group = chooseGroup();
      if (group == 0) {
        nearest = new HandshakeException(Reason.NO_COMMON_GROUP, Evidence.groups(hello, profile));
        return null;
      }
    }
    for (boolean chainMatters : new boolean[] {true, false}) {
      for (int i = 0; i < certificates.size(); i++) {
        List<X509Certificate> chain = certificates.get(i).chain();
        if (chainMatters && !ChainSignatures.areVerifiableBy(hello, chain)) {
          continue;
        }
        Integer scheme = schemeFor(chain.getFirst(), keyExchange);
        if (scheme != null) {
          return new Parameters(code, group, false, scheme, i);
        }
      }
    }
    return null;
  }

  /** Without supported_groups the client takes any curve (RFC 8422 section 4). */
  private int chooseGroup() {
    for (String name : profile.groups()) {
      int code = IanaRegistry.GROUPS.codeOf(name).orElse(0);
      if (!Groups.isImplementedCurve(code)) {
        continue;
      }
      // A client that is silent is old: it knows no X25519 (RFC 8422 came with it).
      boolean known =
          hello.groups().isEmpty() ? code != Groups.X25519 : hello.groups().contains(code);
      if (known) {
        return code;
      }
    }
    return 0;
  }

  /** The signature scheme with this certificate, 0 where none is needed, null if it is no use. */
  private @Nullable Integer schemeFor(X509Certificate certificate, KeyExchange keyExchange) {
    CertificateKey key = CertificateKey.of(certificate);
    if (!key.fits(keyExchange)
        || !CertificateKey.usagePermits(certificate, keyExchange)
        || !key.isOnCurveOf(hello.groups())) {
      remember(
          Reason.NO_COMMON_CIPHER_SUITE,
          () ->
              Evidence.cipherSuites(hello, profile, version)
                  + "; those in common need another certificate than "
                  + key.text());
      return null;
    }
    if (keyExchange == KeyExchange.RSA) {
      return 0;
    }
    if (version.isBefore(ProtocolVersion.TLS_1_2)) {
      return schemeBeforeTls12(key);
    }
    Integer scheme = StandardNegotiation.chooseScheme(key, clientSchemes, profile, version);
    if (scheme == null) {
      remember(
          Reason.NO_COMMON_SIGNATURE_SCHEME,
          () -> Evidence.signatureSchemes(hello.signatureSchemes(), profile));
    }
    return scheme;
  }

  /** MD5 with SHA-1 for RSA has no code point; ECDSA signs SHA-1 (RFC 4346 7.4.3, RFC 8422 5.4). */
  private static @Nullable Integer schemeBeforeTls12(CertificateKey key) {
    return switch (key) {
      case EC_P256, EC_P384, EC_P521 -> ECDSA_SHA1;
      case RSA -> 0;
      case RSA_PSS, ED25519, OTHER -> null;
    };
  }

  private void remember(Reason reason, java.util.function.Supplier<String> explanation) {
    boolean nearer =
        nearest == null
            || nearest.failure().reason() == Reason.NO_COMMON_CIPHER_SUITE
                && reason != Reason.NO_COMMON_CIPHER_SUITE;
    if (nearer) {
      nearest = new HandshakeException(reason, explanation.get());
    }
  }
}
