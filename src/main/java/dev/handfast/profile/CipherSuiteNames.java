package dev.handfast.profile;

import dev.handfast.handshake.ProtocolVersion;

/** What the IANA name of a cipher suite says about it. */
final class CipherSuiteNames {

  private CipherSuiteNames() {}

  /** Whether the suite can be negotiated in this version. */
  static boolean fits(String suite, ProtocolVersion version) {
    if (!suite.contains("_WITH_")) {
      return version == ProtocolVersion.TLS_1_3;
    }
    if (version == ProtocolVersion.TLS_1_3) {
      return false;
    }
    // RFC 5246 section 1.2: suites with another hash than SHA-1, and AEAD, need TLS 1.2.
    return version == ProtocolVersion.TLS_1_2 || suite.endsWith("_SHA");
  }

  /** Whether a suite of TLS 1.2 or older agrees on a key by ECDHE. */
  static boolean isEphemeral(String suite) {
    return suite.startsWith("TLS_ECDHE_");
  }
}
