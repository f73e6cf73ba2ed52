package dev.handfast.engine;

import java.io.IOException;
import org.bouncycastle.tls.TlsProtocol;

/**
 * Gives Bouncy Castle one record at a time where whole records arrived: it then decrypts from the
 * caller's array, where it would otherwise copy twice.
 */
final class RecordFeeder {

  private static final int HEADER = 5;

  private final TlsProtocol protocol;
  private final byte[] header = new byte[HEADER];
  private int headerLength;
  private int missing;

  RecordFeeder(TlsProtocol protocol) {
    this.protocol = protocol;
  }

  /**
   * Feeds up to the end of one record.
   *
   * @return how many bytes were taken
   */
  int feed(byte[] bytes, int offset, int length) throws IOException {
    int count;
    if (missing > 0) {
      count = Math.min(missing, length);
      missing -= count;
    } else {
      count = beginRecord(bytes, offset, length);
    }
    protocol.offerInput(bytes, offset, count);
    return count;
  }

  /** The header may itself arrive in pieces. */
  private int beginRecord(byte[] bytes, int offset, int length) {
    int taken = Math.min(HEADER - headerLength, length);
    System.arraycopy(bytes, offset, header, headerLength, taken);
    headerLength += taken;
    if (headerLength < HEADER) {
      return taken;
    }
    headerLength = 0;
    int fragment = (header[3] & 0xff) << 8 | (header[4] & 0xff);
    int available = Math.min(fragment, length - taken);
    missing = fragment - available;
    return taken + available;
  }
}
