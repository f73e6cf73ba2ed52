package dev.handfast.certificate;

import dev.handfast.configuration.InvalidConfigurationException;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.spec.PKCS8EncodedKeySpec;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.misc.MiscObjectIdentifiers;
import org.bouncycastle.asn1.misc.ScryptParams;
import org.bouncycastle.asn1.pkcs.KeyDerivationFunc;
import org.bouncycastle.asn1.pkcs.PBES2Parameters;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8DecryptorProviderBuilder;
import org.bouncycastle.openssl.jcajce.JcePEMDecryptorProviderBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcePKCSPBEInputDecryptorProviderBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;
import org.jspecify.annotations.Nullable;

/** Private keys out of PEM blocks, decrypted where a password is given. */
final class PrivateKeyInput {

  private static final int MAX_ITERATIONS = 5_000_000;
  private static final long MAX_SCRYPT_BYTES = 256L * 1024 * 1024;
  private static final Provider BOUNCY_CASTLE = new BouncyCastleProvider();

  private PrivateKeyInput() {}

  /**
   * The key of a block.
   *
   * @throws InvalidConfigurationException never quoting the block
   */
  static PrivateKey read(String field, PemObject block, @Nullable String password) {
    PrivateKeyInfo info;
    try {
      info = keyInfo(field, parse(block), password);
    } catch (IOException | RuntimeException e) {
      if (e instanceof InvalidConfigurationException known) {
        throw known;
      }
      throw new InvalidConfigurationException(
          field,
          "the %s block holds no such key (expected: its DER form)".formatted(block.getType()));
    }
    return toKey(field, info);
  }

  /** The key in a PKCS#8 encoding (RFC 5958). */
  static PrivateKey fromPkcs8(String field, byte[] der) {
    return toKey(field, PrivateKeyInfo.getInstance(der));
  }

  private static @Nullable Object parse(PemObject block) throws IOException {
    StringWriter text = new StringWriter();
    try (PemWriter writer = new PemWriter(text)) {
      writer.writeObject(block);
    }
    try (PEMParser parser = new PEMParser(new StringReader(text.toString()))) {
      return parser.readObject();
    }
  }

  private static PrivateKeyInfo keyInfo(
      String field, @Nullable Object parsed, @Nullable String password) throws IOException {
    return switch (parsed) {
      case PrivateKeyInfo info -> info;
      case PEMKeyPair pair -> pair.getPrivateKeyInfo();
      case PEMEncryptedKeyPair pair -> decrypt(pair, required(password));
      case PKCS8EncryptedPrivateKeyInfo encrypted -> decrypt(field, encrypted, required(password));
      case null, default ->
          throw new InvalidConfigurationException(field, "no private key (expected: one)");
    };
  }

  private static char[] required(@Nullable String password) {
    if (password == null || password.isEmpty()) {
      throw new InvalidConfigurationException(
          "password", "missing (expected: the password of the encrypted private key)");
    }
    return password.toCharArray();
  }

  private static PrivateKeyInfo decrypt(PEMEncryptedKeyPair pair, char[] password) {
    try {
      return pair.decryptKeyPair(
              new JcePEMDecryptorProviderBuilder().setProvider(BOUNCY_CASTLE).build(password))
          .getPrivateKeyInfo();
    } catch (IOException e) {
      throw wrongPassword();
    }
  }

  private static PrivateKeyInfo decrypt(
      String field, PKCS8EncryptedPrivateKeyInfo encrypted, char[] password) {
    requireBoundedWork(field, encrypted.toASN1Structure().getEncryptionAlgorithm());
    try {
      return encrypted.decryptPrivateKeyInfo(
          isScrypt(encrypted.toASN1Structure().getEncryptionAlgorithm())
              ? new JcePKCSPBEInputDecryptorProviderBuilder()
                  .setProvider(BOUNCY_CASTLE)
                  .build(password)
              : new JceOpenSSLPKCS8DecryptorProviderBuilder()
                  .setProvider(BOUNCY_CASTLE)
                  .build(password));
    } catch (PKCSException | OperatorCreationException e) {
      throw wrongPassword();
    }
  }

  /** The builder for OpenSSL's forms knows every derivation of PKCS#5 but this one (RFC 7914). */
  private static boolean isScrypt(AlgorithmIdentifier algorithm) {
    return algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.id_PBES2)
        && PBES2Parameters.getInstance(algorithm.getParameters())
            .getKeyDerivationFunc()
            .getAlgorithm()
            .equals(MiscObjectIdentifiers.id_scrypt);
  }

  private static InvalidConfigurationException wrongPassword() {
    return new InvalidConfigurationException(
        "password", "does not decrypt the private key (expected: the password it was made with)");
  }

  private static void requireBoundedWork(String field, AlgorithmIdentifier algorithm) {
    if (!algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.id_PBES2)) {
      return;
    }
    KeyDerivationFunc derivation =
        PBES2Parameters.getInstance(algorithm.getParameters()).getKeyDerivationFunc();
    if (derivation.getAlgorithm().equals(PKCSObjectIdentifiers.id_PBKDF2)) {
      BigInteger iterations =
          PBKDF2Params.getInstance(derivation.getParameters()).getIterationCount();
      if (iterations.compareTo(BigInteger.valueOf(MAX_ITERATIONS)) > 0) {
        throw new InvalidConfigurationException(
            field,
            "%s PBKDF2 iterations (expected: at most %d)".formatted(iterations, MAX_ITERATIONS));
      }
    } else if (derivation.getAlgorithm().equals(MiscObjectIdentifiers.id_scrypt)) {
      ScryptParams scrypt = ScryptParams.getInstance(derivation.getParameters());
      BigInteger memory =
          scrypt
              .getCostParameter()
              .multiply(scrypt.getBlockSize())
              .multiply(BigInteger.valueOf(128));
      BigInteger work = memory.multiply(scrypt.getParallelizationParameter());
      if (work.compareTo(BigInteger.valueOf(MAX_SCRYPT_BYTES)) > 0) {
        throw new InvalidConfigurationException(
            field, "scrypt over %s bytes (expected: at most %d)".formatted(work, MAX_SCRYPT_BYTES));
      }
    }
  }

  private static PrivateKey toKey(String field, PrivateKeyInfo info) {
    ASN1ObjectIdentifier oid = info.getPrivateKeyAlgorithm().getAlgorithm();
    try {
      return KeyFactory.getInstance(algorithm(field, oid))
          .generatePrivate(new PKCS8EncodedKeySpec(info.getEncoded()));
    } catch (GeneralSecurityException | IOException e) {
      throw new InvalidConfigurationException(
          field,
          "a malformed private key, or one on an unsupported curve (expected: RSA, EC on P-256,"
              + " P-384 or P-521, or ED25519)");
    }
  }

  private static String algorithm(String field, ASN1ObjectIdentifier oid) {
    if (oid.equals(PKCSObjectIdentifiers.rsaEncryption)) {
      return "RSA";
    }
    if (oid.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
      return "EC";
    }
    if (oid.equals(EdECObjectIdentifiers.id_Ed25519)) {
      return "Ed25519";
    }
    throw new InvalidConfigurationException(
        field,
        "a private key of algorithm %s (expected: RSA, EC on P-256, P-384 or P-521, or ED25519)"
            .formatted(oid));
  }
}
