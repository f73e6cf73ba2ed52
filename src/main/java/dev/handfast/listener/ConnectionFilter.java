package dev.handfast.listener;

import dev.handfast.configuration.Violations;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Which connections a request is about: its query parameters. */
record ConnectionFilter(
    @Nullable String listener,
    @Nullable String serverName,
    @Nullable String clientAddress,
    @Nullable String clientSubject,
    @Nullable String clientFingerprintSha256,
    @Nullable String clientAuthPolicy,
    @Nullable String certificate,
    @Nullable String protocol,
    @Nullable Duration minAge) {

  private static final Set<String> NAMES =
      Set.of(
          "listener",
          "serverName",
          "clientAddress",
          "clientSubject",
          "clientFingerprintSha256",
          "clientAuthPolicy",
          "certificate",
          "protocol",
          "minAge",
          "limit",
          "cursor");

  ConnectionSelector selector() {
    return new ConnectionSelector(
        listener,
        serverName,
        clientAddress,
        clientSubject,
        clientFingerprintSha256,
        clientAuthPolicy,
        certificate,
        protocol,
        minAge,
        null);
  }

  /** Refuses parameters that would be ignored. */
  static void requireKnown(Set<String> parameters) {
    Violations violations = new Violations();
    for (String name : new TreeSet<>(parameters)) {
      violations.require(
          NAMES.contains(name),
          name,
          "is not a filter (expected: " + String.join(", ", new TreeSet<>(NAMES)) + ")");
    }
    violations.throwIfAny();
  }
}
