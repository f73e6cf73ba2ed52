package dev.handfast.engine;

import dev.handfast.handshake.Reason;
import java.io.IOException;
import org.bouncycastle.tls.ContentType;
import org.bouncycastle.tls.HandshakeType;
import org.bouncycastle.tls.TlsServerProtocol;
import org.bouncycastle.tls.TlsUtils;

/**
 * Bouncy Castle's protocol with the rules it does not check for where handshake messages lie in
 * records (RFC 8446 section 5.1): nothing comes between the parts of one, and one after which keys
 * change ends its record, so that nothing is read with the keys before that belongs to those after.
 */
abstract class FramedProtocol extends TlsServerProtocol {

  private static final int HEADER = 4;
  private static final int BODY_LENGTH = 0xffffff;

  /** Type and length of the message that is not whole yet, as far as they came. */
  private int header;

  private int headerLength;
  private int missing;

  @Override
  protected final void processRecord(short type, byte[] record, int offset, int length)
      throws IOException {
    if (type == ContentType.handshake) {
      follow(record, offset, offset + length);
    } else if (type == ContentType.application_data && headerLength > 0) {
      throw new FatalFailure(
          Reason.UNEXPECTED_MESSAGE,
          "application data between the parts of a handshake message (RFC 8446 section 5.1)");
    }
    super.processRecord(type, record, offset, length);
  }

  private void follow(byte[] record, int offset, int end) throws FatalFailure {
    int at = offset;
    while (at < end) {
      if (headerLength < HEADER) {
        header = header << Byte.SIZE | record[at++] & 0xff;
        missing = header & BODY_LENGTH;
        headerLength++;
      } else {
        int part = Math.min(missing, end - at);
        missing -= part;
        at += part;
      }
      if (headerLength == HEADER && missing == 0) {
        headerLength = 0;
        requireEnd(header >>> 3 * Byte.SIZE, at == end);
      }
    }
  }

  private void requireEnd(int type, boolean isEnd) throws FatalFailure {
    boolean keysChange =
        type == HandshakeType.client_hello
            || type == HandshakeType.key_update
            || type == HandshakeType.finished && TlsUtils.isTLSv13(getContext());
    if (keysChange && !isEnd) {
      throw new FatalFailure(
          Reason.UNEXPECTED_MESSAGE,
          "more in the record of a %s (expected: its end, RFC 8446 section 5.1)"
              .formatted(HandshakeType.getName((short) type)));
    }
  }
}
