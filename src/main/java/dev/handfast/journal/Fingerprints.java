package dev.handfast.journal;

import dev.handfast.handshake.ClientHello;
import dev.handfast.handshake.IanaRegistry;
import dev.handfast.handshake.ProtocolVersion;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Fingerprints of TLS clients: JA3 as published by Salesforce, and JA4 (TLS client) as published by
 * FoxIO. GREASE (RFC 8701) never takes part. Any thread.
 */
final class Fingerprints {

  private static final int SERVER_NAME = 0;
  private static final int ALPN = 16;
  private static final String EMPTY_HASH = "000000000000";

  private Fingerprints() {}

  /** JA3: MD5 in lower-case hex, 32 characters. */
  static String ja3(ClientHello hello) {
    String text =
        String.join(
            ",",
            Integer.toString(hello.legacyVersion()),
            decimal(hello.cipherSuites()),
            decimal(hello.extensions()),
            decimal(hello.groups()),
            hello.pointFormats().stream().map(String::valueOf).collect(Collectors.joining("-")));
    return hash("MD5", text);
  }

  /** JA4 of a client over TCP, for example {@code t13d1516h2_8daaf6152771_e5627efa2ab1}. */
  static String ja4(ClientHello hello) {
    String cipherSuites =
        codes(hello.cipherSuites()).sorted().mapToObj(Fingerprints::hex).collect(commas());
    return "t%s%s%02d%02d%s_%s_%s"
        .formatted(
            version(hello),
            hello.offersExtension(SERVER_NAME) ? "d" : "i",
            Math.min(99, codes(hello.cipherSuites()).count()),
            Math.min(99, codes(hello.extensions()).count()),
            applicationProtocol(hello.applicationProtocols()),
            cipherSuites.isEmpty() ? EMPTY_HASH : shortHash(cipherSuites),
            extensionsHash(hello));
  }

  private static String extensionsHash(ClientHello hello) {
    if (codes(hello.extensions()).findAny().isEmpty()) {
      return EMPTY_HASH;
    }
    String extensions =
        codes(hello.extensions())
            .filter(type -> type != SERVER_NAME && type != ALPN)
            .sorted()
            .mapToObj(Fingerprints::hex)
            .collect(commas());
    String signatureSchemes =
        codes(hello.signatureSchemes()).mapToObj(Fingerprints::hex).collect(commas());
    return shortHash(signatureSchemes.isEmpty() ? extensions : extensions + "_" + signatureSchemes);
  }

  private static String version(ClientHello hello) {
    return hello.offeredVersions().stream()
        .max(Comparator.naturalOrder())
        .map(Fingerprints::version)
        .orElse("00");
  }

  private static String version(ProtocolVersion version) {
    return switch (version) {
      case SSL_2 -> "s2";
      case SSL_3 -> "s3";
      case TLS_1_0 -> "10";
      case TLS_1_1 -> "11";
      case TLS_1_2 -> "12";
      case TLS_1_3 -> "13";
    };
  }

  private static String applicationProtocol(List<String> protocols) {
    if (protocols.isEmpty() || protocols.getFirst().isEmpty()) {
      return "00";
    }
    byte[] name = protocols.getFirst().getBytes(StandardCharsets.ISO_8859_1);
    byte first = name[0];
    byte last = name[name.length - 1];
    if (isAlphanumeric(first) && isAlphanumeric(last)) {
      return "" + (char) first + (char) last;
    }
    HexFormat hex = HexFormat.of();
    return "" + hex.toHighHexDigit(first) + hex.toLowHexDigit(last);
  }

  private static boolean isAlphanumeric(byte value) {
    return value >= '0' && value <= '9'
        || value >= 'a' && value <= 'z'
        || value >= 'A' && value <= 'Z';
  }

  private static IntStream codes(List<Integer> codePoints) {
    return codePoints.stream()
        .mapToInt(Integer::intValue)
        .filter(code -> !IanaRegistry.isGrease(code));
  }

  private static String decimal(List<Integer> codePoints) {
    return codes(codePoints).mapToObj(Integer::toString).collect(Collectors.joining("-"));
  }

  private static String hex(int code) {
    return HexFormat.of().toHexDigits((short) code);
  }

  private static Collector<CharSequence, ?, String> commas() {
    return Collectors.joining(",");
  }

  private static String shortHash(String text) {
    return hash("SHA-256", text).substring(0, 12);
  }

  private static String hash(String algorithm, String text) {
    return hash(algorithm, text.getBytes(StandardCharsets.US_ASCII));
  }

  /** The digest in lower-case hex. */
  static String sha256(byte[] content) {
    return hash("SHA-256", content);
  }

  private static String hash(String algorithm, byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(algorithm + " is part of every Java platform", e);
    }
  }
}
