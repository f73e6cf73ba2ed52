package dev.handfast.certificate;

import dev.handfast.configuration.InvalidConfigurationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A certificate in the configuration document. Secrets are named, never held: by a file of this
 * machine or a variable of this process's environment.
 *
 * @param source {@code generate}: made once, then renewed by Handfast; or {@code upload}
 * @param certificateChainPem the chain itself, or {@code certificateChainFile}
 * @param passwordFile of an encrypted private key or a PKCS#12 file, or {@code passwordEnv}
 */
record CertificateDocument(
    @Nullable String source,
    @Nullable String subject,
    @Nullable List<String> subjectAltNames,
    @Nullable String keyType,
    @Nullable String validity,
    @Nullable String issuer,
    @Nullable String certificateChainPem,
    @Nullable String certificateChainFile,
    @Nullable String privateKeyFile,
    @Nullable String privateKeyEnv,
    @Nullable String pkcs12File,
    @Nullable String passwordFile,
    @Nullable String passwordEnv) {

  private static final int MAX_FILE = 1 << 20;

  /** The document of a certificate that exists. */
  static CertificateDocument of(StoredVersion version) {
    GenerationSpec made = version.generation();
    return made == null
        ? new CertificateDocument(
            "upload",
            null,
            null,
            null,
            null,
            null,
            X509.toPem(version.chain()),
            null,
            null,
            null,
            null,
            null,
            null)
        : new CertificateDocument(
            "generate",
            made.subject(),
            made.subjectAltNames(),
            made.keyType().text(),
            made.validity().toString(),
            made.issuer().text(),
            null,
            null,
            null,
            null,
            null,
            null,
            null);
  }

  /** The chain as PEM, read from its file if need be, or null. */
  @Nullable String chain() {
    if (certificateChainPem != null || certificateChainFile == null) {
      return certificateChainPem;
    }
    return text("certificateChainFile", certificateChainFile);
  }

  /** What REST would be told, with the secrets that are named here. */
  CertificateBody resolve(String name) {
    String key =
        privateKeyFile != null
            ? text("privateKeyFile", privateKeyFile)
            : variable("privateKeyEnv", privateKeyEnv);
    String password =
        passwordFile != null
            ? text("passwordFile", passwordFile).stripTrailing()
            : variable("passwordEnv", passwordEnv);
    if ("upload".equals(source) && key == null && pkcs12File == null) {
      throw new InvalidConfigurationException(
          "privateKeyFile",
          "is missing (expected: privateKeyFile, privateKeyEnv or pkcs12File, since the chain is"
              + " new)");
    }
    String pkcs12 =
        pkcs12File == null
            ? null
            : Base64.getEncoder().encodeToString(bytes("pkcs12File", pkcs12File));
    return new CertificateBody(
        name,
        source,
        subject,
        subjectAltNames,
        keyType,
        validity,
        issuer,
        chain(),
        key,
        pkcs12,
        password);
  }

  private static @Nullable String variable(String field, @Nullable String name) {
    if (name == null) {
      return null;
    }
    String value = System.getenv(name);
    if (value == null) {
      throw new InvalidConfigurationException(
          field, "the environment has no variable '%s'".formatted(name));
    }
    return value;
  }

  private static String text(String field, String file) {
    return new String(bytes(field, file), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String field, String file) {
    try {
      Path path = Path.of(file);
      if (Files.size(path) > MAX_FILE) {
        throw new InvalidConfigurationException(
            field, "%s is larger than %d bytes".formatted(file, MAX_FILE));
      }
      return Files.readAllBytes(path);
    } catch (IOException | InvalidPathException e) {
      throw new InvalidConfigurationException(
          field, "%s cannot be read: %s".formatted(file, e.getClass().getSimpleName()));
    }
  }

  /** Shows names of secrets, which are no secrets. */
  @Override
  public String toString() {
    return "CertificateDocument[source=" + source + "]";
  }
}
