package dev.handfast.clientauth.revocation;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a CRL, for the operator.
 *
 * @param source {@code crlPem[0]}, or a URL
 * @param issuer null while nothing was fetched
 * @param lastError why the last attempt to fetch failed, or what is wrong with it; null if nothing
 */
public record CrlStatus(
    String source,
    @Nullable String issuer,
    @Nullable Instant thisUpdate,
    @Nullable Instant nextUpdate,
    @Nullable Instant fetchedAt,
    @Nullable String lastError) {

  static CrlStatus of(
      String source,
      @Nullable CertificateList list,
      @Nullable Instant fetchedAt,
      @Nullable String lastError) {
    return list == null
        ? new CrlStatus(source, null, null, null, fetchedAt, lastError)
        : new CrlStatus(
            source,
            list.crl().getIssuerX500Principal().getName(),
            list.thisUpdate(),
            list.nextUpdate().orElse(null),
            fetchedAt,
            lastError);
  }
}
