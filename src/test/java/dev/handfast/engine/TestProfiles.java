package dev.handfast.engine;

import dev.handfast.handshake.ProtocolVersion;
import dev.handfast.handshake.TlsProfile;
import java.util.ArrayList;
import java.util.List;

/** Profiles for tests. */
final class TestProfiles {

  /** Whatever the engine can do. */
  static final TlsProfile OLD =
      new TlsProfile(
          "old",
          ProtocolVersion.TLS_1_0,
          ProtocolVersion.TLS_1_3,
          SupportedAlgorithms.CIPHER_SUITES,
          SupportedAlgorithms.GROUPS,
          SupportedAlgorithms.SIGNATURE_SCHEMES);

  static final TlsProfile INTERMEDIATE =
      new TlsProfile(
          "intermediate",
          ProtocolVersion.TLS_1_2,
          ProtocolVersion.TLS_1_3,
          SupportedAlgorithms.CIPHER_SUITES.subList(0, 9),
          SupportedAlgorithms.GROUPS,
          withoutSha1());

  static final TlsProfile MODERN =
      new TlsProfile(
          "modern",
          ProtocolVersion.TLS_1_3,
          ProtocolVersion.TLS_1_3,
          SupportedAlgorithms.CIPHER_SUITES.subList(0, 3),
          SupportedAlgorithms.GROUPS,
          withoutSha1());

  private TestProfiles() {}

  private static List<String> withoutSha1() {
    List<String> schemes = new ArrayList<>(SupportedAlgorithms.SIGNATURE_SCHEMES);
    schemes.removeIf(name -> name.endsWith("_sha1"));
    return schemes;
  }

  static TlsProfile only(ProtocolVersion version) {
    return new TlsProfile(
        "only " + version.text(),
        version,
        version,
        OLD.cipherSuites(),
        OLD.groups(),
        OLD.signatureSchemes());
  }

  static TlsProfile withGroups(TlsProfile base, String... groups) {
    return new TlsProfile(
        base.name(),
        base.minVersion(),
        base.maxVersion(),
        base.cipherSuites(),
        List.of(groups),
        base.signatureSchemes());
  }

  static TlsProfile withCipherSuites(TlsProfile base, String... suites) {
    return new TlsProfile(
        base.name(),
        base.minVersion(),
        base.maxVersion(),
        List.of(suites),
        base.groups(),
        base.signatureSchemes());
  }
}
