package dev.handfast.clientauth;

import dev.handfast.clientauth.revocation.RevocationSettings;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import javax.security.auth.x500.X500Principal;

/** A trust bundle ready to be used. Each of its certificates is a trust anchor. */
record TrustBundle(
    String name,
    long revision,
    Instant updatedAt,
    List<X509Certificate> certificates,
    RevocationSettings revocation) {

  TrustBundle {
    certificates = List.copyOf(certificates);
  }

  /** Whether the other version of this bundle differs in the CRLs given with it, if at all. */
  boolean differsInCrlsOnly(TrustBundle other) {
    return name.equals(other.name)
        && certificates.equals(other.certificates)
        && revocation.withCrls(List.of()).equals(other.revocation.withCrls(List.of()));
  }

  /** The names for a CertificateRequest, each once. */
  List<X500Principal> authorities() {
    return certificates.stream().map(X509Certificate::getSubjectX500Principal).distinct().toList();
  }
}
