package dev.handfast.handshake;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * What a listener accepts of the protocol, in order of preference; names are IANA's.
 *
 * @param minVersion the oldest accepted
 * @param maxVersion the newest accepted
 * @param cipherSuites TLS 1.3 and older ones together
 */
public record TlsProfile(
    String name,
    ProtocolVersion minVersion,
    ProtocolVersion maxVersion,
    List<String> cipherSuites,
    List<String> groups,
    List<String> signatureSchemes) {

  public TlsProfile {
    cipherSuites = List.copyOf(cipherSuites);
    groups = List.copyOf(groups);
    signatureSchemes = List.copyOf(signatureSchemes);
  }

  /**
   * What a client offers that wants this certificate and no other: the newest version, with the
   * cipher suites and signature schemes that fit the certificate's key.
   */
  public TlsProfile limitedTo(X509Certificate certificate) {
    CertificateKey key = CertificateKey.of(certificate);
    return new TlsProfile(
        name,
        maxVersion,
        maxVersion,
        cipherSuites.stream()
            .filter(
                suite ->
                    IanaRegistry.CIPHER_SUITES.codeOf(suite).stream()
                        .mapToObj(CipherSuite::of)
                        .flatMap(Optional::stream)
                        .anyMatch(known -> key.fits(known.keyExchange())))
            .toList(),
        groups,
        signatureSchemes.stream()
            .filter(
                scheme ->
                    IanaRegistry.SIGNATURE_SCHEMES.codeOf(scheme).stream()
                        .anyMatch(code -> key.signs(code, maxVersion)))
            .toList());
  }

  /** Whether this profile accepts the version. */
  public boolean accepts(ProtocolVersion version) {
    return !version.isBefore(minVersion) && !maxVersion.isBefore(version);
  }
}
