package dev.handfast.certificate;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What this instance's own listeners were seen to serve after a rotation. Any thread. */
public interface ServedCertificates {

  /** What was seen since the certificate's last rotation; empty if there was none. Never blocks. */
  List<Served> of(String certificate);

  /**
   * What one listener serves to clients of one server name.
   *
   * @param serverName sent by the check, or null: none was
   * @param version the version that is expected
   * @param result {@code pending} as long as the check is under way, {@code confirmed}, {@code
   *     mismatch} if another certificate was served, {@code unknown} if that could not be seen
   * @param explanation what was found instead; null if confirmed or pending
   * @param checkedAt null as long as it is pending
   */
  record Served(
      String listener,
      @Nullable String serverName,
      int version,
      String result,
      @Nullable String explanation,
      @Nullable Instant checkedAt) {

    public static final String PENDING = "pending";
    public static final String CONFIRMED = "confirmed";
    public static final String MISMATCH = "mismatch";
    public static final String UNKNOWN = "unknown";
  }
}
