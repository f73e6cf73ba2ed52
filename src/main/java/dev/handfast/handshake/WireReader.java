package dev.handfast.handshake;

import java.util.Arrays;
import java.util.List;

/** Reads the presentation language of TLS (RFC 8446 section 3), naming the field that is wrong. */
final class WireReader {

  private final byte[] bytes;
  private final String where;
  private final int limit;
  private int position;

  WireReader(byte[] bytes, String where) {
    this(bytes, where, 0, bytes.length);
  }

  private WireReader(byte[] bytes, String where, int position, int limit) {
    this.bytes = bytes;
    this.where = where;
    this.position = position;
    this.limit = limit;
  }

  boolean hasRemaining() {
    return position < limit;
  }

  int uint8(String field) throws HandshakeException {
    require(1, field);
    return bytes[position++] & 0xff;
  }

  int uint16(String field) throws HandshakeException {
    require(2, field);
    int value = (bytes[position] & 0xff) << 8 | (bytes[position + 1] & 0xff);
    position += 2;
    return value;
  }

  long uint32(String field) throws HandshakeException {
    return (long) uint16(field) << 16 | uint16(field);
  }

  void skip(int count, String field) throws HandshakeException {
    require(count, field);
    position += count;
  }

  byte[] opaque8(String field, int least, int most) throws HandshakeException {
    return opaque(uint8(field), field, least, most);
  }

  byte[] opaque16(String field, int least, int most) throws HandshakeException {
    return opaque(uint16(field), field, least, most);
  }

  private byte[] opaque(int length, String field, int least, int most) throws HandshakeException {
    if (length < least || length > most) {
      throw malformed("%s: %d bytes (expected: %d..%d)".formatted(field, length, least, most));
    }
    require(length, field);
    position += length;
    return Arrays.copyOfRange(bytes, position - length, position);
  }

  /** A reader over a vector with a length of one byte. */
  WireReader vector8(String field, int least) throws HandshakeException {
    return vector(uint8(field), field, least);
  }

  /** A reader over a vector with a length of two bytes. */
  WireReader vector16(String field, int least) throws HandshakeException {
    return vector(uint16(field), field, least);
  }

  private WireReader vector(int length, String field, int least) throws HandshakeException {
    if (length < least) {
      throw malformed("%s: %d bytes (expected: at least %d)".formatted(field, length, least));
    }
    require(length, field);
    position += length;
    return new WireReader(bytes, field, position - length, position);
  }

  List<Integer> uint8List(String field) throws HandshakeException {
    char[] values = new char[limit - position];
    for (int i = 0; i < values.length; i++) {
      values[i] = (char) uint8(field);
    }
    return CodePoints.of(values);
  }

  List<Integer> uint16List(String field) throws HandshakeException {
    if ((limit - position) % 2 != 0) {
      throw malformed("%s: %d bytes (expected: an even number)".formatted(field, limit - position));
    }
    char[] values = new char[(limit - position) / 2];
    for (int i = 0; i < values.length; i++) {
      values[i] = (char) uint16(field);
    }
    return CodePoints.of(values);
  }

  void expectEnd() throws HandshakeException {
    if (hasRemaining()) {
      throw malformed("%d bytes too many".formatted(limit - position));
    }
  }

  HandshakeException malformed(String what) {
    return new HandshakeException(Reason.MALFORMED_CLIENT_HELLO, where + ": " + what);
  }

  private void require(int count, String field) throws HandshakeException {
    if (limit - position < count) {
      throw malformed(
          "%s is cut short: %d bytes left (expected: %d)"
              .formatted(field, limit - position, count));
    }
  }
}
