package dev.handfast.certificate;

import dev.handfast.configuration.InvalidConfigurationException;
import java.io.IOException;
import java.io.StringReader;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.jspecify.annotations.Nullable;

/** Reads PEM that people paste: says what it found, and what it expected. */
final class PemInput {

  static final int MAX_CHARACTERS = 256 * 1024;
  static final int MAX_CERTIFICATES = 20;

  private PemInput() {}

  /**
   * The certificates of a text, in its order.
   *
   * @param field the request's field, for violations
   * @throws InvalidConfigurationException if it holds anything else, nothing, or too many
   */
  static List<X509Certificate> certificates(String field, String pem) {
    List<PemObject> blocks = blocks(field, pem, "CERTIFICATE");
    if (blocks.size() > MAX_CERTIFICATES) {
      throw new InvalidConfigurationException(
          field,
          "%d certificates (expected: at most %d)".formatted(blocks.size(), MAX_CERTIFICATES));
    }
    List<X509Certificate> certificates = new ArrayList<>();
    for (int i = 0; i < blocks.size(); i++) {
      certificates.add(certificate(field, blocks.get(i), i + 1));
    }
    return certificates;
  }

  /**
   * The one private key of a text: PKCS#8, PKCS#1 or SEC1, encrypted or not.
   *
   * @param password for an encrypted key, or null
   * @throws InvalidConfigurationException if it holds anything else
   */
  static PrivateKey privateKey(String field, String pem, @Nullable String password) {
    List<PemObject> keys =
        blocks(field, pem, "PRIVATE KEY").stream()
            .filter(block -> !block.getType().equals("EC PARAMETERS"))
            .toList();
    if (keys.size() != 1) {
      throw new InvalidConfigurationException(
          field, "%d PEM blocks (expected: one private key)".formatted(keys.size()));
    }
    PemObject block = keys.getFirst();
    return switch (block.getType()) {
      case "PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY" ->
          PrivateKeyInput.read(field, block, password);
      default ->
          throw new InvalidConfigurationException(
              field,
              "%s block (expected: PRIVATE KEY, RSA PRIVATE KEY, EC PRIVATE KEY or ENCRYPTED PRIVATE KEY)"
                  .formatted(withArticle(block.getType())));
    };
  }

  private static List<PemObject> blocks(String field, String pem, String expected) {
    if (pem.length() > MAX_CHARACTERS) {
      throw new InvalidConfigurationException(
          field, "%d characters (expected: at most %d)".formatted(pem.length(), MAX_CHARACTERS));
    }
    List<PemObject> blocks = new ArrayList<>();
    try (PemReader reader = new PemReader(new StringReader(pem))) {
      for (PemObject block = reader.readPemObject();
          block != null;
          block = reader.readPemObject()) {
        blocks.add(block);
      }
    } catch (IOException | RuntimeException e) {
      // The parser's message may quote the input, which may be a key.
      throw new InvalidConfigurationException(
          field,
          "block %d is not valid PEM: its base64 or its END line is damaged (expected: a whole -----BEGIN %s----- block)"
              .formatted(blocks.size() + 1, expected));
    }
    if (blocks.isEmpty()) {
      throw new InvalidConfigurationException(
          field, "no PEM block (expected: -----BEGIN %s-----)".formatted(expected));
    }
    return blocks;
  }

  private static X509Certificate certificate(String field, PemObject block, int number) {
    if (!block.getType().equals("CERTIFICATE") && !block.getType().equals("X509 CERTIFICATE")) {
      throw new InvalidConfigurationException(
          field,
          "block %d is %s block (expected: CERTIFICATE)"
              .formatted(number, withArticle(block.getType())));
    }
    try {
      return X509.fromDer(block.getContent());
    } catch (CertificateException e) {
      throw new InvalidConfigurationException(
          field,
          "block %d is not an X.509 certificate: %s (expected: DER of a certificate)"
              .formatted(number, e.getMessage()));
    }
  }

  private static String withArticle(String type) {
    return ("AEIOUX".indexOf(type.charAt(0)) >= 0 ? "an " : "a ") + type;
  }
}
