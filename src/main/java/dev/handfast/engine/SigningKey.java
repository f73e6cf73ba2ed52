package dev.handfast.engine;

import java.io.IOException;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.PSSParameterSpec;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsStreamSigner;
import org.jspecify.annotations.Nullable;

/**
 * A server's private key in the form of the fastest provider that can sign with it. Immutable, any
 * thread.
 */
final class SigningKey {

  private static final int RSA_PKCS1_SHA256 = 0x0401;
  private static final int ECDSA_SECP256R1_SHA256 = 0x0403;
  private static final int RSA_PSS_PSS_SHA256 = 0x0809;
  private static final int ED25519 = 0x0807;

  private final PrivateKey key;
  private final Provider provider;
  private final Provider bouncyCastle;
  private final SecureRandom random;

  private SigningKey(
      PrivateKey key, Provider provider, Provider bouncyCastle, SecureRandom random) {
    this.key = key;
    this.provider = provider;
    this.bouncyCastle = bouncyCastle;
    this.random = random;
  }

  /**
   * Finds a provider by trying.
   *
   * @throws IllegalArgumentException if none can sign with this key
   */
  static SigningKey of(PrivateKey key, PrimitiveProviders providers) {
    String algorithm = canonicalAlgorithm(key);
    for (Provider provider : providers.signers(algorithm)) {
      try {
        SigningKey candidate =
            new SigningKey(
                translate(key, algorithm, provider),
                provider,
                providers.bouncyCastle(),
                providers.random());
        candidate.tryOut(algorithm);
        return candidate;
      } catch (GeneralSecurityException | RuntimeException | IOException e) {
        // The next provider is asked; if none is left, the caller hears of it.
        continue;
      }
    }
    throw new IllegalArgumentException(
        "privateKey: algorithm "
            + key.getAlgorithm()
            + " (expected: EC, RSA, RSASSA-PSS, Ed25519)");
  }

  private static String canonicalAlgorithm(PrivateKey key) {
    return switch (key.getAlgorithm()) {
      case "EC", "ECDSA" -> "EC";
      case "RSA" -> "RSA";
      case "RSASSA-PSS" -> "RSASSA-PSS";
      case "EdDSA", "Ed25519" -> "Ed25519";
      default ->
          throw new IllegalArgumentException(
              "privateKey: algorithm "
                  + key.getAlgorithm()
                  + " (expected: EC, RSA, RSASSA-PSS, Ed25519)");
    };
  }

  /** A key that does not reveal itself, of a hardware token, stays with its own provider. */
  private static PrivateKey translate(PrivateKey key, String algorithm, Provider provider)
      throws GeneralSecurityException {
    byte[] encoded = key.getEncoded();
    return encoded == null
        ? key
        : KeyFactory.getInstance(algorithm, provider)
            .generatePrivate(new PKCS8EncodedKeySpec(encoded));
  }

  private void tryOut(String algorithm) throws IOException {
    int scheme =
        switch (algorithm) {
          case "EC" -> ECDSA_SECP256R1_SHA256;
          case "RSA" -> RSA_PKCS1_SHA256;
          case "RSASSA-PSS" -> RSA_PSS_PSS_SHA256;
          default -> ED25519;
        };
    TlsStreamSigner signer = streamSigner(scheme);
    signer.getOutputStream().write(0);
    signer.getSignature();
  }

  /** A signature over what is written to it. */
  TlsStreamSigner streamSigner(int scheme) throws TlsFatalAlert {
    try {
      Signature signature = Signature.getInstance(nameOf(scheme), provider);
      PSSParameterSpec pss = pssParameters(scheme);
      if (pss != null) {
        signature.setParameter(pss);
      }
      signature.initSign(key, random);
      return new StreamSigner(signature);
    } catch (GeneralSecurityException e) {
      throw new TlsFatalAlert(AlertDescription.internal_error, e);
    }
  }

  /** RSA as TLS 1.1 and older sign: MD5 and SHA-1 side by side, unnamed (RFC 4346 7.4.3). */
  byte[] signMd5Sha1(byte[] hash) throws TlsFatalAlert {
    try {
      Signature signature = Signature.getInstance("NoneWithRSA", bouncyCastle);
      signature.initSign(translate(key, "RSA", bouncyCastle), random);
      signature.update(hash);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new TlsFatalAlert(AlertDescription.internal_error, e);
    }
  }

  private static String nameOf(int scheme) {
    return switch (scheme) {
      case 0x0201 -> "SHA1withRSA";
      case 0x0401 -> "SHA256withRSA";
      case 0x0501 -> "SHA384withRSA";
      case 0x0601 -> "SHA512withRSA";
      case 0x0203 -> "SHA1withECDSA";
      case 0x0403 -> "SHA256withECDSA";
      case 0x0503 -> "SHA384withECDSA";
      case 0x0603 -> "SHA512withECDSA";
      case 0x0807 -> "Ed25519";
      case 0x0804, 0x0805, 0x0806, 0x0809, 0x080a, 0x080b -> "RSASSA-PSS";
      default -> throw new IllegalArgumentException("signature scheme 0x%04x".formatted(scheme));
    };
  }

  private static @Nullable PSSParameterSpec pssParameters(int scheme) {
    return switch (scheme) {
      case 0x0804, 0x0809 -> pss("SHA-256", MGF1ParameterSpec.SHA256, 32);
      case 0x0805, 0x080a -> pss("SHA-384", MGF1ParameterSpec.SHA384, 48);
      case 0x0806, 0x080b -> pss("SHA-512", MGF1ParameterSpec.SHA512, 64);
      default -> null;
    };
  }

  private static PSSParameterSpec pss(String digest, MGF1ParameterSpec mgf, int saltLength) {
    return new PSSParameterSpec(digest, "MGF1", mgf, saltLength, PSSParameterSpec.TRAILER_FIELD_BC);
  }

  private static final class StreamSigner extends OutputStream implements TlsStreamSigner {

    private final Signature signature;

    StreamSigner(Signature signature) {
      this.signature = signature;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        signature.update(bytes, offset, length);
      } catch (SignatureException e) {
        throw new TlsFatalAlert(AlertDescription.internal_error, e);
      }
    }

    @Override
    public OutputStream getOutputStream() {
      return this;
    }

    @Override
    public byte[] getSignature() throws IOException {
      try {
        return signature.sign();
      } catch (SignatureException e) {
        throw new TlsFatalAlert(AlertDescription.internal_error, e);
      }
    }
  }
}
