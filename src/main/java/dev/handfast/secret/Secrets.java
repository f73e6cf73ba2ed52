package dev.handfast.secret;

import static java.util.stream.Collectors.toUnmodifiableMap;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * Seals secrets for the database, and opens them again: AES-256-GCM under a key that is derived per
 * secret from the master key (XAES-256-GCM), bound to what the secret is.
 *
 * <p>Sealed bytes are a format version (1 byte), the master key's identifier (4), a random nonce
 * (24), the ciphertext, and the tag (16): {@value #OVERHEAD} bytes more than the secret. Any
 * thread; takes microseconds, never blocks.
 */
public final class Secrets {

  /** How many bytes sealing adds. */
  public static final int OVERHEAD =
      1 + MasterKeys.ID_BYTES + XAes256Gcm.NONCE_BYTES + XAes256Gcm.TAG_BYTES;

  private static final byte FORMAT = 1;
  private static final int HEADER_BYTES = 1 + MasterKeys.ID_BYTES;

  private final MasterKeys keys;
  private final Map<String, XAes256Gcm> ciphers;
  private final SecureRandom random = new SecureRandom();

  Secrets(MasterKeys keys) {
    this.keys = keys;
    this.ciphers =
        keys.ids().stream()
            .collect(toUnmodifiableMap(id -> id, id -> new XAes256Gcm(keys.key(id))));
  }

  /**
   * Seals a secret under the current master key.
   *
   * @param id must be given again to open it
   */
  public byte[] seal(byte[] secret, SecretId id) {
    byte[] nonce = new byte[XAes256Gcm.NONCE_BYTES];
    random.nextBytes(nonce);
    byte[] header =
        ByteBuffer.allocate(HEADER_BYTES)
            .put(FORMAT)
            .put(HexFormat.of().parseHex(keys.currentId()))
            .array();
    try {
      byte[] ciphertext = cipher(keys.currentId()).seal(nonce, secret, associated(header, id));
      return ByteBuffer.allocate(secret.length + OVERHEAD)
          .put(header)
          .put(nonce)
          .put(ciphertext)
          .array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM is part of every JDK", e);
    }
  }

  /**
   * Opens what was sealed under any of the master keys given.
   *
   * @throws UnopenableSecretException if its master key was not given, it was changed, or it was
   *     sealed as another secret
   */
  public byte[] open(byte[] sealed, SecretId id) {
    if (sealed.length < OVERHEAD || sealed[0] != FORMAT) {
      throw new UnopenableSecretException(
          "%s '%s' is not sealed in a format known here".formatted(id.kind(), id.name()));
    }
    XAes256Gcm cipher = cipher(keyIdOf(sealed));
    ByteBuffer rest = ByteBuffer.wrap(sealed);
    byte[] header = new byte[HEADER_BYTES];
    byte[] nonce = new byte[XAes256Gcm.NONCE_BYTES];
    rest.get(header).get(nonce);
    byte[] ciphertext = new byte[rest.remaining()];
    rest.get(ciphertext);
    try {
      return cipher.open(nonce, ciphertext, associated(header, id));
    } catch (GeneralSecurityException e) {
      throw new UnopenableSecretException(
          "%s '%s' version %d was changed, or was sealed as another secret"
              .formatted(id.kind(), id.name(), id.version()));
    }
  }

  /**
   * A key for one purpose, by HKDF (RFC 5869) from the current master key: the same wherever that
   * is the current one, another as soon as it is replaced.
   *
   * @param purpose names it; keys of different purposes tell nothing about each other
   * @return {@value XAes256Gcm#KEY_BYTES} bytes
   */
  public byte[] deriveKey(String purpose) {
    byte[] info = ("handfast " + purpose).getBytes(StandardCharsets.US_ASCII);
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveData(
              HKDFParameterSpec.ofExtract()
                  .addIKM(keys.key(keys.currentId()))
                  .thenExpand(info, XAes256Gcm.KEY_BYTES));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HKDF is part of every JDK", e);
    }
  }

  /** Whether it is sealed under the current master key; if not, seal it again. */
  public boolean isCurrent(byte[] sealed) {
    return sealed.length >= OVERHEAD
        && sealed[0] == FORMAT
        && keyIdOf(sealed).equals(keys.currentId());
  }

  private XAes256Gcm cipher(String keyId) {
    XAes256Gcm cipher = ciphers.get(keyId);
    if (cipher == null) {
      throw new UnopenableSecretException(
          "sealed under master key " + keyId + ", which is not given");
    }
    return cipher;
  }

  private static String keyIdOf(byte[] sealed) {
    return HexFormat.of().formatHex(sealed, 1, HEADER_BYTES);
  }

  private static byte[] associated(byte[] header, SecretId id) {
    byte[] encoded = id.encoded();
    return ByteBuffer.allocate(header.length + encoded.length).put(header).put(encoded).array();
  }
}
