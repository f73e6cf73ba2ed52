package dev.handfast.journal;

import dev.handfast.configuration.Violations;
import dev.handfast.handshake.IanaRegistry;
import dev.handfast.handshake.ProtocolVersion;
import dev.handfast.handshake.TlsProfile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Reads a TLS profile that is only tried out. */
final class InlineProfile {

  private InlineProfile() {}

  /**
   * The profile.
   *
   * @throws dev.handfast.configuration.InvalidConfigurationException with all that is wrong
   */
  static TlsProfile read(JsonNode json) {
    Violations violations = new Violations();
    ProtocolVersion min = version(json, "minVersion", violations);
    ProtocolVersion max = version(json, "maxVersion", violations);
    List<String> suites = names(json, "cipherSuites", IanaRegistry.CIPHER_SUITES, violations);
    List<String> groups = names(json, "groups", IanaRegistry.GROUPS, violations);
    List<String> schemes =
        names(json, "signatureSchemes", IanaRegistry.SIGNATURE_SCHEMES, violations);
    violations.require(
        !max.isBefore(min),
        "tlsProfile.maxVersion",
        "%s (expected: at least minVersion, %s)".formatted(max.label(), min.label()));
    violations.throwIfAny();
    String name = json.path("name").isString() ? json.path("name").asString() : "(simulated)";
    return new TlsProfile(name, min, max, suites, groups, schemes);
  }

  private static ProtocolVersion version(JsonNode json, String field, Violations violations) {
    String text = json.path(field).asString("");
    Optional<ProtocolVersion> version = ProtocolVersion.ofLabel(text);
    if (version.isEmpty()) {
      List<String> labels =
          Arrays.stream(ProtocolVersion.values()).map(ProtocolVersion::label).toList();
      violations.reject(
          "tlsProfile." + field, "'%s' (expected: one of %s)".formatted(text, labels));
    }
    return version.orElse(ProtocolVersion.TLS_1_2);
  }

  private static List<String> names(
      JsonNode json, String field, IanaRegistry registry, Violations violations) {
    List<String> names = new ArrayList<>();
    for (JsonNode element : json.path(field)) {
      String name = element.asString("");
      if (registry.codeOf(name).isEmpty()) {
        violations.reject(
            "tlsProfile.%s[%d]".formatted(field, names.size()),
            "'%s' (expected: a name of the IANA registry)".formatted(name));
      }
      names.add(name);
    }
    violations.require(
        !names.isEmpty(), "tlsProfile." + field, "empty (expected: at least one name)");
    return names;
  }
}
