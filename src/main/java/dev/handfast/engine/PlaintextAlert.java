package dev.handfast.engine;

import dev.handfast.handshake.Alert;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The fatal alert that answers a ClientHello which nobody can serve (RFC 8446 section 6). */
final class PlaintextAlert {

  private static final byte ALERT_RECORD = 21;
  private static final byte FATAL = 2;
  private static final int TLS_1_0 = 0x0301;

  private byte[] record = new byte[0];
  private int position;
  private @Nullable Alert alert;

  /**
   * Sets the alert.
   *
   * @param legacyVersion the ClientHello's; the oldest clients want their own in the record
   */
  void set(Alert what, int legacyVersion) {
    alert = what;
    byte minor = (byte) (legacyVersion <= TLS_1_0 ? 1 : 3);
    record = new byte[] {ALERT_RECORD, 3, minor, 0, 2, FATAL, (byte) what.code()};
  }

  @Nullable Alert alert() {
    return alert;
  }

  int pending() {
    return record.length - position;
  }

  int take(ByteBuffer target) {
    int count = Math.min(target.remaining(), pending());
    target.put(record, position, count);
    position += count;
    return count;
  }
}
