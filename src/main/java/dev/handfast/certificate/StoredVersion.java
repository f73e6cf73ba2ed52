package dev.handfast.certificate;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A certificate version's row without its private key.
 *
 * @param generation what it was generated from, or null
 * @param stapleUntil until when an OCSP response is stapled, or null if there is none
 */
record StoredVersion(
    String name,
    int version,
    Origin origin,
    List<X509Certificate> chain,
    @Nullable GenerationSpec generation,
    Instant createdAt,
    @Nullable Instant stapleUntil) {

  /** The certificate itself. */
  X509Certificate certificate() {
    return chain.getFirst();
  }
}
