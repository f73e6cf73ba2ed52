package dev.handfast.handshake;

import dev.handfast.handshake.Negotiation.ServerCertificate;
import dev.handfast.handshake.StandardNegotiation.Parameters;
import java.util.List;
import java.util.stream.Collectors;

/** Chooses cipher suite, group, certificate and signature scheme for TLS 1.3. */
final class Tls13Selection {

  private static final int SUPPORTED_GROUPS = 10;
  private static final int SIGNATURE_ALGORITHMS = 13;
  private static final int KEY_SHARE = 51;

  private final ClientHello hello;
  private final TlsProfile profile;
  private final List<ServerCertificate> certificates;

  Tls13Selection(ClientHello hello, TlsProfile profile, List<ServerCertificate> certificates) {
    this.hello = hello;
    this.profile = profile;
    this.certificates = certificates;
  }

  Parameters select() throws HandshakeException {
    requireExtensions();
    int cipherSuite = chooseCipherSuite();
    int group = chooseGroup();
    boolean helloRetry = !hello.keyShareGroups().contains(group);
    for (boolean chainMatters : new boolean[] {true, false}) {
      for (int i = 0; i < certificates.size(); i++) {
        List<java.security.cert.X509Certificate> chain = certificates.get(i).chain();
        if (chainMatters && !ChainSignatures.areVerifiableBy(hello, chain)) {
          continue;
        }
        Integer scheme = schemeFor(chain);
        if (scheme != null) {
          return new Parameters(cipherSuite, group, helloRetry, scheme, i);
        }
      }
    }
    throw noCommonScheme();
  }

  /** RFC 8446 section 9.2. */
  private void requireExtensions() throws HandshakeException {
    requireExtension(SUPPORTED_GROUPS, "supported_groups");
    requireExtension(KEY_SHARE, "key_share");
    requireExtension(SIGNATURE_ALGORITHMS, "signature_algorithms");
  }

  private void requireExtension(int type, String name) throws HandshakeException {
    if (!hello.offersExtension(type)) {
      throw new HandshakeException(
          Reason.MISSING_EXTENSION,
          "offered TLS 1.3 without %s (RFC 8446 section 9.2)".formatted(name));
    }
  }

  private int chooseCipherSuite() throws HandshakeException {
    for (String name : profile.cipherSuites()) {
      int code = IanaRegistry.CIPHER_SUITES.codeOf(name).orElse(-1);
      if (hello.cipherSuites().contains(code)
          && CipherSuite.of(code)
              .filter(suite -> suite.isUsableWith(ProtocolVersion.TLS_1_3))
              .isPresent()) {
        return code;
      }
    }
    throw new HandshakeException(
        Reason.NO_COMMON_CIPHER_SUITE,
        Evidence.cipherSuites(hello, profile, ProtocolVersion.TLS_1_3));
  }

  /** A group with a key share saves a round trip; else the first one that both sides have. */
  private int chooseGroup() throws HandshakeException {
    int common = 0;
    for (String name : profile.groups()) {
      int code = IanaRegistry.GROUPS.codeOf(name).orElse(0);
      if (!Groups.isImplemented(code) || !hello.groups().contains(code)) {
        continue;
      }
      if (hello.keyShareGroups().contains(code)) {
        return code;
      }
      common = common == 0 ? code : common;
    }
    if (common == 0) {
      throw new HandshakeException(Reason.NO_COMMON_GROUP, Evidence.groups(hello, profile));
    }
    return common;
  }

  private @org.jspecify.annotations.Nullable Integer schemeFor(
      List<java.security.cert.X509Certificate> chain) {
    if (!CertificateKey.usagePermits(chain.getFirst(), CipherSuite.KeyExchange.TLS_1_3)) {
      return null;
    }
    return StandardNegotiation.chooseScheme(
        CertificateKey.of(chain.getFirst()),
        hello.signatureSchemes(),
        profile,
        ProtocolVersion.TLS_1_3);
  }

  private HandshakeException noCommonScheme() {
    String keys =
        certificates.stream()
            .map(c -> c.name() + " (" + CertificateKey.of(c.chain().getFirst()).text() + ")")
            .collect(Collectors.joining(", "));
    return new HandshakeException(
        Reason.NO_COMMON_SIGNATURE_SCHEME,
        Evidence.signatureSchemes(hello.signatureSchemes(), profile) + "; certificates: " + keys);
  }
}
