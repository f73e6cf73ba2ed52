package dev.handfast.session;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The public identifier of a session: the SHA-256 of its wire identity in base64url. The wire
 * identity is random and at least 128 bits long, so the hash does not lead back to it.
 */
final class SessionId {

  /** Shorter identities were not issued here; longer ones neither. */
  private static final int MIN_BYTES = 16;

  private static final int MAX_BYTES = 64;

  private SessionId() {}

  static boolean isPossible(byte[] wireIdentity) {
    return wireIdentity.length >= MIN_BYTES && wireIdentity.length <= MAX_BYTES;
  }

  static String of(byte[] wireIdentity) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(wireIdentity);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every JDK", e);
    }
  }
}
