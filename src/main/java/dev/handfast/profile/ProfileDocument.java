package dev.handfast.profile;

import dev.handfast.handshake.ProtocolVersion;
import dev.handfast.handshake.TlsProfile;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A TLS profile as stored and as sent, names being IANA's.
 *
 * @param minVersion TLSv1, TLSv1.1, TLSv1.2 or TLSv1.3
 * @param maxVersion at least {@code minVersion}; TLSv1.3 unless given
 */
record ProfileDocument(
    @Nullable String minVersion,
    @Nullable String maxVersion,
    @Nullable List<String> cipherSuites,
    @Nullable List<String> groups,
    @Nullable List<String> signatureSchemes) {

  static ProfileDocument of(TlsProfile profile) {
    return new ProfileDocument(
        profile.minVersion().label(),
        profile.maxVersion().label(),
        profile.cipherSuites(),
        profile.groups(),
        profile.signatureSchemes());
  }

  /** The profile that a stored document describes; it was checked before it was stored. */
  TlsProfile toProfile(String name) {
    return new TlsProfile(
        name,
        version(minVersion),
        version(maxVersion),
        present(cipherSuites),
        present(groups),
        present(signatureSchemes));
  }

  private static ProtocolVersion version(@Nullable String label) {
    return ProtocolVersion.ofLabel(String.valueOf(label)).orElseThrow();
  }

  private static List<String> present(@Nullable List<String> names) {
    return names == null ? List.of() : names;
  }
}
