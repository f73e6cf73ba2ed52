package dev.handfast.handshake;

import java.nio.ByteBuffer;
import java.util.Optional;

final class RecordClientHelloReader implements ClientHelloReader {

  private final int maxBytes;

  RecordClientHelloReader(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  @Override
  public Optional<ClientHello> read(ByteBuffer received) {
    throw new IllegalStateException("to come, limit " + maxBytes);
  }
}
