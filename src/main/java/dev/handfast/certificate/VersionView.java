package dev.handfast.certificate;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * A version in a certificate's history, as the API shows it; never with its private key.
 *
 * @param current whether new handshakes use it
 */
record VersionView(
    int version,
    boolean current,
    String origin,
    Instant createdAt,
    String subject,
    String issuer,
    List<String> subjectAltNames,
    String serialNumber,
    String keyType,
    Instant notBefore,
    Instant notAfter,
    String fingerprintSha256,
    String chainPem) {

  static VersionView of(StoredVersion version, boolean current) {
    X509Certificate certificate = version.certificate();
    return new VersionView(
        version.version(),
        current,
        version.origin().text(),
        version.createdAt(),
        X509.subject(certificate),
        X509.issuer(certificate),
        X509.subjectAltNames(certificate),
        certificate.getSerialNumber().toString(16),
        KeyType.describe(certificate.getPublicKey()),
        certificate.getNotBefore().toInstant(),
        certificate.getNotAfter().toInstant(),
        X509.fingerprint(certificate),
        X509.toPem(version.chain()));
  }
}
