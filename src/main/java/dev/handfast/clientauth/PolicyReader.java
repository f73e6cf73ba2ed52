package dev.handfast.clientauth;

import dev.handfast.clientauth.ClientAuthPolicyDefinition.Rule;
import dev.handfast.configuration.Violations;
import dev.handfast.handshake.CertificateDemand;
import dev.handfast.handshake.ClientAuthentication.Decision;
import java.math.BigInteger;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads a policy's definition, and says everything that is wrong with it at once. */
final class PolicyReader {

  private static final int MAX_RULES = 1000;
  private static final int MAX_PATTERNS = 1000;
  private static final int MAX_TEXT = 1000;
  private static final Map<String, CertificateDemand> MODES =
      Map.of(
          "none", CertificateDemand.NONE,
          "request", CertificateDemand.REQUEST,
          "require", CertificateDemand.REQUIRE);
  private static final Map<String, Decision> EFFECTS =
      Map.of("allow", Decision.ALLOW, "deny", Decision.DENY);

  private final ClientAuthPolicyDefinition definition;
  private final Function<String, Optional<TrustBundle>> bundles;
  private final Violations violations = new Violations();

  private PolicyReader(
      ClientAuthPolicyDefinition definition, Function<String, Optional<TrustBundle>> bundles) {
    this.definition = definition;
    this.bundles = bundles;
  }

  /**
   * Reads a definition.
   *
   * @throws dev.handfast.configuration.InvalidConfigurationException naming each wrong field
   */
  static Policy read(
      ClientAuthPolicyDefinition definition,
      String name,
      long revision,
      Function<String, Optional<TrustBundle>> bundles) {
    return new PolicyReader(definition, bundles).policy(name, revision);
  }

  /** The definition with its defaults filled in, as it is stored and answered. */
  static ClientAuthPolicyDefinition complete(ClientAuthPolicyDefinition given, String name) {
    return new ClientAuthPolicyDefinition(
        name,
        given.mode(),
        given.trustBundle(),
        given.defaultEffect() == null ? "deny" : given.defaultEffect(),
        given.rules() == null ? List.of() : given.rules(),
        given.reauthenticateAfter(),
        given.enforcement() == null ? "enforce" : given.enforcement());
  }

  private Policy policy(String name, long revision) {
    CertificateDemand mode =
        choice("mode", definition.mode(), MODES, null, "none, request or require");
    TrustBundle bundle = bundle(mode);
    Decision defaultEffect =
        choice("defaultEffect", definition.defaultEffect(), EFFECTS, "deny", "allow or deny");
    List<PolicyRule> rules = rules();
    Optional<Duration> reauthenticateAfter = reauthenticateAfter();
    Boolean enforced =
        choice(
            "enforcement",
            definition.enforcement(),
            Map.of("enforce", true, "shadow", false),
            "enforce",
            "enforce or shadow");
    violations.throwIfAny();
    if (mode == null || defaultEffect == null || enforced == null) {
      throw new IllegalStateException("a missing value was not rejected");
    }
    return new Policy(
        name, revision, mode, bundle, defaultEffect, rules, reauthenticateAfter, enforced);
  }

  private @Nullable TrustBundle bundle(@Nullable CertificateDemand mode) {
    String name = definition.trustBundle();
    if (name == null || name.isEmpty()) {
      violations.require(
          mode == null || mode == CertificateDemand.NONE,
          "trustBundle",
          "missing (expected: the trust bundle that client certificates must chain to, because the"
              + " mode is %s)".formatted(definition.mode()));
      return null;
    }
    Optional<TrustBundle> found = bundles.apply(name);
    violations.require(
        found.isPresent(),
        "trustBundle",
        "there is no trust bundle '%s' (expected: the name of one)".formatted(name));
    return found.orElse(null);
  }

  private List<PolicyRule> rules() {
    List<PolicyRule> rules = new ArrayList<>();
    List<@Nullable Rule> given = definition.rules() == null ? List.of() : definition.rules();
    violations.require(
        given.size() <= MAX_RULES,
        "rules",
        "%d rules (expected: at most %d)".formatted(given.size(), MAX_RULES));
    for (int i = 0; i < Math.min(given.size(), MAX_RULES); i++) {
      String field = "rules[" + i + "]";
      Rule rule = given.get(i);
      if (rule == null) {
        violations.reject(field, "null (expected: a rule)");
        continue;
      }
      Decision effect = choice(field + ".effect", rule.effect(), EFFECTS, null, "allow or deny");
      List<Condition> conditions = conditions(field, rule);
      if (effect != null) {
        rules.add(new PolicyRule(i + 1, effect, conditions));
      }
    }
    return rules;
  }

