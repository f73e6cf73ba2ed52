package dev.handfast.certificate;

import dev.handfast.configuration.InvalidConfigurationException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The kinds of keys that Handfast generates, and the names of those that it accepts. */
enum KeyType {
  EC_P256("EC-P256", "EC", "secp256r1", 0, "SHA256withECDSA"),
  EC_P384("EC-P384", "EC", "secp384r1", 0, "SHA384withECDSA"),
  RSA_2048("RSA-2048", "RSA", "", 2048, "SHA256withRSA"),
  RSA_3072("RSA-3072", "RSA", "", 3072, "SHA256withRSA"),
  RSA_4096("RSA-4096", "RSA", "", 4096, "SHA256withRSA"),
  ED25519("ED25519", "Ed25519", "", 0, "Ed25519");

  private static final int MIN_RSA_BITS = 2048;
  private static final int MAX_RSA_BITS = 8192;

  private final String text;
  private final String algorithm;
  private final String curve;
  private final int bits;
  private final String signatureAlgorithm;

  KeyType(String text, String algorithm, String curve, int bits, String signatureAlgorithm) {
    this.text = text;
    this.algorithm = algorithm;
    this.curve = curve;
    this.bits = bits;
    this.signatureAlgorithm = signatureAlgorithm;
  }

  /** The name in the API. */
  String text() {
    return text;
  }

  /** The JCA name of the algorithm that such a key signs certificates and requests with. */
  String signatureAlgorithm() {
    return signatureAlgorithm;
  }

  /** A new key pair; RSA may take seconds. */
  KeyPair generate() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      if (!curve.isEmpty()) {
        generator.initialize(new ECGenParameterSpec(curve));
      } else if (bits > 0) {
        generator.initialize(bits);
      }
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The type with this name.
   *
   * @throws InvalidConfigurationException naming all types
   */
  static KeyType parse(String text) {
    return Arrays.stream(values())
        .filter(type -> type.text.equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidConfigurationException(
                    "keyType",
                    "%s (expected: %s)"
                        .formatted(
                            text,
                            Arrays.stream(values())
                                .map(KeyType::text)
                                .collect(Collectors.joining(", ")))));
  }

  /** The type to make another key of the same kind, or null if Handfast makes none such. */
  static @Nullable KeyType like(PublicKey key) {
    String name = describe(key);
    return Arrays.stream(values()).filter(type -> type.text.equals(name)).findFirst().orElse(null);
  }

  /** Names a key as the API does: {@code RSA-2048}, {@code EC-P256}, {@code ED25519}. */
  static String describe(PublicKey key) {
    return switch (key) {
      case RSAPublicKey rsa when rsa.getAlgorithm().equals("RSA") ->
          "RSA-" + rsa.getModulus().bitLength();
      case ECPublicKey ec -> "EC-" + curveOf(ec);
      case EdECPublicKey edwards -> edwards.getParams().getName().toUpperCase(Locale.ROOT);
      default -> key.getAlgorithm();
    };
  }

  /** What is wrong with a public key of a server's chain, or null: what a TLS server can use. */
  static @Nullable String objectionTo(PublicKey key) {
    String name = describe(key);
    return switch (key) {
      case RSAPublicKey rsa when rsa.getAlgorithm().equals("RSA") -> {
        int length = rsa.getModulus().bitLength();
        yield length < MIN_RSA_BITS || length > MAX_RSA_BITS
            ? "%s (expected: RSA of %d..%d bits)".formatted(name, MIN_RSA_BITS, MAX_RSA_BITS)
            : null;
      }
      case ECPublicKey ec -> name.matches("EC-P(256|384|521)") ? null : unsupported(name);
      default -> name.equals("ED25519") ? null : unsupported(name);
    };
  }

  private static String unsupported(String name) {
    return name + " (expected: RSA, EC on P-256, P-384 or P-521, or ED25519)";
  }

  private static String curveOf(ECPublicKey key) {
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(key.getParams());
      String name = parameters.getParameterSpec(ECGenParameterSpec.class).getName();
      return switch (name) {
        case "secp256r1", "1.2.840.10045.3.1.7" -> "P256";
        case "secp384r1", "1.3.132.0.34" -> "P384";
        case "secp521r1", "1.3.132.0.35" -> "P521";
        default -> name;
      };
    } catch (GeneralSecurityException e) {
      return "unknown";
    }
  }
}
