package dev.handfast.engine;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.bouncycastle.tls.TlsProtocol;

/**
 * Gives Bouncy Castle one record at a time where whole records arrived: it then decrypts where the
 * record is, and would otherwise copy twice.
 */
final class RecordFeeder {

  private static final int HEADER = 5;
  private static final int LENGTH = 3;

  private final TlsProtocol protocol;
  private final byte[] header = new byte[HEADER];
  private int headerLength;
  private int missing;

  RecordFeeder(TlsProtocol protocol) {
    this.protocol = protocol;
  }

  /** Feeds up to the end of one record. */
  void feed(ByteBuffer ciphertext) throws IOException {
    int length = missing > 0 ? goOn(ciphertext) : begin(ciphertext);
    byte[] record = RecordBuffer.RECEIVED.get(length);
    ciphertext.get(record, 0, length);
    protocol.offerInput(record, 0, length);
  }

  private int goOn(ByteBuffer ciphertext) {
    int length = Math.min(Math.min(missing, ciphertext.remaining()), RecordBuffer.LARGEST);
    missing -= length;
    return length;
  }

  /** The header may itself arrive in pieces. */
  private int begin(ByteBuffer ciphertext) {
    int taken = Math.min(HEADER - headerLength, ciphertext.remaining());
    ciphertext.get(ciphertext.position(), header, headerLength, taken);
    headerLength += taken;
    if (headerLength < HEADER) {
      return taken;
    }
    headerLength = 0;
    int fragment = (header[LENGTH] & 0xff) << 8 | (header[LENGTH + 1] & 0xff);
    int room = RecordBuffer.LARGEST - taken;
    int length = Math.min(Math.min(fragment, ciphertext.remaining() - taken), room);
    missing = fragment - length;
    return taken + length;
  }
}
