package dev.handfast.journal;

import java.io.IOException;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.SingleResp;
import org.jspecify.annotations.Nullable;

/**
 * What a stapled OCSP response says; its signature is not verified.
 *
 * @param status {@code good}, {@code revoked}, {@code unknown}, or {@code unreadable}
 */
record StapledOcsp(
    String status,
    @Nullable Instant producedAt,
    @Nullable Instant thisUpdate,
    @Nullable Instant nextUpdate) {

  static @Nullable StapledOcsp of(byte @Nullable [] der) {
    if (der == null) {
      return null;
    }
    try {
      if (new OCSPResp(der).getResponseObject() instanceof BasicOCSPResp basic
          && basic.getResponses().length > 0) {
        SingleResp single = basic.getResponses()[0];
        return new StapledOcsp(
            status(single.getCertStatus()),
            instant(basic.getProducedAt()),
            instant(single.getThisUpdate()),
            instant(single.getNextUpdate()));
      }
    } catch (IOException | OCSPException | RuntimeException e) {
      // A peer's bytes: whatever is wrong with them is said by the status.
    }
    return new StapledOcsp("unreadable", null, null, null);
  }

  /** Bouncy Castle says "good" by null. */
  private static String status(@Nullable CertificateStatus status) {
    if (status == CertificateStatus.GOOD) {
      return "good";
    }
    return status instanceof RevokedStatus ? "revoked" : "unknown";
  }

  private static @Nullable Instant instant(@Nullable Date date) {
    return date == null ? null : date.toInstant();
  }
}
