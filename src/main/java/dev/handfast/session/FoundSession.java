package dev.handfast.session;

import java.time.Instant;

/**
 * What the store knows of a session that is to be resumed: the rest is within the seal.
 *
 * @param sealed made by {@link SessionCodec}
 */
record FoundSession(String id, Instant expiresAt, byte[] sealed) {

  /** Names nothing that could resume it. */
  @Override
  public String toString() {
    return "FoundSession[" + id + "]";
  }
}
