package dev.handfast.handshake;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reassembles the ClientHello from its records (RFC 8446 section 5.1). Remembers how far it looked,
 * so that a client which sends single bytes costs no more than one which sends all at once.
 */
final class RecordClientHelloReader implements ClientHelloReader {

  private static final int RECORD_HEADER = 5;
  private static final int MESSAGE_HEADER = 4;
  private static final int MAX_FRAGMENT = 1 << 14;
  private static final int HANDSHAKE_RECORD = 22;
  private static final int CLIENT_HELLO = 1;

  private final int maxBytes;
  private byte[] message = {};
  private int messageLength;
  private int consumed;
  private int fragmentRemaining;
  private boolean recognised;

  RecordClientHelloReader(int maxBytes) {
    if (maxBytes < 1 || maxBytes > 65535) {
      throw new IllegalArgumentException("maxBytes: " + maxBytes + " (expected: 1..65535)");
    }
    this.maxBytes = maxBytes;
  }

  @Override
  public Optional<ClientHello> read(ByteBuffer received) throws HandshakeException {
    if (!recognised) {
      recognised = FirstBytes.areTls(received);
      if (!recognised) {
        return Optional.empty();
      }
    }
    while (!messageComplete()) {
      if (fragmentRemaining == 0 && !readRecordHeader(received)) {
        return Optional.empty();
      }
      int available = received.remaining() - consumed;
      if (available == 0) {
        return Optional.empty();
      }
      append(received, Math.min(available, fragmentRemaining));
      checkMessageHeader();
    }
    return Optional.of(
        ClientHelloParser.parse(Arrays.copyOfRange(message, MESSAGE_HEADER, size())));
  }

  private boolean readRecordHeader(ByteBuffer received) throws HandshakeException {
    if (received.remaining() - consumed < RECORD_HEADER) {
      return false;
    }
    int at = received.position() + consumed;
    int type = received.get(at) & 0xff;
    int major = received.get(at + 1) & 0xff;
    int length = received.getShort(at + 3) & 0xffff;
    if (type != HANDSHAKE_RECORD) {
      throw new HandshakeException(
          Reason.UNEXPECTED_MESSAGE,
          "a record of type %d (expected: 22, handshake, with the ClientHello)".formatted(type));
    }
    if (major != 3) {
      throw new HandshakeException(
          Reason.NOT_TLS, "a record of version %d.x (expected: 3.x)".formatted(major));
    }
    if (length < 1 || length > MAX_FRAGMENT) {
      throw new HandshakeException(
          Reason.MALFORMED_CLIENT_HELLO,
          "a record of %d bytes (expected: 1..%d)".formatted(length, MAX_FRAGMENT));
    }
    consumed += RECORD_HEADER;
    fragmentRemaining = length;
    return true;
  }

  private void append(ByteBuffer received, int count) {
    if (message.length < messageLength + count) {
      message = Arrays.copyOf(message, Math.max(messageLength + count, message.length * 2));
    }
    received.get(received.position() + consumed, message, messageLength, count);
    messageLength += count;
    consumed += count;
    fragmentRemaining -= count;
  }

  private void checkMessageHeader() throws HandshakeException {
    if (messageLength > 0 && message[0] != CLIENT_HELLO) {
      throw new HandshakeException(
          Reason.UNEXPECTED_MESSAGE,
          "the first handshake message has type %d (expected: 1, ClientHello)"
              .formatted(message[0] & 0xff));
    }
    if (messageLength >= MESSAGE_HEADER && size() - MESSAGE_HEADER > maxBytes) {
      throw new HandshakeException(
          Reason.CLIENT_HELLO_TOO_LARGE,
          "a ClientHello of %d bytes (expected: at most %d)"
              .formatted(size() - MESSAGE_HEADER, maxBytes));
    }
  }

  private boolean messageComplete() {
    return messageLength >= MESSAGE_HEADER && messageLength >= size();
  }

  private int size() {
    return MESSAGE_HEADER
        + ((message[1] & 0xff) << 16 | (message[2] & 0xff) << 8 | (message[3] & 0xff));
  }
}
