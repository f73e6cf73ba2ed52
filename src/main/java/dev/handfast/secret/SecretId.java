package dev.handfast.secret;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Which secret this is. It is bound to the sealed bytes, so that a sealed secret that was moved to
 * another row cannot be opened.
 *
 * @param kind the kind of secret, for example {@code certificate-key}
 * @param name names it within its kind
 * @param version tells secrets of the same name apart; 0 where there are no versions
 */
public record SecretId(String kind, String name, long version) {

  /** Unambiguous: each text is preceded by its length. */
  byte[] encoded() {
    byte[] kindBytes = kind.getBytes(StandardCharsets.UTF_8);
    byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(
            Integer.BYTES + kindBytes.length + Integer.BYTES + nameBytes.length + Long.BYTES)
        .putInt(kindBytes.length)
        .put(kindBytes)
        .putInt(nameBytes.length)
        .put(nameBytes)
        .putLong(version)
        .array();
  }
}
