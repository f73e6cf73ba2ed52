package dev.handfast.engine;

import java.io.IOException;
import org.bouncycastle.tls.crypto.TlsHash;
import org.jspecify.annotations.Nullable;

/**
 * The transcript hash of a connection's TLS 1.3 handshake. Bouncy Castle keeps it to itself, but
 * the keys for resumption and post-handshake authentication depend on it. It is the hash that
 * Bouncy Castle forks whenever it derives something from the transcript, so remembering which hash
 * was cloned last finds it.
 */
final class Transcript {

  /** Of the connection whose handshake this thread goes on with. */
  private static final ScopedValue<Transcript> CURRENT = ScopedValue.newInstance();

  private @Nullable TlsHash hash;

  /** A part of the handshake. */
  @FunctionalInterface
  interface Part {
    void run() throws IOException;
  }

  /** A part of the handshake: hashes that are made within are observed. */
  void during(Part part) throws IOException {
    ScopedValue.where(CURRENT, this)
        .call(
            () -> {
              part.run();
              return true;
            });
  }

  /** The hash, observed if a handshake with a transcript goes on. */
  static TlsHash observed(TlsHash hash) {
    return CURRENT.isBound() ? CURRENT.get().new ObservedHash(hash) : hash;
  }

  /**
   * A copy of the transcript hash.
   *
   * @throws IllegalStateException before anything was derived from a transcript
   */
  TlsHash fork() {
    if (hash == null) {
      throw new IllegalStateException("no transcript yet");
    }
    return hash.cloneHash();
  }

  private final class ObservedHash implements TlsHash {

    private final TlsHash observed;

    ObservedHash(TlsHash observed) {
      this.observed = observed;
    }

    @Override
    public void update(byte[] input, int offset, int length) {
      observed.update(input, offset, length);
    }

    @Override
    public byte[] calculateHash() {
      return observed.calculateHash();
    }

    @Override
    public TlsHash cloneHash() {
      hash = observed;
      return observed.cloneHash();
    }

    @Override
    public void reset() {
      observed.reset();
    }
  }
}
