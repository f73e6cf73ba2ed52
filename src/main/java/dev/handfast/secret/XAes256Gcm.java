package dev.handfast.secret;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * XAES-256-GCM (c2sp.org/XAES-256-GCM): AES-256-GCM under a key that is derived per message from
 * the first half of a 192-bit nonce, so that random nonces never run out. Any thread; never blocks.
 */
final class XAes256Gcm {

  static final int KEY_BYTES = 32;
  static final int NONCE_BYTES = 24;
  static final int TAG_BYTES = 16;

  private static final int BLOCK = 16;
  private static final int HALF = NONCE_BYTES / 2;
  private static final int MSB_POLYNOMIAL = 0b1000_0111;

  private static final String GCM = "AES/GCM/NoPadding";
  private static final String ECB = "AES/ECB/NoPadding";

  // To get a cipher takes longer than to seal a session. Initialised anew for each message.
  private static final ThreadLocal<Cipher> GCM_CIPHER = ThreadLocal.withInitial(() -> cipher(GCM));

  private final ThreadLocal<Cipher> aes;
  private final byte[] subkey;

  /**
   * With one key for all messages.
   *
   * @param key {@value #KEY_BYTES} bytes
   */
  XAes256Gcm(byte[] key) {
    SecretKeySpec spec = new SecretKeySpec(key, "AES");
    this.aes = ThreadLocal.withInitial(() -> encrypting(spec));
    this.subkey = doubled(encrypt(new byte[BLOCK]));
  }

  byte[] seal(byte[] nonce, byte[] plaintext, byte[] associated) throws GeneralSecurityException {
    return prepared(Cipher.ENCRYPT_MODE, nonce, associated).doFinal(plaintext);
  }

  byte[] open(byte[] nonce, byte[] ciphertext, byte[] associated) throws GeneralSecurityException {
    return prepared(Cipher.DECRYPT_MODE, nonce, associated).doFinal(ciphertext);
  }

  private Cipher prepared(int mode, byte[] nonce, byte[] associated)
      throws GeneralSecurityException {
    byte[] derived = deriveKey(nonce);
    try {
      Cipher cipher = GCM_CIPHER.get();
      cipher.init(
          mode,
          new SecretKeySpec(derived, "AES"),
          new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce, HALF, HALF));
      cipher.updateAAD(associated);
      return cipher;
    } finally {
      Arrays.fill(derived, (byte) 0);
    }
  }

  /**
   * CMAC in counter mode (NIST SP 800-108), with the label "X" and half of the nonce as context.
   */
  private byte[] deriveKey(byte[] nonce) {
    byte[] blocks = new byte[2 * BLOCK];
    for (int counter = 1; counter <= 2; counter++) {
      int at = (counter - 1) * BLOCK;
      blocks[at + 1] = (byte) counter;
      blocks[at + 2] = 'X';
      System.arraycopy(nonce, 0, blocks, at + BLOCK - HALF, HALF);
      for (int i = 0; i < BLOCK; i++) {
        blocks[at + i] ^= subkey[i];
      }
    }
    return encrypt(blocks);
  }

  private byte[] encrypt(byte[] blocks) {
    try {
      return aes.get().doFinal(blocks);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Cipher encrypting(SecretKeySpec key) {
    Cipher cipher = cipher(ECB);
    try {
      cipher.init(Cipher.ENCRYPT_MODE, key);
      return cipher;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Cipher cipher(String transformation) {
    try {
      return Cipher.getInstance(transformation);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(transformation + " is part of every JDK", e);
    }
  }

  /** Multiplies by x in GF(2^128), as CMAC does for its subkey (RFC 4493 section 2.3). */
  private static byte[] doubled(byte[] block) {
    byte[] result = new byte[BLOCK];
    int carry = 0;
    for (int i = BLOCK - 1; i >= 0; i--) {
      int value = block[i] & 0xff;
      result[i] = (byte) (value << 1 | carry);
      carry = value >>> 7;
    }
    result[BLOCK - 1] ^= (byte) (carry * MSB_POLYNOMIAL);
    return result;
  }
}
