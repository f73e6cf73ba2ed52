package dev.handfast.certificate;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A certificate as the API shows it, at its current version; never with a private key. The fields
 * of the version are null as long as only a request was made.
 *
 * @param origin how the version came to be: {@code self}, {@code local-ca}, {@code upload}, {@code
 *     signed}, {@code directory}
 * @param renewAt when Handfast renews it by itself, or null if it does not
 * @param stapledUntil until when an OCSP response is stapled, or null if there is none
 * @param pendingCsrPem the request that awaits its signed chain, or null
 * @param warnings what clients may dislike
 * @param served what this instance's listeners were seen to serve after the last rotation
 */
record CertificateView(
    String name,
    @Nullable Integer version,
    @Nullable String subject,
    @Nullable String issuer,
    List<String> subjectAltNames,
    @Nullable String serialNumber,
    @Nullable String keyType,
    @Nullable Instant notBefore,
    @Nullable Instant notAfter,
    @Nullable String fingerprintSha256,
    @Nullable String chainPem,
    long revision,
    List<String> usedBy,
    @Nullable String origin,
    @Nullable Instant renewAt,
    @Nullable Instant stapledUntil,
    @Nullable String pendingCsrPem,
    List<String> warnings,
    List<ServedCertificates.Served> served) {

  static CertificateView of(
      StoredCertificate certificate,
      @Nullable StoredVersion current,
      List<String> usedBy,
      List<ServedCertificates.Served> served) {
    if (current == null) {
      return new CertificateView(
          certificate.name(),
          null,
          null,
          null,
          List.of(),
          null,
          null,
          null,
          null,
          null,
          null,
          certificate.revision(),
          usedBy,
          null,
          null,
          null,
          certificate.pendingCsr(),
          List.of(),
          served);
    }
    VersionView version = VersionView.of(current, true);
    return new CertificateView(
        certificate.name(),
        version.version(),
        version.subject(),
        version.issuer(),
        version.subjectAltNames(),
        version.serialNumber(),
        version.keyType(),
        version.notBefore(),
        version.notAfter(),
        version.fingerprintSha256(),
        version.chainPem(),
        certificate.revision(),
        usedBy,
        version.origin(),
        Renewal.dueAt(current),
        current.stapleUntil(),
        certificate.pendingCsr(),
        Warnings.about(current.chain(), current.stapleUntil() != null),
        served);
  }

  /** What the audit log keeps: without the PEM texts, and without what was seen since. */
  CertificateView summary() {
    return new CertificateView(
        name,
        version,
        subject,
        issuer,
        subjectAltNames,
        serialNumber,
        keyType,
        notBefore,
        notAfter,
        fingerprintSha256,
        null,
        revision,
        usedBy,
        origin,
        renewAt,
        stapledUntil,
        null,
        warnings,
        List.of());
  }
}
