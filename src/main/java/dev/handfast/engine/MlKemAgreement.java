package dev.handfast.engine;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.KEM;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsAgreement;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;
import org.bouncycastle.tls.crypto.impl.jcajce.JceTlsSecret;
import org.jspecify.annotations.Nullable;

/** The server's side of ML-KEM-768 (FIPS 203): encapsulates to the client's key, by the JDK. */
final class MlKemAgreement implements TlsAgreement {

  private static final String ALGORITHM = "ML-KEM-768";
  private static final int KEY_LENGTH = 1184;

  /** SubjectPublicKeyInfo up to the key (RFC 9935). */
  private static final byte[] ENCODING_PREFIX =
      HexFormat.of().parseHex("308204b2300b0609608648016503040402038204a100");

  private final JcaTlsCrypto crypto;
  private KEM.@Nullable Encapsulated encapsulated;

  MlKemAgreement(JcaTlsCrypto crypto) {
    this.crypto = crypto;
  }

  /** The JDK checks the encapsulation key (FIPS 203 section 7.2). */
  @Override
  public void receivePeerValue(byte[] value) throws TlsFatalAlert {
    if (value.length != KEY_LENGTH) {
      throw new TlsFatalAlert(
          AlertDescription.illegal_parameter, "an ML-KEM-768 key of " + value.length + " bytes");
    }
    byte[] encoded = Arrays.copyOf(ENCODING_PREFIX, ENCODING_PREFIX.length + KEY_LENGTH);
    System.arraycopy(value, 0, encoded, ENCODING_PREFIX.length, KEY_LENGTH);
    try {
      PublicKey key =
          KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(encoded));
      encapsulated = KEM.getInstance(ALGORITHM).newEncapsulator(key).encapsulate();
    } catch (GeneralSecurityException | RuntimeException e) {
      throw new TlsFatalAlert(AlertDescription.illegal_parameter, e);
    }
  }

  @Override
  public byte[] generateEphemeral() throws TlsFatalAlert {
    return received().encapsulation();
  }

  @Override
  public TlsSecret calculateSecret() throws TlsFatalAlert {
    byte[] secret = received().key().getEncoded();
    encapsulated = null;
    return new JceTlsSecret(crypto, secret);
  }

  private KEM.Encapsulated received() throws TlsFatalAlert {
    if (encapsulated == null) {
      throw new TlsFatalAlert(AlertDescription.internal_error);
    }
    return encapsulated;
  }
}
