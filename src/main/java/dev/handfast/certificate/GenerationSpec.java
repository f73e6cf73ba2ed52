package dev.handfast.certificate;

import dev.handfast.configuration.Violations;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.jspecify.annotations.Nullable;

/**
 * What is to be generated; kept with the version that was, so that its successor can be made alike.
 *
 * @param subject a distinguished name (RFC 4514); may be empty if there are alternative names
 * @param subjectAltNames DNS names and IP addresses
 * @param validity from now
 */
record GenerationSpec(
    String subject,
    List<String> subjectAltNames,
    KeyType keyType,
    Duration validity,
    Issuer issuer) {

  private static final Duration DEFAULT_VALIDITY = Duration.ofDays(90);
  private static final Duration MIN_VALIDITY = Duration.ofSeconds(1);
  private static final Duration MAX_VALIDITY = Duration.ofDays(3650);
  private static final int MAX_NAMES = 100;
  private static final int MAX_SUBJECT = 1000;

  GenerationSpec {
    subjectAltNames = List.copyOf(subjectAltNames);
  }

  /** Who signs. */
  enum Issuer {
    SELF,
    LOCAL_CA;

    /** The name in the API. */
    String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * Reads a request's fields.
   *
   * @throws dev.handfast.configuration.InvalidConfigurationException with all that is wrong
   */
  static GenerationSpec of(
      @Nullable String subject,
      @Nullable List<String> subjectAltNames,
      @Nullable String keyType,
      @Nullable String validity,
      @Nullable String issuer) {
    Violations violations = new Violations();
    List<String> names = subjectAltNames == null ? List.of() : subjectAltNames;
    checkNames(names, violations);
    String subjectText =
        subject == null || subject.isBlank()
            ? subjectFrom(names)
            : checkSubject(subject, violations);
    violations.require(
        !subjectText.isEmpty() || !names.isEmpty(),
        "subject",
        "missing (expected: a distinguished name such as CN=www.example.com, or subjectAltNames)");
    Duration period = validity == null ? DEFAULT_VALIDITY : checkValidity(validity, violations);
    Issuer by = issuer == null ? Issuer.LOCAL_CA : checkIssuer(issuer, violations);
    violations.throwIfAny();
    return new GenerationSpec(
        subjectText, names, keyType == null ? KeyType.EC_P256 : KeyType.parse(keyType), period, by);
  }

  /** The alternative names as certificates and requests carry them. */
  GeneralNames generalNames() {
    return new GeneralNames(
        subjectAltNames.stream().map(SubjectAltName::parse).toArray(GeneralName[]::new));
  }

  private static String subjectFrom(List<String> names) {
    // A common name has at most 64 characters (RFC 5280 appendix A.1).
    return names.stream()
        .filter(name -> name.length() <= 64)
        .findFirst()
        .map(name -> new X500Principal("CN=\"" + name.replaceAll("[\"\\\\]", "") + "\"").getName())
        .orElse("");
  }

  private static String checkSubject(String subject, Violations violations) {
    violations.require(
        subject.length() <= MAX_SUBJECT,
        "subject",
        "%d characters (expected: at most %d)".formatted(subject.length(), MAX_SUBJECT));
    try {
      return new X500Principal(subject).getName();
    } catch (IllegalArgumentException e) {
      violations.reject(
          "subject",
          "'%s' is not a distinguished name (expected: for example CN=www.example.com,O=Example)"
              .formatted(subject));
      return subject;
    }
  }

  private static void checkNames(List<String> names, Violations violations) {
    violations.require(
        names.size() <= MAX_NAMES,
        "subjectAltNames",
        "%d names (expected: at most %d)".formatted(names.size(), MAX_NAMES));
    for (int i = 0; i < names.size(); i++) {
      try {
        SubjectAltName.parse(names.get(i));
      } catch (IllegalArgumentException e) {
        violations.reject("subjectAltNames[" + i + "]", String.valueOf(e.getMessage()));
      }
    }
  }

  private static Duration checkValidity(String text, Violations violations) {
    try {
      Duration validity = Duration.parse(text);
      violations.require(
          validity.compareTo(MIN_VALIDITY) >= 0 && validity.compareTo(MAX_VALIDITY) <= 0,
          "validity",
          "%s (expected: %s..P%dD)".formatted(text, MIN_VALIDITY, MAX_VALIDITY.toDays()));
      return validity;
    } catch (DateTimeParseException e) {
      violations.reject(
          "validity", "'%s' (expected: an ISO-8601 duration such as P90D)".formatted(text));
      return DEFAULT_VALIDITY;
    }
  }

  private static Issuer checkIssuer(String text, Violations violations) {
    for (Issuer issuer : Issuer.values()) {
      if (issuer.text().equals(text)) {
        return issuer;
      }
    }
    violations.reject("issuer", "'%s' (expected: self or local-ca)".formatted(text));
    return Issuer.LOCAL_CA;
  }
}
