package dev.handfast.session;

import dev.handfast.configuration.InvalidConfigurationException;
import dev.handfast.configuration.Violations;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Which sessions a request is about: its query parameters. Each is compared exactly. */
record SessionFilter(
    @Nullable String listener,
    @Nullable String route,
    @Nullable String serverName,
    @Nullable String protocol,
    @Nullable String clientSubject,
    @Nullable String clientFingerprintSha256,
    @Nullable String clientAuthPolicy,
    @Nullable String certificate) {

  private static final Set<String> NAMES =
      Set.of(
          "listener",
          "route",
          "serverName",
          "protocol",
          "clientSubject",
          "clientFingerprintSha256",
          "clientAuthPolicy",
          "certificate");

  private static final Set<String> PAGING = Set.of("limit", "cursor");

  SessionSelector selector() {
    return new SessionSelector(
        null,
        listener,
        route,
        serverName,
        protocol,
        clientSubject,
        clientFingerprintSha256 == null ? null : Set.of(fingerprint(clientFingerprintSha256)),
        clientAuthPolicy,
        null,
        certificate,
        null);
  }

  /**
   * For a deletion.
   *
   * @throws InvalidConfigurationException if nothing is selected by: a mistyped name must not
   *     delete everything
   */
  SessionSelector requiredSelector() {
    SessionSelector selector = selector();
    if (selector.selectsAll()) {
      throw new InvalidConfigurationException(
          "selector", "is missing (expected: at least one of " + sorted(NAMES) + ")");
    }
    return selector;
  }

  /**
   * Refuses parameters that would be ignored.
   *
   * @throws InvalidConfigurationException naming each
   */
  static void requireKnown(Set<String> parameters, boolean paged) {
    Violations violations = new Violations();
    for (String name : new TreeSet<>(parameters)) {
      violations.require(
          NAMES.contains(name) || (paged && PAGING.contains(name)),
          name,
          "is not a filter (expected: " + sorted(NAMES) + ")");
    }
    violations.throwIfAny();
  }

  /** As it is kept: lower-case hex; colons are accepted. */
  private static String fingerprint(String text) {
    return text.replace(":", "").toLowerCase(Locale.ROOT);
  }

  private static String sorted(Set<String> names) {
    return String.join(", ", new TreeSet<>(names));
  }
}
