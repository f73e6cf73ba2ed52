package dev.handfast.certificate;

import dev.handfast.configuration.InvalidConfigurationException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a PKCS#12 file (RFC 7292): the one private key in it, with all its certificates. */
final class Pkcs12Input {

  private static final String FIELD = "pkcs12Base64";
  private static final int MAX_BYTES = 256 * 1024;

  private Pkcs12Input() {}

  /**
   * The key and the certificates, in no particular order.
   *
   * @throws InvalidConfigurationException if it is no PKCS#12, the password is wrong, or it does
   *     not hold exactly one private key
   */
  static Content read(String base64, @Nullable String password) {
    byte[] bytes = decode(base64);
    KeyStore store = open(bytes, password);
    char[] secret = password == null ? new char[0] : password.toCharArray();
    try {
      List<String> aliases = Collections.list(store.aliases());
      List<String> keys = new ArrayList<>();
      for (String alias : aliases) {
        if (store.isKeyEntry(alias)) {
          keys.add(alias);
        }
      }
      if (keys.size() != 1) {
        throw new InvalidConfigurationException(
            FIELD,
            keys.isEmpty()
                ? "holds no private key (expected: one)"
                : "holds %d private keys: %s (expected: one)"
                    .formatted(keys.size(), String.join(", ", keys)));
      }
      if (!(store.getKey(keys.getFirst(), secret) instanceof PrivateKey key)) {
        throw new InvalidConfigurationException(
            FIELD, "holds a secret key (expected: a private key)");
      }
      return new Content(key, certificates(store, keys.getFirst(), aliases));
    } catch (GeneralSecurityException e) {
      throw new InvalidConfigurationException(
          FIELD,
          "its private key cannot be read (expected: RSA, EC or ED25519, under the file's"
              + " password)");
    }
  }

  private static byte[] decode(String base64) {
    byte[] bytes;
    try {
      bytes = Base64.getMimeDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new InvalidConfigurationException(
          FIELD, "not base64 (expected: base64 of a PKCS#12 file)");
    }
    if (bytes.length > MAX_BYTES) {
      throw new InvalidConfigurationException(
          FIELD, "%d bytes (expected: at most %d)".formatted(bytes.length, MAX_BYTES));
    }
    return bytes;
  }

  private static KeyStore open(byte[] bytes, @Nullable String password) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12", "SunJSSE");
      store.load(
          new ByteArrayInputStream(bytes), password == null ? new char[0] : password.toCharArray());
      return store;
    } catch (IOException e) {
      if (e.getCause() instanceof UnrecoverableKeyException) {
        throw new InvalidConfigurationException(
            "password",
            password == null
                ? "missing (expected: the password of the PKCS#12 file)"
                : "does not open the PKCS#12 file (expected: the password it was made with)");
      }
      throw new InvalidConfigurationException(
          FIELD,
          "not a PKCS#12 file (expected: DER of a PFX, as openssl pkcs12 -export writes it)");
    } catch (GeneralSecurityException e) {
      throw new InvalidConfigurationException(
          FIELD, "is protected by an algorithm that is unknown here: " + e.getMessage());
    }
  }

  private static List<X509Certificate> certificates(
      KeyStore store, String keyAlias, List<String> aliases) throws GeneralSecurityException {
    List<X509Certificate> certificates = new ArrayList<>();
    Certificate[] chain = store.getCertificateChain(keyAlias);
    if (chain != null) {
      for (Certificate certificate : chain) {
        certificates.add((X509Certificate) certificate);
      }
    }
    for (String alias : aliases) {
      if (store.isCertificateEntry(alias)
          && store.getCertificate(alias) instanceof X509Certificate certificate
          && !certificates.contains(certificate)) {
        certificates.add(certificate);
      }
    }
    if (certificates.isEmpty()) {
      throw new InvalidConfigurationException(
          FIELD, "holds no certificate (expected: the private key's, and its chain)");
    }
    if (certificates.size() > PemInput.MAX_CERTIFICATES) {
      throw new InvalidConfigurationException(
          FIELD,
          "%d certificates (expected: at most %d)"
              .formatted(certificates.size(), PemInput.MAX_CERTIFICATES));
    }
    return certificates;
  }

  /** What a PKCS#12 file holds. */
  record Content(PrivateKey privateKey, List<X509Certificate> certificates) {

    /** Shows no key. */
    @Override
    public String toString() {
      return "Content[" + certificates.size() + " certificates]";
    }
  }
}
