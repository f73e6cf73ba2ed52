package dev.handfast.engine;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.KeyAgreement;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsAgreement;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;
import org.bouncycastle.tls.crypto.impl.jcajce.JceTlsSecret;
import org.jspecify.annotations.Nullable;

/** X25519 (RFC 7748) of one connection, by a native provider or by Bouncy Castle's own code. */
abstract class X25519Agreement implements TlsAgreement {

  private static final int KEY_LENGTH = 32;

  private final JcaTlsCrypto crypto;
  private byte @Nullable [] peerValue;

  private X25519Agreement(JcaTlsCrypto crypto) {
    this.crypto = crypto;
  }

  static X25519Agreement create(JcaTlsCrypto crypto, PrimitiveProviders providers) {
    Provider provider = providers.x25519();
    return provider == null
        ? new PureJava(crypto, providers.random())
        : new Native(crypto, provider);
  }

  /** The shared secret. */
  abstract byte[] agree(byte[] peerValue) throws GeneralSecurityException;

  @Override
  public final void receivePeerValue(byte[] value) throws TlsFatalAlert {
    if (value.length != KEY_LENGTH) {
      throw new TlsFatalAlert(
          AlertDescription.illegal_parameter, "an X25519 share of " + value.length + " bytes");
    }
    peerValue = value.clone();
  }

  /** Refuses the all-zero value, as RFC 8446 section 7.4.2 demands. */
  @Override
  public final TlsSecret calculateSecret() throws TlsFatalAlert {
    byte[] peer = peerValue;
    peerValue = null;
    if (peer == null) {
      throw new TlsFatalAlert(AlertDescription.internal_error);
    }
    byte[] secret;
    try {
      secret = agree(peer);
    } catch (GeneralSecurityException | RuntimeException e) {
      throw new TlsFatalAlert(AlertDescription.illegal_parameter, e);
    }
    int bits = 0;
    for (byte b : secret) {
      bits |= b;
    }
    if (bits == 0) {
      throw new TlsFatalAlert(AlertDescription.illegal_parameter, "an X25519 share of low order");
    }
    return new JceTlsSecret(crypto, secret);
  }

  private static final class PureJava extends X25519Agreement {

    private final SecureRandom random;
    private final byte[] privateKey = new byte[KEY_LENGTH];

    PureJava(JcaTlsCrypto crypto, SecureRandom random) {
      super(crypto);
      this.random = random;
    }

    @Override
    public byte[] generateEphemeral() {
      X25519.generatePrivateKey(random, privateKey);
      byte[] publicKey = new byte[KEY_LENGTH];
      X25519.generatePublicKey(privateKey, 0, publicKey, 0);
      return publicKey;
    }

    @Override
    byte[] agree(byte[] peerValue) {
      byte[] secret = new byte[KEY_LENGTH];
      X25519.scalarMult(privateKey, 0, peerValue, 0, secret, 0);
      Arrays.fill(privateKey, (byte) 0);
      return secret;
    }
  }

  private static final class Native extends X25519Agreement {

    /** SubjectPublicKeyInfo up to the key (RFC 8410 section 4). */
    private static final byte[] ENCODING_PREFIX =
        HexFormat.of().parseHex("302a300506032b656e032100");

    private final Provider provider;
    private @Nullable PrivateKey privateKey;

    Native(JcaTlsCrypto crypto, Provider provider) {
      super(crypto);
      this.provider = provider;
    }

    @Override
    public byte[] generateEphemeral() {
      try {
        KeyPair pair = KeyPairGenerator.getInstance("XDH", provider).generateKeyPair();
        privateKey = pair.getPrivate();
        byte[] encoded = pair.getPublic().getEncoded();
        return Arrays.copyOfRange(encoded, encoded.length - KEY_LENGTH, encoded.length);
      } catch (GeneralSecurityException e) {
        throw PrimitiveProviders.unavailable(e);
      }
    }

    @Override
    byte[] agree(byte[] peerValue) throws GeneralSecurityException {
      byte[] encoded = Arrays.copyOf(ENCODING_PREFIX, ENCODING_PREFIX.length + KEY_LENGTH);
      System.arraycopy(peerValue, 0, encoded, ENCODING_PREFIX.length, KEY_LENGTH);
      KeyAgreement agreement = KeyAgreement.getInstance("XDH", provider);
      agreement.init(privateKey);
      agreement.doPhase(
          KeyFactory.getInstance("XDH", provider).generatePublic(new X509EncodedKeySpec(encoded)),
          true);
      privateKey = null;
      return agreement.generateSecret();
    }
  }
}
