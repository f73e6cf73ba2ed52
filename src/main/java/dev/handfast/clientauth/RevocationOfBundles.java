package dev.handfast.clientauth;

import dev.handfast.clientauth.revocation.CertificateList;
import dev.handfast.clientauth.revocation.CrlRefresh;
import dev.handfast.clientauth.revocation.Finding;
import dev.handfast.clientauth.revocation.RevocationChecks;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import org.springframework.stereotype.Component;

/** Revocation by the CRLs that were given and fetched for a bundle, and by OCSP. */
@Component
final class RevocationOfBundles implements RevocationData {

  private final RevocationChecks checks;
  private final CrlRefresh crls;

  RevocationOfBundles(RevocationChecks checks, CrlRefresh crls) {
    this.checks = checks;
    this.crls = crls;
  }

  @Override
  public Finding check(
      TrustBundle bundle, List<X509Certificate> path, Instant at, RevocationLookup lookup) {
    return checks.check(
        bundle.revocation(), fetched(bundle), path, at, lookup == RevocationLookup.ASK);
  }

  @Override
  public Instant changedAt(TrustBundle bundle) {
    return fetched(bundle).stream()
        .map(CertificateList::receivedAt)
        .reduce(Instant.EPOCH, (a, b) -> a.isAfter(b) ? a : b);
  }

  private List<CertificateList> fetched(TrustBundle bundle) {
    return crls.listsOf(bundle.name(), bundle.revocation().crlUrls());
  }
}
