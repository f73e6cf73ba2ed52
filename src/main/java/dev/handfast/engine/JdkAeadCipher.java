package dev.handfast.engine;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.impl.TlsAEADCipherImpl;
import org.jspecify.annotations.Nullable;

/**
 * AES-GCM and ChaCha20-Poly1305 by the JDK, in one direction of one connection. Bouncy Castle's own
 * adapter looks algorithm parameters up for every record, and composes ChaCha20-Poly1305 in Java.
 */
final class JdkAeadCipher implements TlsAEADCipherImpl {

  static final String AES_GCM = "AES/GCM/NoPadding";
  static final String CHACHA20_POLY1305 = "ChaCha20-Poly1305";

  private static final int TAG_LENGTH = 16;

  private final Cipher cipher;
  private final boolean gcm;
  private final boolean encrypting;
  private final SecureRandom random;
  private @Nullable SecretKey key;

  private JdkAeadCipher(Cipher cipher, boolean gcm, boolean encrypting, SecureRandom random) {
    this.cipher = cipher;
    this.gcm = gcm;
    this.encrypting = encrypting;
    this.random = random;
  }

  static JdkAeadCipher of(
      String transformation, boolean encrypting, PrimitiveHelper helper, SecureRandom random)
      throws GeneralSecurityException {
    return new JdkAeadCipher(
        helper.createCipher(transformation), transformation.equals(AES_GCM), encrypting, random);
  }

  @Override
  public void setKey(byte[] bytes, int offset, int length) {
    key = new SecretKeySpec(bytes, offset, length, gcm ? "AES" : "ChaCha20");
  }

  @Override
  public void init(byte[] nonce, int macSize) throws IOException {
    AlgorithmParameterSpec parameters =
        gcm ? new GCMParameterSpec(TAG_LENGTH * Byte.SIZE, nonce) : new IvParameterSpec(nonce);
    try {
      cipher.init(encrypting ? Cipher.ENCRYPT_MODE : Cipher.DECRYPT_MODE, key, parameters, random);
    } catch (GeneralSecurityException e) {
      throw new TlsFatalAlert(AlertDescription.internal_error, e);
    }
  }

  @Override
  public int getOutputSize(int inputLength) {
    return encrypting ? inputLength + TAG_LENGTH : Math.max(0, inputLength - TAG_LENGTH);
  }

  @Override
  public int doFinal(
      byte[] additionalData,
      byte[] input,
      int inputOffset,
      int inputLength,
      byte[] output,
      int outputOffset)
      throws IOException {
    try {
      cipher.updateAAD(additionalData);
      return cipher.doFinal(input, inputOffset, inputLength, output, outputOffset);
    } catch (GeneralSecurityException e) {
      throw new TlsFatalAlert(AlertDescription.bad_record_mac, e);
    }
  }
}
