package dev.handfast.handshake;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What negotiation must know of a cipher suite, read off its IANA name, which spells it out.
 *
 * @param keyExchange how the secret comes about and who signs
 * @param oldest the first version that has this suite
 */
record CipherSuite(KeyExchange keyExchange, ProtocolVersion oldest) {

  /** Asked only for suites of profiles, which IANA has registered: a few hundred at most. */
  private static final Map<Integer, Optional<CipherSuite>> KNOWN = new ConcurrentHashMap<>();

  static final int FALLBACK_SCSV = 0x5600;
  static final int RENEGOTIATION_INFO_SCSV = 0x00ff;

  /** Those that the engine executes; every other one is never chosen. */
  enum KeyExchange {
    /** TLS 1.3 separates key exchange and authentication from the cipher suite. */
    TLS_1_3,
    ECDHE_ECDSA,
    ECDHE_RSA,
    RSA
  }

  /** The suite with this code point, or empty if it must never be chosen. */
  static Optional<CipherSuite> of(int code) {
    return KNOWN.computeIfAbsent(code, CipherSuite::parse);
  }

  private static Optional<CipherSuite> parse(int code) {
    String name = IanaRegistry.CIPHER_SUITES.nameOf(code);
    if (weakness(name).isPresent() || !usesImplementedCipher(name)) {
      return Optional.empty();
    }
    if (name.startsWith("TLS_AES_") || name.startsWith("TLS_CHACHA20_")) {
      return Optional.of(new CipherSuite(KeyExchange.TLS_1_3, ProtocolVersion.TLS_1_3));
    }
    // SHA alone is HMAC-SHA1; suites with AEAD or SHA-2 need TLS 1.2's PRF (RFC 5246 section 5).
    ProtocolVersion oldest =
        name.endsWith("_SHA") ? ProtocolVersion.TLS_1_0 : ProtocolVersion.TLS_1_2;
    if (name.startsWith("TLS_ECDHE_ECDSA_WITH_")) {
      return Optional.of(new CipherSuite(KeyExchange.ECDHE_ECDSA, oldest));
    }
    if (name.startsWith("TLS_ECDHE_RSA_WITH_")) {
      return Optional.of(new CipherSuite(KeyExchange.ECDHE_RSA, oldest));
    }
    if (name.startsWith("TLS_RSA_WITH_")) {
      return Optional.of(new CipherSuite(KeyExchange.RSA, oldest));
    }
    return Optional.empty();
  }

  private static boolean usesImplementedCipher(String name) {
    return name.contains("_AES_128_GCM_")
        || name.contains("_AES_256_GCM_")
        || name.contains("_CHACHA20_POLY1305_")
        || name.contains("_AES_128_CBC_")
        || name.contains("_AES_256_CBC_")
        || name.contains("_3DES_EDE_CBC_");
  }

  /** Whether a version may use this suite. */
  boolean isUsableWith(ProtocolVersion version) {
    boolean suiteOf13 = keyExchange == KeyExchange.TLS_1_3;
    return suiteOf13 == (version == ProtocolVersion.TLS_1_3) && !version.isBefore(oldest);
  }

  /** Why no profile accepts a suite, as a clause of a sentence, or empty if one may. */
  static Optional<String> weakness(String name) {
    if (name.contains("_EXPORT_")) {
      return Optional.of("export ciphers are broken by design (RFC 7525 section 4.1)");
    }
    if (name.contains("_anon_")) {
      return Optional.of("anonymous key exchange authenticates nobody (RFC 5246 section F.1.1.1)");
    }
    if (name.contains("NULL") || name.endsWith("SHA256_SHA256") || name.endsWith("SHA384_SHA384")) {
      return Optional.of("NULL does not encrypt (RFC 7525 section 4.1)");
    }
    if (name.contains("_RC4_")) {
      return Optional.of("RC4 is broken (RFC 7465)");
    }
    if (name.contains("_RC2_")) {
      return Optional.of("RC2 is broken (RFC 7525 section 4.1)");
    }
    if (name.contains("_DES_") || name.contains("_DES40_")) {
      return Optional.of("DES has keys of 56 bits (RFC 5469)");
    }
    if (name.contains("_IDEA_")) {
      return Optional.of("IDEA is deprecated (RFC 5469)");
    }
    return Optional.empty();
  }
}
