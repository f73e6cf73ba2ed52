package dev.handfast.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.bouncycastle.tls.TlsProtocol;

/** What the caller sends while a renegotiation runs: it must go out under the new keys. */
final class HeldPlaintext {

  private ByteArrayOutputStream bytes = new ByteArrayOutputStream(0);

  void add(ByteBuffer plaintext) {
    byte[] more = new byte[plaintext.remaining()];
    plaintext.get(more);
    bytes.writeBytes(more);
  }

  int size() {
    return bytes.size();
  }

  void drop() {
    bytes = new ByteArrayOutputStream(0);
  }

  void release(TlsProtocol protocol) throws IOException {
    if (bytes.size() > 0) {
      byte[] released = bytes.toByteArray();
      drop();
      protocol.writeApplicationData(released, 0, released.length);
    }
  }
}
