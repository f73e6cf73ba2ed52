package dev.handfast.handshake;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/** Tells TLS from what else arrives on a TLS port, by the first bytes. */
final class FirstBytes {

  private static final List<String> HTTP_METHODS =
      List.of(
          "GET ",
          "HEAD ",
          "POST ",
          "PUT ",
          "DELETE ",
          "OPTIONS ",
          "PATCH ",
          "CONNECT ",
          "TRACE ",
          "PRI * HTTP/2");

  private static final int SHOWN = 8;

  private FirstBytes() {}

  /**
   * Whether the connection begins with a TLS record.
   *
   * @return false while more bytes are needed
   * @throws HandshakeException if it begins with something else
   */
  static boolean areTls(ByteBuffer received) throws HandshakeException {
    if (!received.hasRemaining()) {
      return false;
    }
    int first = byteAt(received, 0);
    if (first >= 20 && first <= 23) {
      return isTlsRecord(received);
    }
    if ((first & 0x80) != 0) {
      return isObsolete(received);
    }
    return isHttp(received);
  }

  private static boolean isTlsRecord(ByteBuffer received) throws HandshakeException {
    if (received.remaining() < 2) {
      return false;
    }
    if (byteAt(received, 1) != 3) {
      throw notTls(received);
    }
    return true;
  }

  /** SSL 2.0's CLIENT-HELLO: two bytes of length with the top bit set, type 1, version. */
  private static boolean isObsolete(ByteBuffer received) throws HandshakeException {
    if (received.remaining() >= 3 && byteAt(received, 2) != 1) {
      throw notTls(received);
    }
    if (received.remaining() < 5) {
      return false;
    }
    int version = byteAt(received, 3) << 8 | byteAt(received, 4);
    if (version == ProtocolVersion.SSL_2.code() || version >>> 8 == 3) {
      String wanted =
          ProtocolVersion.ofCode(version).map(ProtocolVersion::text).orElse("an unknown version");
      throw new HandshakeException(
          Reason.OBSOLETE_PROTOCOL,
          "sent an SSL 2.0 ClientHello asking for "
              + wanted
              + "; SSL 2.0 is prohibited (RFC 6176), expected: TLS 1.0 or newer");
    }
    throw notTls(received);
  }

  private static boolean isHttp(ByteBuffer received) throws HandshakeException {
    int length = Math.min(received.remaining(), 12);
    byte[] begin = new byte[length];
    received.get(received.position(), begin);
    String text = new String(begin, StandardCharsets.ISO_8859_1);
    for (String method : HTTP_METHODS) {
      if (text.startsWith(method)) {
        throw new HandshakeException(
            Reason.HTTP_REQUEST,
            "an HTTP request (\"%s\") on a TLS port; expected: https".formatted(method.strip()));
      }
      if (method.startsWith(text)) {
        return false;
      }
    }
    throw notTls(received);
  }

  private static HandshakeException notTls(ByteBuffer received) {
    byte[] begin = new byte[Math.min(SHOWN, received.remaining())];
    received.get(received.position(), begin);
    StringBuilder text = new StringBuilder();
    for (byte b : begin) {
      text.append(b >= 0x20 && b < 0x7f && b != '"' && b != '\\' ? (char) b : '.');
    }
    return new HandshakeException(
        Reason.NOT_TLS,
        "begins with %s (\"%s\"); expected: a TLS handshake record (16 03)"
            .formatted(HexFormat.ofDelimiter(" ").formatHex(begin), text));
  }

  private static int byteAt(ByteBuffer received, int index) {
    return received.get(received.position() + index) & 0xff;
  }
}
