package dev.handfast.engine;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Map;
import javax.crypto.Mac;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.CertificateType;
import org.bouncycastle.tls.EncryptionAlgorithm;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.CryptoHashAlgorithm;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCipher;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.TlsCryptoUtils;
import org.bouncycastle.tls.crypto.TlsECConfig;
import org.bouncycastle.tls.crypto.TlsECDomain;
import org.bouncycastle.tls.crypto.TlsHash;
import org.bouncycastle.tls.crypto.TlsKemConfig;
import org.bouncycastle.tls.crypto.TlsKemDomain;
import org.bouncycastle.tls.crypto.TlsNonceGenerator;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;

/**
 * Bouncy Castle's crypto with the primitives of {@link PrimitiveProviders}, and with what is costly
 * to look up looked up once. Shared by all connections; any thread.
 */
final class EngineCrypto extends JcaTlsCrypto {

  private final PrimitiveHelper helper;
  private final PrimitiveProviders providers;
  private final Map<Integer, TlsECDomain> curves;

  EngineCrypto(PrimitiveProviders providers) {
    this(new PrimitiveHelper(providers), providers);
  }

  private EngineCrypto(PrimitiveHelper helper, PrimitiveProviders providers) {
    super(helper, providers.random(), providers.random());
    this.helper = helper;
    this.providers = providers;
    this.curves =
        Map.of(
            NamedGroup.x25519, () -> X25519Agreement.create(this, this.providers),
            NamedGroup.secp256r1, EcdhDomain.of(this, providers, "secp256r1"),
            NamedGroup.secp384r1, EcdhDomain.of(this, providers, "secp384r1"),
            NamedGroup.secp521r1, EcdhDomain.of(this, providers, "secp521r1"));
  }

  SecureRandom random() {
    return providers.random();
  }

  @Override
  public boolean hasNamedGroup(int namedGroup) {
    return curves.containsKey(namedGroup) || namedGroup == NamedGroup.MLKEM768;
  }

  @Override
  public TlsECDomain createECDomain(TlsECConfig config) {
    TlsECDomain domain = curves.get(config.getNamedGroup());
    if (domain == null) {
      throw new IllegalArgumentException(
          "group: " + NamedGroup.getText(config.getNamedGroup()) + " (expected: a supported one)");
    }
    return domain;
  }

  @Override
  public TlsKemDomain createKemDomain(TlsKemConfig config) {
    return config.isServer() && config.getNamedGroup() == NamedGroup.MLKEM768
        ? () -> new MlKemAgreement(this)
        : super.createKemDomain(config);
  }

  @Override
  public TlsCipher createCipher(
      TlsCryptoParameters parameters, int encryptionAlgorithm, int macAlgorithm)
      throws IOException {
    return switch (encryptionAlgorithm) {
      case EncryptionAlgorithm.AES_128_GCM -> aead(parameters, RecordAead.AES_128_GCM);
      case EncryptionAlgorithm.AES_256_GCM -> aead(parameters, RecordAead.AES_256_GCM);
      case EncryptionAlgorithm.CHACHA20_POLY1305 -> aead(parameters, RecordAead.CHACHA20_POLY1305);
      default -> super.createCipher(parameters, encryptionAlgorithm, macAlgorithm);
    };
  }

  private TlsCipher aead(TlsCryptoParameters parameters, RecordAead aead) throws IOException {
    try {
      return new RecordCipher(parameters, aead, helper, providers.random());
    } catch (GeneralSecurityException e) {
      throw PrimitiveProviders.unavailable(e);
    }
  }

  @Override
  public TlsHash createHash(int cryptoHashAlgorithm) {
    return Transcript.observed(super.createHash(cryptoHashAlgorithm));
  }

  /**
   * An HMAC without a key, for what this thread computes before it asks for another.
   *
   * @param hashAlgorithm one with which TLS 1.3 derives keys, as Bouncy Castle numbers them
   */
  Mac hmac(int hashAlgorithm) {
    try {
      return helper.threadMac(
          switch (hashAlgorithm) {
            case CryptoHashAlgorithm.sha256 -> "HmacSHA256";
            case CryptoHashAlgorithm.sha384 -> "HmacSHA384";
            default ->
                throw new IllegalArgumentException(
                    "hash algorithm: " + hashAlgorithm + " (expected: SHA-256 or SHA-384)");
          });
    } catch (NoSuchAlgorithmException e) {
      throw PrimitiveProviders.unavailable(e);
    }
  }

  /** Where HKDF begins, prepared for the PSKs of tickets. */
  @Override
  public TlsSecret hkdfInit(int cryptoHashAlgorithm) {
    return new ResumptionPsk.Salt(this, TlsCryptoUtils.getHashOutputSize(cryptoHashAlgorithm));
  }

  /** Plain random bytes: Bouncy Castle seeds a SHA-512 generator per connection instead. */
  @Override
  public TlsNonceGenerator createNonceGenerator(byte[] additionalSeedMaterial) {
    return size -> {
      byte[] nonce = new byte[size];
      providers.random().nextBytes(nonce);
      return nonce;
    };
  }

  /** Parses once, where Bouncy Castle parses, encodes and parses again. */
  @Override
  public TlsCertificate createCertificate(short type, byte[] encoding) throws IOException {
    if (type != CertificateType.X509) {
      throw new TlsFatalAlert(AlertDescription.unsupported_certificate);
    }
    try {
      CertificateFactory factory = getHelper().createCertificateFactory("X.509");
      ByteArrayInputStream in = new ByteArrayInputStream(encoding);
      X509Certificate certificate = (X509Certificate) factory.generateCertificate(in);
      if (in.available() > 0) {
        throw new TlsFatalAlert(AlertDescription.bad_certificate, "bytes after the certificate");
      }
      return new EngineCertificate(this, certificate);
    } catch (CertificateException | java.security.NoSuchProviderException e) {
      throw new TlsFatalAlert(AlertDescription.bad_certificate, e);
    }
  }
}
