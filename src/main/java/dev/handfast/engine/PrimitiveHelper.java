package dev.handfast.engine;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.NoSuchPaddingException;
import org.bouncycastle.jcajce.util.ProviderJcaJceHelper;

/** Bouncy Castle's way to get primitives, answered by {@link PrimitiveProviders}. */
final class PrimitiveHelper extends ProviderJcaJceHelper {

  private final PrimitiveProviders providers;
  private final Provider certificates;
  private final Provider digest;

  PrimitiveHelper(PrimitiveProviders providers) {
    super(providers.bouncyCastle());
    this.providers = providers;
    this.certificates = providers.certificates();
    this.digest = providers.digest();
  }

  @Override
  public Cipher createCipher(String transformation)
      throws NoSuchAlgorithmException, NoSuchPaddingException {
    return Cipher.getInstance(transformation, providers.cipher(transformation));
  }

  @Override
  public Mac createMac(String algorithm) throws NoSuchAlgorithmException {
    return Mac.getInstance(algorithm, providers.mac(algorithm));
  }

  @Override
  @SuppressWarnings("deprecation") // The name by which bctls calls it.
  public MessageDigest createDigest(String algorithm) throws NoSuchAlgorithmException {
    return MessageDigest.getInstance(algorithm, digest);
  }

  @Override
  public MessageDigest createMessageDigest(String algorithm) throws NoSuchAlgorithmException {
    return MessageDigest.getInstance(algorithm, digest);
  }

  @Override
  public Signature createSignature(String algorithm) throws NoSuchAlgorithmException {
    return Signature.getInstance(algorithm, providers.verifier(algorithm));
  }

  @Override
  public CertificateFactory createCertificateFactory(String type) throws CertificateException {
    return CertificateFactory.getInstance(type, certificates);
  }
}
