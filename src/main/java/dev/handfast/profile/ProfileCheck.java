package dev.handfast.profile;

import dev.handfast.configuration.Violations;
import dev.handfast.handshake.IanaRegistry;
import dev.handfast.handshake.ProtocolVersion;
import dev.handfast.handshake.TlsProfile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Decides whether a profile can work, and says all that is wrong with it. */
final class ProfileCheck {

  private static final ProtocolVersion OLDEST = ProtocolVersion.TLS_1_0;
  private static final int MAX_NAMES = 100;

  private final Violations violations;
  private final Implemented implemented;

  ProfileCheck(Violations violations, Implemented implemented) {
    this.violations = violations;
    this.implemented = implemented;
  }

  /** The profile, or empty after at least one violation was added. */
  Optional<TlsProfile> check(String name, ProfileDocument document) {
    int before = violations.found().size();
    ProtocolVersion min = version("minVersion", document.minVersion(), null);
    ProtocolVersion max = version("maxVersion", document.maxVersion(), ProtocolVersion.TLS_1_3);
    List<String> suites =
        names(
            "cipherSuites",
            document.cipherSuites(),
            IanaRegistry.CIPHER_SUITES,
            implemented.cipherSuites());
    List<String> groups =
        names("groups", document.groups(), IanaRegistry.GROUPS, implemented.groups());
    List<String> schemes =
        names(
            "signatureSchemes",
            document.signatureSchemes(),
            IanaRegistry.SIGNATURE_SCHEMES,
            implemented.signatureSchemes());
    if (min == null || max == null || violations.found().size() > before) {
      return Optional.empty();
    }
    if (max.isBefore(min)) {
      violations.reject(
          "maxVersion", "%s is older than minVersion %s".formatted(max.label(), min.label()));
      return Optional.empty();
    }
    TlsProfile profile = new TlsProfile(name, min, max, suites, groups, schemes);
    checkTogether(profile);
    return violations.found().size() > before ? Optional.empty() : Optional.of(profile);
  }

  private @Nullable ProtocolVersion version(
      String field, @Nullable String label, @Nullable ProtocolVersion fallback) {
    if (label == null && fallback != null) {
      return fallback;
    }
    String accepted =
        Arrays.stream(ProtocolVersion.values())
            .filter(version -> !version.isBefore(OLDEST))
            .map(ProtocolVersion::label)
            .collect(Collectors.joining(", "));
    if (label == null) {
      violations.reject(field, "is missing (expected: %s)".formatted(accepted));
      return null;
    }
    Optional<ProtocolVersion> version = ProtocolVersion.ofLabel(label);
    if (version.isPresent() && version.get().isBefore(OLDEST)) {
      violations.reject(
          field,
          "%s is broken and refused (RFC 6176, RFC 7568; expected: %s)"
              .formatted(version.get().text(), accepted));
      return null;
    }
    if (version.isEmpty()) {
      violations.reject(
          field, "'%s' is no version (expected: %s)".formatted(abbreviate(label), accepted));
    }
    return version.orElse(null);
  }

  private List<String> names(
      String field, @Nullable List<String> given, IanaRegistry registry, List<String> known) {
    if (given == null || given.isEmpty()) {
      violations.reject(
          field, "is empty (expected: at least one of %s)".formatted(String.join(", ", known)));
      return List.of();
    }
    if (given.size() > MAX_NAMES) {
      violations.reject(field, "%d names (expected: 1..%d)".formatted(given.size(), MAX_NAMES));
      return List.of();
    }
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < given.size(); i++) {
      String name = String.valueOf(given.get(i));
      String at = field + "[" + i + "]";
      if (!seen.add(name)) {
        violations.reject(at, "'%s' is there twice".formatted(abbreviate(name)));
      } else if (registry.codeOf(name).isEmpty()) {
        violations.reject(
            at,
            "'%s' is no IANA name (expected: one of %s)"
                .formatted(abbreviate(name), String.join(", ", known)));
      } else if (!known.contains(name)) {
        violations.reject(
            at,
            "%s is refused: %s (expected: one of %s)"
                .formatted(name, WeakNames.reason(name), String.join(", ", known)));
      }
    }
    return List.copyOf(seen.size() == given.size() ? given : List.of());
  }

  private void checkTogether(TlsProfile profile) {
    List<ProtocolVersion> accepted =
        Arrays.stream(ProtocolVersion.values()).filter(profile::accepts).toList();
    List<String> suites = profile.cipherSuites();
    for (int i = 0; i < suites.size(); i++) {
      String suite = suites.get(i);
      if (accepted.stream().noneMatch(version -> CipherSuiteNames.fits(suite, version))) {
        violations.reject(
            "cipherSuites[" + i + "]",
            "%s fits no accepted version (accepted: %s to %s)"
                .formatted(suite, profile.minVersion().label(), profile.maxVersion().label()));
      }
    }
    for (ProtocolVersion version : accepted) {
      violations.require(
          suites.stream().anyMatch(suite -> CipherSuiteNames.fits(suite, version)),
          "cipherSuites",
          "none fits %s, which the profile accepts".formatted(version.label()));
    }
    checkGroups(profile);
    checkSignatureSchemes(profile);
  }

  private void checkGroups(TlsProfile profile) {
    boolean before13 =
        profile.minVersion().isBefore(ProtocolVersion.TLS_1_3)
            && profile.cipherSuites().stream().anyMatch(CipherSuiteNames::isEphemeral);
    List<String> classical = new ArrayList<>(profile.groups());
    classical.removeIf(group -> group.contains("MLKEM"));
    violations.require(
        !before13 || !classical.isEmpty(),
        "groups",
        "only groups of TLS 1.3 (expected: also one such as x25519 for the ECDHE suites)");
  }

  private void checkSignatureSchemes(TlsProfile profile) {
    boolean for13 =
        profile.signatureSchemes().stream()
            .anyMatch(scheme -> !scheme.startsWith("rsa_pkcs1") && !scheme.endsWith("sha1"));
    violations.require(
        !profile.accepts(ProtocolVersion.TLS_1_3) || for13,
        "signatureSchemes",
        "none is allowed in TLS 1.3 (RFC 8446 section 4.2.3; expected: also one such as"
            + " ecdsa_secp256r1_sha256)");
  }

  private static String abbreviate(String text) {
    return text.length() <= 60 ? text : text.substring(0, 60) + "…";
  }
}
