package dev.handfast.secret;

import java.security.GeneralSecurityException;
import java.security.Provider;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * XAES-256-GCM (c2sp.org/XAES-256-GCM): AES-256-GCM under a key that is derived per message from
 * the first half of a 192-bit nonce, so that random nonces never run out. Stateless.
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

  // To look for the first that has it takes, each time, longer than to seal.
  private static final Provider GCM_PROVIDER = provider(GCM);
  private static final Provider ECB_PROVIDER = provider(ECB);

  private XAes256Gcm() {}

  private static Provider provider(String transformation) {
    try {
      return Cipher.getInstance(transformation).getProvider();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(transformation + " is part of every JDK", e);
    }
  }

  static byte[] seal(byte[] key, byte[] nonce, byte[] plaintext, byte[] associated)
      throws GeneralSecurityException {
    return cipher(Cipher.ENCRYPT_MODE, key, nonce, associated).doFinal(plaintext);
  }

  static byte[] open(byte[] key, byte[] nonce, byte[] ciphertext, byte[] associated)
      throws GeneralSecurityException {
    return cipher(Cipher.DECRYPT_MODE, key, nonce, associated).doFinal(ciphertext);
  }

  private static Cipher cipher(int mode, byte[] key, byte[] nonce, byte[] associated)
      throws GeneralSecurityException {
    byte[] derived = deriveKey(key, nonce);
    try {
      Cipher cipher = Cipher.getInstance(GCM, GCM_PROVIDER);
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
  private static byte[] deriveKey(byte[] key, byte[] nonce) throws GeneralSecurityException {
    Cipher aes = Cipher.getInstance(ECB, ECB_PROVIDER);
    aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
    byte[] subkey = doubled(aes.doFinal(new byte[BLOCK]));
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
    return aes.doFinal(blocks);
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
