package dev.handfast.handshake;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** The names that IANA gives to the code points of TLS. Immutable, any thread, never blocks. */
public enum IanaRegistry {
  CIPHER_SUITES("cipher-suites.txt"),
  GROUPS("groups.txt"),
  SIGNATURE_SCHEMES("signature-schemes.txt");

  private final Map<Integer, String> names = new HashMap<>();
  private final Map<String, Integer> codes = new HashMap<>();

  IanaRegistry(String resource) {
    try (InputStream in = IanaRegistry.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("resource " + resource + " is missing");
      }
      new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(this::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void add(String line) {
    int code = Integer.parseInt(line, 0, 4, 16);
    String name = line.substring(5);
    names.put(code, name);
    codes.put(name, code);
  }

  /** The name of a code point; {@code GREASE} for RFC 8701's, {@code 0x1a2b} for unknown ones. */
  public String nameOf(int code) {
    String name = names.get(code);
    if (name != null) {
      return name;
    }
    return isGrease(code) ? "GREASE" : "0x%04x".formatted(code);
  }

  /** The names of code points, in their order. */
  public List<String> namesOf(List<Integer> codePoints) {
    return codePoints.stream().map(this::nameOf).toList();
  }

  /** The code point of a name, or empty if IANA has no such name. */
  public OptionalInt codeOf(String name) {
    Integer code = codes.get(name);
    return code == null ? OptionalInt.empty() : OptionalInt.of(code);
  }

  /** Whether this is a value that clients send to keep servers tolerant (RFC 8701). */
  public static boolean isGrease(int code) {
    return (code & 0x0f0f) == 0x0a0a && (code >>> 8) == (code & 0xff);
  }
}
