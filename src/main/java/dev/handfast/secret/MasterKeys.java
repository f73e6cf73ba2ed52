package dev.handfast.secret;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The master keys that were given: the first seals, all of them open. Immutable. */
final class MasterKeys {

  static final int ID_BYTES = 4;

  private static final Pattern SEPARATOR = Pattern.compile("[\\s,]+");
  private static final byte[] ID_LABEL =
      "handfast master key id".getBytes(StandardCharsets.US_ASCII);

  private final Map<String, byte[]> keys;
  private final String currentId;

  private MasterKeys(Map<String, byte[]> keys) {
    this.keys = keys;
    this.currentId = keys.keySet().iterator().next();
  }

  /**
   * Reads keys, the sealing one first.
   *
   * @param text base64 of 32 bytes each, separated by commas, blanks or line ends
   * @param source names where the text is from, for errors
   * @throws MasterKeyException if there is none, or one is not 32 bytes; never shows a key
   */
  static MasterKeys parse(String text, String source) {
    List<String> entries =
        SEPARATOR.splitAsStream(text.strip()).filter(entry -> !entry.isEmpty()).toList();
    if (entries.isEmpty()) {
      throw malformed(source + " is empty");
    }
    Map<String, byte[]> keys = new LinkedHashMap<>();
    for (int i = 0; i < entries.size(); i++) {
      byte[] key = decode(entries.get(i), source + ", key " + (i + 1));
      keys.put(idOf(key), key);
    }
    return new MasterKeys(keys);
  }

  private static byte[] decode(String entry, String where) {
    byte[] key;
    try {
      key = Base64.getDecoder().decode(entry);
    } catch (IllegalArgumentException e) {
      throw malformed(where + " is not base64");
    }
    if (key.length != XAes256Gcm.KEY_BYTES) {
      throw malformed(where + " has " + key.length + " bytes");
    }
    return key;
  }

  private static MasterKeyException malformed(String found) {
    return new MasterKeyException(
        found + " (expected: base64 of 32 random bytes).",
        "Make a key with: openssl rand -base64 32");
  }

  /** Names a key without telling anything about it that helps to guess it. */
  private static String idOf(byte[] key) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return HexFormat.of().formatHex(Arrays.copyOf(mac.doFinal(ID_LABEL), ID_BYTES));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The identifier of the key that seals: 8 hexadecimal digits. */
  String currentId() {
    return currentId;
  }

  /** The identifiers of all keys. */
  Set<String> ids() {
    return keys.keySet();
  }

  /**
   * A key.
   *
   * @param id one of {@link #ids()}
   */
  byte[] key(String id) {
    return Objects.requireNonNull(keys.get(id));
  }

  @Override
  public String toString() {
    return "MasterKeys" + keys.keySet();
  }
}
