package dev.handfast.handshake;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Negotiation by the server's preference: the profile's order decides, the client's offer bounds.
 */
final class StandardNegotiation implements Negotiation {

  @Override
  public Choice choose(
      ClientHello hello,
      TlsProfile profile,
      List<ServerCertificate> certificates,
      List<String> applicationProtocols)
      throws HandshakeException {
    if (certificates.isEmpty()) {
      throw new HandshakeException(
          Reason.NO_CERTIFICATE, "no certificate is in force here; expected: at least one");
    }
    ProtocolVersion version = chooseVersion(hello, profile);
    Parameters parameters =
        version == ProtocolVersion.TLS_1_3
            ? new Tls13Selection(hello, profile, certificates).select()
            : new LegacySelection(hello, profile, certificates, version).select();
    return new Choice(
        version,
        parameters.cipherSuite(),
        parameters.group(),
        parameters.helloRetry(),
        parameters.signatureScheme(),
        parameters.certificate(),
        chooseApplicationProtocol(hello, applicationProtocols));
  }

  /** What the version-specific part decides; the fields of {@link Negotiation.Choice}. */
  record Parameters(
      int cipherSuite, int group, boolean helloRetry, int signatureScheme, int certificate) {}

  /** RFC 8446 section 4.2.1; without supported_versions, section D.2 and RFC 5246 section E.1. */
  private static ProtocolVersion chooseVersion(ClientHello hello, TlsProfile profile)
      throws HandshakeException {
    ProtocolVersion newestAccepted = null;
    ProtocolVersion chosen = null;
    ProtocolVersion[] versions = ProtocolVersion.values();
    for (int i = versions.length - 1; i >= 0; i--) {
      ProtocolVersion version = versions[i];
      if (version.isBefore(ProtocolVersion.TLS_1_0) || !profile.accepts(version)) {
        continue;
      }
      newestAccepted = newestAccepted == null ? version : newestAccepted;
      if (chosen == null && offers(hello, version)) {
        chosen = version;
      }
    }
    if (chosen == null || newestAccepted == null) {
      throw new HandshakeException(Reason.NO_COMMON_VERSION, Evidence.versions(hello, profile));
    }
    checkFallback(hello, chosen, newestAccepted, profile);
    return chosen;
  }

  private static boolean offers(ClientHello hello, ProtocolVersion version) {
    if (!hello.supportedVersions().isEmpty()) {
      return hello.supportedVersions().contains(version.code());
    }
    return version.code() <= hello.legacyVersion() && version != ProtocolVersion.TLS_1_3;
  }

  /** RFC 7507 section 3: a client that fell back although we would have done better is attacked. */
  private static void checkFallback(
      ClientHello hello, ProtocolVersion chosen, ProtocolVersion newest, TlsProfile profile)
      throws HandshakeException {
    if (chosen.isBefore(newest) && hello.cipherSuites().contains(CipherSuite.FALLBACK_SCSV)) {
      throw new HandshakeException(
          Reason.INAPPROPRIATE_FALLBACK,
          "fell back to %s (TLS_FALLBACK_SCSV) although profile %s accepts %s: a retry after a"
                  .formatted(chosen.text(), profile.name(), newest.text())
              + " failure, or someone in between (RFC 7507)");
    }
  }

  private static String chooseApplicationProtocol(ClientHello hello, List<String> accepted)
      throws HandshakeException {
    if (accepted.isEmpty() || hello.applicationProtocols().isEmpty()) {
      return "";
    }
    for (String protocol : accepted) {
      if (hello.applicationProtocols().contains(protocol)) {
        return protocol;
      }
    }
    throw new HandshakeException(
        Reason.NO_COMMON_APPLICATION_PROTOCOL,
        "offered ALPN %s; the listener accepts %s"
            .formatted(Evidence.list(hello.applicationProtocols()), Evidence.list(accepted)));
  }

  /**
   * The first scheme, in the profile's order, that the client verifies and the key signs with.
   *
   * @return null if there is none
   */
  static @Nullable Integer chooseScheme(
      CertificateKey key,
      List<Integer> clientSchemes,
      TlsProfile profile,
      ProtocolVersion version) {
    for (String name : profile.signatureSchemes()) {
      int scheme = IanaRegistry.SIGNATURE_SCHEMES.codeOf(name).orElse(0);
      if (key.signs(scheme, version) && clientSchemes.contains(scheme)) {
        return scheme;
      }
    }
    return null;
  }
}
