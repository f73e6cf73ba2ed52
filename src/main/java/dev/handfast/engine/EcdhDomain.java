package dev.handfast.engine;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import javax.crypto.KeyAgreement;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsAgreement;
import org.bouncycastle.tls.crypto.TlsECDomain;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;
import org.bouncycastle.tls.crypto.impl.jcajce.JceTlsSecret;
import org.jspecify.annotations.Nullable;

/** ECDHE on one NIST curve with one provider (RFC 8446 section 4.2.8.2). Any thread. */
final class EcdhDomain implements TlsECDomain {

  private static final byte UNCOMPRESSED = 4;

  private final JcaTlsCrypto crypto;
  private final Provider provider;
  private final SecureRandom random;
  private final ECGenParameterSpec curve;
  private final byte[] encodingPrefix;
  private final int pointLength;

  private EcdhDomain(
      JcaTlsCrypto crypto, Provider provider, SecureRandom random, ECGenParameterSpec curve)
      throws GeneralSecurityException {
    this.crypto = crypto;
    this.provider = provider;
    this.random = random;
    this.curve = curve;
    ECPublicKey sample = (ECPublicKey) generate().getPublic();
    int fieldBytes = (sample.getParams().getCurve().getField().getFieldSize() + 7) / 8;
    this.pointLength = 1 + 2 * fieldBytes;
    byte[] encoded = sample.getEncoded();
    // A SubjectPublicKeyInfo ends with the point; what stands before it is the same for all keys.
    this.encodingPrefix = Arrays.copyOf(encoded, encoded.length - pointLength);
  }

  static EcdhDomain of(JcaTlsCrypto crypto, PrimitiveProviders providers, String curve) {
    try {
      return new EcdhDomain(
          crypto, providers.ecdh(), providers.random(), new ECGenParameterSpec(curve));
    } catch (GeneralSecurityException e) {
      throw PrimitiveProviders.unavailable(e);
    }
  }

  private KeyPair generate() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", provider);
    generator.initialize(curve, random);
    return generator.generateKeyPair();
  }

  @Override
  public TlsAgreement createECDH() {
    return new Agreement();
  }

  private final class Agreement implements TlsAgreement {

    private @Nullable PrivateKey privateKey;
    private @Nullable PublicKey peerKey;

    @Override
    public byte[] generateEphemeral() {
      try {
        KeyPair pair = generate();
        privateKey = pair.getPrivate();
        byte[] encoded = pair.getPublic().getEncoded();
        return Arrays.copyOfRange(encoded, encoded.length - pointLength, encoded.length);
      } catch (GeneralSecurityException e) {
        throw PrimitiveProviders.unavailable(e);
      }
    }

    /** The provider refuses points that are not on the curve (RFC 8446 section 4.2.8.2). */
    @Override
    public void receivePeerValue(byte[] point) throws TlsFatalAlert {
      if (point.length != pointLength || point[0] != UNCOMPRESSED) {
        throw new TlsFatalAlert(AlertDescription.illegal_parameter, "not an uncompressed point");
      }
      byte[] encoded = Arrays.copyOf(encodingPrefix, encodingPrefix.length + pointLength);
      System.arraycopy(point, 0, encoded, encodingPrefix.length, pointLength);
      try {
        peerKey =
            KeyFactory.getInstance("EC", provider).generatePublic(new X509EncodedKeySpec(encoded));
      } catch (GeneralSecurityException | RuntimeException e) {
        throw new TlsFatalAlert(AlertDescription.illegal_parameter, e);
      }
    }

    @Override
    public TlsSecret calculateSecret() throws TlsFatalAlert {
      try {
        KeyAgreement agreement = KeyAgreement.getInstance("ECDH", provider);
        agreement.init(privateKey);
        agreement.doPhase(peerKey, true);
        return new JceTlsSecret(crypto, agreement.generateSecret());
      } catch (GeneralSecurityException e) {
        throw new TlsFatalAlert(AlertDescription.illegal_parameter, e);
      } finally {
        privateKey = null;
        peerKey = null;
      }
    }
  }
}
