package dev.handfast.engine;

import static dev.handfast.engine.RecordBuffer.HEADER;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.bouncycastle.tls.ContentType;
import org.bouncycastle.tls.TlsProtocol;
import org.bouncycastle.tls.TlsUtils;

/**
 * Gives Bouncy Castle one whole record at a time: it then decrypts where the record is, and would
 * otherwise copy twice, into an array made for it. Application data waits here until its record is
 * whole; of other records what arrived is given at once, so that what is wrong with them is known
 * at once.
 */
final class RecordFeeder {

  private static final int LENGTH = 3;

  private final TlsProtocol protocol;

  /** The beginning of a record, as long as it is incomplete. */
  private byte[] held = TlsUtils.EMPTY_BYTES;

  private int heldLength;

  /** How much of a record is still to come of which the beginning was given. */
  private int missing;

  RecordFeeder(TlsProtocol protocol) {
    this.protocol = protocol;
  }

  /** Takes up to the end of one record. */
  void feed(ByteBuffer ciphertext) throws IOException {
    if (missing > 0) {
      int length = Math.min(missing, ciphertext.remaining());
      missing -= give(length, ciphertext);
      return;
    }
    int available = heldLength + ciphertext.remaining();
    if (available < HEADER) {
      hold(ciphertext, HEADER);
      return;
    }
    int length =
        HEADER + (byteAt(LENGTH, ciphertext) << Byte.SIZE | byteAt(LENGTH + 1, ciphertext));
    if (available >= length || !mayWait(length, ciphertext)) {
      missing = length - give(Math.min(available, length), ciphertext);
    } else {
      hold(ciphertext, length);
    }
  }

  private boolean mayWait(int length, ByteBuffer ciphertext) {
    return byteAt(0, ciphertext) == ContentType.application_data && length <= RecordBuffer.LARGEST;
  }

  /** A byte of the record that begins with what is held and goes on in this buffer. */
  private int byteAt(int index, ByteBuffer ciphertext) {
    int value =
        index < heldLength
            ? held[index]
            : ciphertext.get(ciphertext.position() + index - heldLength);
    return value & 0xff;
  }

  private void hold(ByteBuffer ciphertext, int recordLength) {
    int more = ciphertext.remaining();
    int needed = heldLength + more;
    if (needed > held.length) {
      byte[] larger = roomFor(needed, recordLength);
      System.arraycopy(held, 0, larger, 0, heldLength);
      held = larger;
    }
    ciphertext.get(held, heldLength, more);
    heldLength = needed;
  }

  /** No more than twice what the peer has sent, or else idle peers could fill the heap cheaply. */
  private byte[] roomFor(int needed, int recordLength) {
    return needed > RecordBuffer.LARGEST / 2
        ? RecordBuffer.RECEIVED.take()
        : new byte[Math.min(recordLength, Math.max(needed, 2 * held.length))];
  }

  /** Gives so much, beginning with what is held, or what fits into a record; returns how much. */
  private int give(int length, ByteBuffer ciphertext) throws IOException {
    int given = Math.min(length, RecordBuffer.LARGEST);
    byte[] record = held;
    if (record.length < given) {
      record = RecordBuffer.RECEIVED.get(given);
      System.arraycopy(held, 0, record, 0, heldLength);
    }
    ciphertext.get(record, heldLength, given - heldLength);
    held = TlsUtils.EMPTY_BYTES;
    heldLength = 0;
    protocol.offerInput(record, 0, given);
    RecordBuffer.RECEIVED.giveBack(record);
    return given;
  }
}
