package dev.handfast.engine;

import org.bouncycastle.tls.crypto.TlsHash;
import org.jspecify.annotations.Nullable;

/**
 * The crypto of one TLS 1.3 connection. Bouncy Castle keeps the transcript hash to itself, but the
 * keys for resumption and post-handshake authentication depend on it. It is the hash that Bouncy
 * Castle forks whenever it derives something from the transcript, so remembering which hash was
 * cloned last finds it.
 */
final class TranscriptCrypto extends EngineCrypto {

  private @Nullable TlsHash transcript;

  TranscriptCrypto(EngineCrypto shared) {
    super(shared);
  }

  /**
   * A copy of the transcript hash.
   *
   * @throws IllegalStateException before anything was derived from a transcript
   */
  TlsHash forkTranscript() {
    if (transcript == null) {
      throw new IllegalStateException("no transcript yet");
    }
    return transcript.cloneHash();
  }

  /** The transcript is no longer needed: an idle connection should not keep it. */
  void forgetTranscript() {
    transcript = null;
  }

  @Override
  public TlsHash createHash(int cryptoHashAlgorithm) {
    return new ObservedHash(super.createHash(cryptoHashAlgorithm));
  }

  private final class ObservedHash implements TlsHash {

    private final TlsHash hash;

    ObservedHash(TlsHash hash) {
      this.hash = hash;
    }

    @Override
    public void update(byte[] input, int offset, int length) {
      hash.update(input, offset, length);
    }

    @Override
    public byte[] calculateHash() {
      return hash.calculateHash();
    }

    @Override
    public TlsHash cloneHash() {
      transcript = hash;
      return hash.cloneHash();
    }

    @Override
    public void reset() {
      hash.reset();
    }
  }
}
