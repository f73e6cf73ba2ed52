package dev.handfast.handshake;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * Anything as the first bytes of a connection. A network that cuts it differently must not change
 * what is read.
 */
public final class ClientHelloFuzz {

  private static final int MAX_CLIENT_HELLO = 16_384;

  private ClientHelloFuzz() {}

  /** Called by the fuzzer. The first byte says in which pieces the others arrive. */
  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length == 0) {
      return;
    }
    int piece = 1 + (data[0] & 0xff);
    byte[] bytes = Arrays.copyOfRange(data, 1, data.length);
    String whole = outcome(bytes, bytes.length);
    String inPieces = outcome(bytes, piece);
    if (!whole.equals(inPieces)) {
      throw new AssertionError("whole: " + whole + ", in pieces of " + piece + ": " + inPieces);
    }
  }

  private static String outcome(byte[] bytes, int piece) {
    ClientHelloReader reader = ClientHelloReader.create(MAX_CLIENT_HELLO);
    try {
      for (int end = Math.min(piece, bytes.length); ; end = Math.min(end + piece, bytes.length)) {
        Optional<ClientHello> hello = reader.read(ByteBuffer.wrap(bytes, 0, end));
        if (hello.isPresent() || end == bytes.length) {
          return hello.map(ClientHelloFuzz::facts).orElse("more is needed");
        }
      }
    } catch (HandshakeException e) {
      return e.failure().reason().code();
    }
  }

  private static String facts(ClientHello hello) {
    return "%s %s %s %s"
        .formatted(
            hello.legacyVersion(), hello.cipherSuites(), hello.extensions(), hello.serverName());
  }
}
