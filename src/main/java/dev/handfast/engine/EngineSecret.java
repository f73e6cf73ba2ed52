package dev.handfast.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.InvalidKeyException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.bouncycastle.tls.crypto.impl.jcajce.JceTlsSecret;

/**
 * A secret of TLS 1.3's key schedule (RFC 8446 section 7.1). A handshake computes two dozen HMACs
 * in it, and Bouncy Castle makes each anew; here they are the thread's. Whatever is derived from
 * such a secret is another.
 */
class EngineSecret extends JceTlsSecret {

  EngineSecret(EngineCrypto crypto, byte[] secret) {
    super(crypto, secret);
  }

  final EngineCrypto crypto() {
    return (EngineCrypto) crypto;
  }

  /** One block of HKDF-Expand (RFC 5869 section 2.3), of which TLS never needs more for a key. */
  @Override
  public synchronized TlsSecret hkdfExpand(int hashAlgorithm, byte[] info, int length) {
    Mac hmac = keyed(hashAlgorithm);
    if (length < 1 || length > hmac.getMacLength()) {
      return super.hkdfExpand(hashAlgorithm, info, length);
    }
    hmac.update(info);
    hmac.update((byte) 1);
    byte[] block = hmac.doFinal();
    if (length == block.length) {
      return new EngineSecret(crypto(), block);
    }
    byte[] output = Arrays.copyOf(block, length);
    Arrays.fill(block, (byte) 0);
    return new EngineSecret(crypto(), output);
  }

  /** HKDF-Extract (RFC 5869 section 2.2) with this secret as the salt, which is then gone. */
  @Override
  public synchronized TlsSecret hkdfExtract(int hashAlgorithm, TlsSecret keyMaterial) {
    Mac hmac = keyed(hashAlgorithm);
    data = null;
    try {
      keyMaterial.encrypt(
          (bytes, offset, length) -> {
            hmac.update(bytes, offset, length);
            return TlsUtils.EMPTY_BYTES;
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new EngineSecret(crypto(), hmac.doFinal());
  }

  @Override
  public synchronized byte[] calculateHMAC(
      int hashAlgorithm, byte[] bytes, int offset, int length) {
    Mac hmac = keyed(hashAlgorithm);
    hmac.update(bytes, offset, length);
    return hmac.doFinal();
  }

  private Mac keyed(int hashAlgorithm) {
    checkAlive();
    Mac hmac = crypto().hmac(hashAlgorithm);
    try {
      hmac.init(new SecretKeySpec(data, hmac.getAlgorithm()));
    } catch (InvalidKeyException e) {
      throw PrimitiveProviders.unavailable(e);
    }
    return hmac;
  }
}
