package dev.handfast.engine;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsCryptoUtils;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.jspecify.annotations.Nullable;

/**
 * What protects one direction of a connection: a key, an IV, and the JDK's cipher, which is
 * compiled to the machine's instructions. Used by one thread at a time.
 */
final class RecordKey {

  private final RecordAead aead;
  private final int mode;
  private final Cipher cipher;
  private final SecureRandom random;
  private final byte[] iv;
  private final byte[] nonce = new byte[RecordAead.NONCE_LENGTH];
  private @Nullable SecretKey key;

  /**
   * Without a key yet.
   *
   * @param mode {@link Cipher#ENCRYPT_MODE} or {@link Cipher#DECRYPT_MODE}
   * @param ivLength how much of the nonce is not the record's own
   */
  RecordKey(RecordAead aead, int mode, int ivLength, PrimitiveHelper helper, SecureRandom random)
      throws GeneralSecurityException {
    this.aead = aead;
    this.mode = mode;
    this.cipher = helper.createCipher(aead.transformation());
    this.random = random;
    this.iv = new byte[ivLength];
  }

  /** Takes key and IV from the key block of TLS 1.2 (RFC 5246 section 6.3). */
  void take(byte[] keyBlock, int keyOffset, int ivOffset) {
    key = new SecretKeySpec(keyBlock, keyOffset, aead.keyLength(), aead.keyAlgorithm());
    System.arraycopy(keyBlock, ivOffset, iv, 0, iv.length);
  }

  /** Derives key and IV from a traffic secret of TLS 1.3 (RFC 8446 section 7.3). */
  void derive(TlsSecret trafficSecret, int hashAlgorithm) throws IOException {
    byte[] encoded = expand(trafficSecret, hashAlgorithm, "key", aead.keyLength());
    key = new SecretKeySpec(encoded, aead.keyAlgorithm());
    Arrays.fill(encoded, (byte) 0);
    System.arraycopy(expand(trafficSecret, hashAlgorithm, "iv", iv.length), 0, iv, 0, iv.length);
  }

  private static byte[] expand(TlsSecret secret, int hashAlgorithm, String label, int length)
      throws IOException {
    return TlsCryptoUtils.hkdfExpandLabel(
            secret, hashAlgorithm, label, TlsUtils.EMPTY_BYTES, length)
        .extract();
  }

  /** The nonce of TLS 1.3 and of ChaCha20-Poly1305 (RFC 8446 section 5.3): IV xor number. */
  void beginMasked(long sequenceNumber) throws GeneralSecurityException {
    System.arraycopy(iv, 0, nonce, 0, nonce.length);
    for (int i = 0; i < Long.BYTES; i++) {
      nonce[nonce.length - 1 - i] ^= (byte) (sequenceNumber >>> (Byte.SIZE * i));
    }
    begin();
  }

  /** The nonce of AES-GCM in TLS 1.2 (RFC 5288 section 3): IV, then what the record says. */
  void beginExplicit(byte[] record, int offset) throws GeneralSecurityException {
    System.arraycopy(iv, 0, nonce, 0, iv.length);
    System.arraycopy(record, offset, nonce, iv.length, nonce.length - iv.length);
    begin();
  }

  private void begin() throws GeneralSecurityException {
    cipher.init(mode, key, aead.parameters(nonce), random);
  }

  /**
   * Encrypts or decrypts in place; to encrypt needs {@link RecordAead#TAG_LENGTH} bytes behind.
   *
   * @throws GeneralSecurityException if what is decrypted was not encrypted with this key, nonce
   *     and additional data
   */
  void crypt(byte[] additionalData, byte[] buffer, int offset, int length)
      throws GeneralSecurityException {
    cipher.updateAAD(additionalData);
    cipher.doFinal(buffer, offset, length, buffer, offset);
  }
}
