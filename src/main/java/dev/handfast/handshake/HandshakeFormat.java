package dev.handfast.handshake;

/** The port to whoever knows how the API shows a handshake's record. */
@FunctionalInterface
public interface HandshakeFormat {

  /** The record as the API's JSON document, in UTF-8. Any thread; never blocks. */
  byte[] json(Handshake handshake);
}
