package dev.handfast.listener;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Selects connections: all that is given must match; null selects everything.
 *
 * @param listener its name
 * @param serverName exact
 * @param clientAddress exact, without port
 * @param clientSubject exact, in RFC 2253 form
 * @param clientFingerprintSha256 hex, with or without colons
 * @param certificate name of the certificate that the server proved itself with
 * @param protocol for example {@code TLSv1.3}
 * @param minAge established at least so long ago
 * @param connectionId exact
 */
public record ConnectionSelector(
    @Nullable String listener,
    @Nullable String serverName,
    @Nullable String clientAddress,
    @Nullable String clientSubject,
    @Nullable String clientFingerprintSha256,
    @Nullable String clientAuthPolicy,
    @Nullable String certificate,
    @Nullable String protocol,
    @Nullable Duration minAge,
    @Nullable String connectionId) {

  /** Brings what can be written in several ways into one form. */
  public ConnectionSelector {
    serverName = serverName == null ? null : serverName.toLowerCase(Locale.ROOT);
    clientFingerprintSha256 =
        clientFingerprintSha256 == null
            ? null
            : clientFingerprintSha256.replace(":", "").toLowerCase(Locale.ROOT);
  }

  /** Whether this selects every connection. */
  public boolean selectsEverything() {
    return equals(ALL);
  }

  /** Selects everything. */
  public static final ConnectionSelector ALL =
      new ConnectionSelector(null, null, null, null, null, null, null, null, null, null);

  boolean matches(ConnectionInfo info, Instant now) {
    return matches(connectionId, info.id())
        && matches(listener, info.listener())
        && matches(serverName, info.serverName())
        && matches(clientAddress, info.clientAddress())
        && matches(clientSubject, info.clientSubject())
        && matches(clientFingerprintSha256, info.clientFingerprintSha256())
        && matches(clientAuthPolicy, info.clientAuthPolicy())
        && matches(certificate, info.certificate())
        && matches(protocol, info.protocol())
        && (minAge == null || !info.establishedAt().plus(minAge).isAfter(now));
  }

  private static boolean matches(@Nullable String wanted, @Nullable String found) {
    return wanted == null || Objects.equals(wanted, found);
  }
}
