package dev.handfast.session;

import dev.handfast.configuration.InvalidConfigurationException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Places in a list of sessions as text: microseconds since 1970, a dot, the identifier. */
final class SessionCursor {

  private SessionCursor() {}

  static String after(SessionRow row) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, row.expiresAt()) + "." + row.id();
  }

  /**
   * The place that a cursor names, null for none.
   *
   * @throws InvalidConfigurationException if it is not one of ours
   */
  static SessionStorage.@Nullable Position position(@Nullable String cursor) {
    if (cursor == null) {
      return null;
    }
    int dot = cursor.indexOf('.');
    try {
      long micros = Long.parseLong(cursor.substring(0, Math.max(0, dot)));
      return new SessionStorage.Position(
          Instant.EPOCH.plus(micros, ChronoUnit.MICROS),
          UUID.fromString(cursor.substring(dot + 1)).toString());
    } catch (RuntimeException e) {
      throw new InvalidConfigurationException(
          "cursor", cursor + " (expected: the nextCursor of the page before)");
    }
  }
}
