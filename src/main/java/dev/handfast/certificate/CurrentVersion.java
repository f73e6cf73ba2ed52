package dev.handfast.certificate;

import dev.handfast.handshake.Credential;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A certificate's current version, in memory.
 *
 * @param fingerprint tells a certificate that was deleted and made again from the one before
 * @param staple of the OCSP response in the credential, or null if there is none
 * @param renewAt when it is to be renewed, or null if it is not
 */
record CurrentVersion(
    String fingerprint,
    Credential credential,
    @Nullable StapleTimes staple,
    @Nullable Instant renewAt) {

  /** The times of an OCSP response (RFC 6960 section 2.4). */
  record StapleTimes(Instant thisUpdate, Instant nextUpdate) {}
}
