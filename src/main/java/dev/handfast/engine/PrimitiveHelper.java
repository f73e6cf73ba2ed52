package dev.handfast.engine;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.NoSuchPaddingException;
import org.bouncycastle.jcajce.util.ProviderJcaJceHelper;

/**
 * Bouncy Castle's way to get primitives, answered by {@link PrimitiveProviders}. A TLS 1.3
 * handshake asks for dozens of hashes and MACs: those are copies of one that is never used itself,
 * which costs less than to look one up. Any thread.
 */
final class PrimitiveHelper extends ProviderJcaJceHelper {

  private final PrimitiveProviders providers;
  private final Provider certificates;
  private final Provider digest;
  private final Map<String, Mac> macs = new ConcurrentHashMap<>();
  private final Map<String, MessageDigest> digests = new ConcurrentHashMap<>();
  private final ThreadLocal<Map<String, Mac>> threadMacs = ThreadLocal.withInitial(HashMap::new);

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
    Mac unused = macs.get(algorithm);
    if (unused == null) {
      unused = Mac.getInstance(algorithm, providers.mac(algorithm));
      macs.put(algorithm, unused);
    }
    try {
      return (Mac) unused.clone();
    } catch (CloneNotSupportedException e) {
      return Mac.getInstance(algorithm, providers.mac(algorithm));
    }
  }

  /**
   * A MAC for what this thread computes before it asks for the same again. {@link #createMac}
   * serves whoever keeps one.
   */
  Mac threadMac(String algorithm) throws NoSuchAlgorithmException {
    // There is no end to virtual threads, and each has few uses for it.
    if (Thread.currentThread().isVirtual()) {
      return createMac(algorithm);
    }
    Map<String, Mac> ofThread = threadMacs.get();
    Mac mac = ofThread.get(algorithm);
    if (mac == null) {
      mac = createMac(algorithm);
      ofThread.put(algorithm, mac);
    }
    return mac;
  }

  @Override
  @SuppressWarnings("deprecation") // The name by which bctls calls it.
  public MessageDigest createDigest(String algorithm) throws NoSuchAlgorithmException {
    return createMessageDigest(algorithm);
  }

  @Override
  public MessageDigest createMessageDigest(String algorithm) throws NoSuchAlgorithmException {
    MessageDigest unused = digests.get(algorithm);
    if (unused == null) {
      unused = MessageDigest.getInstance(algorithm, digest);
      digests.put(algorithm, unused);
    }
    try {
      return (MessageDigest) unused.clone();
    } catch (CloneNotSupportedException e) {
      return MessageDigest.getInstance(algorithm, digest);
    }
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
