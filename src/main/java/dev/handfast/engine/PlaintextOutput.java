package dev.handfast.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What the caller sends, and its end. While a renegotiation runs it is held, because it must go out
 * under the new keys.
 */
final class PlaintextOutput {

  private ByteArrayOutputStream held = new ByteArrayOutputStream(0);
  private boolean closing;
  private boolean closed;

  /** Sends or holds; nothing after {@link #close}. */
  void send(ServerProtocol protocol, ByteBuffer plaintext) throws IOException {
    if (closing) {
      return;
    }
    if (protocol.isHandshaking()) {
      byte[] more = new byte[plaintext.remaining()];
      plaintext.get(more);
      held.writeBytes(more);
      return;
    }
    while (plaintext.hasRemaining() && !protocol.isClosed()) {
      int length = Math.min(plaintext.remaining(), RecordBuffer.FRAGMENT);
      byte[] fragment = RecordBuffer.PLAINTEXT.get(length);
      plaintext.get(fragment, 0, length);
      protocol.writeApplicationData(fragment, 0, length);
    }
  }

  /** Sends what was held, if no renegotiation runs any more. */
  void release(ServerProtocol protocol) throws IOException {
    if (protocol.isHandshaking()) {
      return;
    }
    if (held.size() > 0) {
      byte[] released = held.toByteArray();
      drop();
      protocol.writeApplicationData(released, 0, released.length);
    }
    if (closing && !closed) {
      closed = true;
      protocol.sendCloseNotify();
    }
  }

  /**
   * Says close_notify after what is held.
   *
   * @param established if not, nothing is held, and the handshake is not waited for
   */
  void close(ServerProtocol protocol, boolean established) throws IOException {
    if (closing) {
      return;
    }
    closing = true;
    if (established) {
      release(protocol);
    } else {
      closed = true;
      protocol.sendCloseNotify();
    }
  }

  /** How many bytes are held. */
  int held() {
    return held.size();
  }

  void drop() {
    held = new ByteArrayOutputStream(0);
  }

  boolean isClosing() {
    return closing;
  }

  boolean isClosed() {
    return closed;
  }
}
