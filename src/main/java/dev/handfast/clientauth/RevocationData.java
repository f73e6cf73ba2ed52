package dev.handfast.clientauth;

import dev.handfast.clientauth.revocation.Finding;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/** What is known of revocations: the part of a decision that is not in policy and bundle. */
interface RevocationData {

  /**
   * Checks a validated path.
   *
   * @param path the client's certificate first, the trust anchor last
   */
  Finding check(
      TrustBundle bundle, List<X509Certificate> path, Instant at, RevocationLookup lookup);

  /** When what is known for a bundle last changed; {@link Instant#EPOCH} if it never did. */
  Instant changedAt(TrustBundle bundle);
}