  private List<Condition> conditions(String field, Rule rule) {
    List<Condition> conditions = new ArrayList<>();
    one(field + ".subject", rule.subject(), DnPattern::parse)
        .ifPresent(pattern -> conditions.add(new Condition.Subject(pattern)));
    one(field + ".issuer", rule.issuer(), DnPattern::parse)
        .ifPresent(pattern -> conditions.add(new Condition.Issuer(pattern)));
    all(field + ".sanDns", rule.sanDns(), DnsPattern::parse)
        .ifPresent(patterns -> conditions.add(new Condition.SanDns(patterns)));
    all(field + ".sanUri", rule.sanUri(), UriPattern::parse)
        .ifPresent(patterns -> conditions.add(new Condition.SanUri(patterns)));
    all(field + ".sanEmail", rule.sanEmail(), EmailPattern::parse)
        .ifPresent(patterns -> conditions.add(new Condition.SanEmail(patterns)));
    all(field + ".fingerprintSha256", rule.fingerprintSha256(), PolicyReader::fingerprint)
        .ifPresent(values -> conditions.add(new Condition.Fingerprint(values)));
    all(field + ".serialNumber", rule.serialNumber(), PolicyReader::serialNumber)
        .ifPresent(values -> conditions.add(new Condition.SerialNumber(values)));
    all(field + ".serverName", rule.serverName(), DnsPattern::parse)
        .ifPresent(patterns -> conditions.add(new Condition.ServerName(patterns)));
    all(field + ".path", rule.path(), PathPattern::parse)
        .ifPresent(patterns -> conditions.add(new Condition.Path(patterns)));
    return conditions;
  }

  /** A list that is empty asks for nothing, like one that is not given. */
  private <P> Optional<List<P>> all(
      String field, @Nullable List<@Nullable String> given, Function<String, P> parser) {
    if (given == null || given.isEmpty()) {
      return Optional.empty();
    }
    if (given.size() > MAX_PATTERNS) {
      violations.reject(
          field, "%d entries (expected: at most %d)".formatted(given.size(), MAX_PATTERNS));
      return Optional.empty();
    }
    List<P> parsed = new ArrayList<>();
    for (int i = 0; i < given.size(); i++) {
      String entry = field + "[" + i + "]";
      String text = given.get(i);
      if (text == null) {
        violations.reject(entry, "null (expected: text)");
      } else {
        one(entry, text, parser).ifPresent(parsed::add);
      }
    }
    return Optional.of(parsed);
  }

  private <P> Optional<P> one(String field, @Nullable String text, Function<String, P> parser) {
    if (text == null) {
      return Optional.empty();
    }
    if (text.length() > MAX_TEXT) {
      violations.reject(
          field, "%d characters (expected: at most %d)".formatted(text.length(), MAX_TEXT));
      return Optional.empty();
    }
    try {
      return Optional.of(parser.apply(text));
    } catch (IllegalArgumentException e) {
      violations.reject(field, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private Optional<Duration> reauthenticateAfter() {
    String text = definition.reauthenticateAfter();
    if (text == null || text.isEmpty()) {
      return Optional.empty();
    }
    try {
      Duration duration = Duration.parse(text);
      if (duration.compareTo(Duration.ofSeconds(1)) >= 0
          && duration.compareTo(Duration.ofDays(365)) <= 0) {
        return Optional.of(duration);
      }
    } catch (DateTimeParseException e) {
      // Rejected below, in our own words.
    }
    violations.reject(
        "reauthenticateAfter",
        "'%s' (expected: an ISO-8601 duration from PT1S to P365D, such as PT1H)".formatted(text));
    return Optional.empty();
  }

  private <T> @Nullable T choice(
      String field,
      @Nullable String given,
      Map<String, T> choices,
      @Nullable String fallback,
      String expected) {
    String key = given == null ? fallback : given;
    T value = key == null ? null : choices.get(key);
    violations.require(
        value != null,
        field,
        (key == null ? "missing" : "'" + key + "'") + " (expected: " + expected + ")");
    return value;
  }

  private static String fingerprint(String text) {
    String hex = text.replace(":", "").toLowerCase(Locale.ROOT);
    if (hex.length() != 64 || !isHex(hex)) {
      throw new IllegalArgumentException(
          "'%s' (expected: 64 hexadecimal digits, the SHA-256 of a certificate)".formatted(text));
    }
    return hex;
  }

  private static BigInteger serialNumber(String text) {
    String hex = text.replace(":", "");
    if (hex.isEmpty() || hex.length() > 40 || !isHex(hex)) {
      throw new IllegalArgumentException(
          "'%s' (expected: 1 to 40 hexadecimal digits)".formatted(text));
    }
    return new BigInteger(hex, 16);
  }

  private static boolean isHex(String text) {
    return text.chars().allMatch(HexFormat::isHexDigit);
  }
}
