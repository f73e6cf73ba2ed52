package dev.handfast.handshake;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Collects the first flight of a connection until its ClientHello is whole, without consuming it:
 * the bytes go to the engine afterwards. Handles a ClientHello fragmented over records and over
 * network reads of any size. One instance per connection, one thread at a time, never blocks.
 */
public interface ClientHelloReader {

  /**
   * Looks at all bytes received so far.
   *
   * @param received everything from the connection's begin; position to limit, left unchanged
   * @return empty while more is needed
   * @throws HandshakeException if this can never become an acceptable ClientHello: not TLS, an HTTP
   *     request, SSL 2.0 or 3.0 by name, larger than the limit, malformed
   */
  Optional<ClientHello> read(ByteBuffer received) throws HandshakeException;

  /**
   * Parses a ClientHello that was received otherwise than as a connection's first flight: in a
   * renegotiation, or after a HelloRetryRequest.
   *
   * @param body of the handshake message, without its header of four bytes
   * @throws HandshakeException if it is malformed
   */
  static ClientHello parse(byte[] body) throws HandshakeException {
    return ClientHelloParser.parse(body);
  }

  /**
   * A reader with a bound.
   *
   * @param maxBytes the largest ClientHello message accepted, 1..65535
   */
  static ClientHelloReader create(int maxBytes) {
    return new RecordClientHelloReader(maxBytes);
  }
}
