package dev.handfast.session;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Makes wire identities, and the public identifiers that belong to them.
 *
 * <p>A wire identity is what the client offers: 32 bytes, of which 26 are random. The other six
 * hold the time of issue, so that the store can keep sessions of one moment together; they are
 * encrypted with ten of the random ones as one block of AES, a permutation of which nobody without
 * the key can tell that there is a time in it (RFC 8446 appendix C.4: nothing in a ticket may link
 * a client's connections).
 *
 * <p>The public identifier is a UUID of version 8 (RFC 9562 section 5.8): that time in milliseconds
 * (48 bits), then 74 bits of the SHA-256 of the wire identity, which do not lead back to it. An
 * identity that was not made here, or under another key, has an identifier like any other, which
 * the store does not know. Any thread; never blocks.
 */
final class SessionIdentities {

  static final int KEY_BYTES = 32;

  /** Shorter identities were not issued here; longer ones neither. */
  private static final int MIN_BYTES = 16;

  private static final int MAX_BYTES = 64;
  private static final int IDENTITY_BYTES = 32;
  private static final int BLOCK = 16;
  private static final int TIME_BITS = 48;

  private static final String AES = "AES/ECB/NoPadding";

  // To get a cipher and expand its key takes many times longer than to use it. In ECB mode it is
  // after each block as it was before.
  private final ThreadLocal<Cipher> encrypting;
  private final ThreadLocal<Cipher> decrypting;
  private final SecureRandom random = new SecureRandom();

  /**
   * With a key that all replicas have.
   *
   * @param key {@value #KEY_BYTES} bytes
   */
  SessionIdentities(byte[] key) {
    SecretKeySpec aes = new SecretKeySpec(key, "AES");
    this.encrypting = ThreadLocal.withInitial(() -> cipher(Cipher.ENCRYPT_MODE, aes));
    this.decrypting = ThreadLocal.withInitial(() -> cipher(Cipher.DECRYPT_MODE, aes));
  }

  static boolean isPossible(byte[] wireIdentity) {
    return wireIdentity.length >= MIN_BYTES && wireIdentity.length <= MAX_BYTES;
  }

  /** A wire identity for a session that is issued now. */
  byte[] next(Instant now) {
    byte[] identity = new byte[IDENTITY_BYTES];
    random.nextBytes(identity);
    ByteBuffer first = ByteBuffer.wrap(identity);
    long rest = first.getLong(0) & mask(Long.SIZE - TIME_BITS);
    first.putLong(0, now.toEpochMilli() << Long.SIZE - TIME_BITS | rest);
    System.arraycopy(block(encrypting, identity), 0, identity, 0, BLOCK);
    return identity;
  }

  /**
   * The public identifier of a session.
   *
   * @param wireIdentity one that {@linkplain #isPossible is possible}
   */
  String idOf(byte[] wireIdentity) {
    long time = ByteBuffer.wrap(block(decrypting, wireIdentity)).getLong();
    ByteBuffer hash = ByteBuffer.wrap(sha256(wireIdentity));
    long high = time & ~mask(Long.SIZE - TIME_BITS) | 0x8000 | hash.getShort() & mask(12);
    long low = 0b10L << Long.SIZE - 2 | hash.getLong() & mask(Long.SIZE - 2);
    return new UUID(high, low).toString();
  }

  /** A public identifier in any spelling; null if it is no UUID, and so names no session. */
  static @Nullable UUID parse(String id) {
    try {
      return UUID.fromString(id);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static long mask(int bits) {
    return (1L << bits) - 1;
  }

  private static byte[] block(ThreadLocal<Cipher> cipher, byte[] text) {
    try {
      return cipher.get().doFinal(text, 0, BLOCK);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Cipher cipher(int mode, SecretKeySpec key) {
    try {
      Cipher cipher = Cipher.getInstance(AES);
      cipher.init(mode, key);
      return cipher;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(AES + " is part of every JDK", e);
    }
  }

  private static byte[] sha256(byte[] text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("SHA-256 is part of every JDK", e);
    }
  }
}
