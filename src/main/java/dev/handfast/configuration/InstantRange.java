package dev.handfast.configuration;

import java.time.Instant;

/**
 * The points in time that the API takes: years of four digits, as RFC 3339 section 5.6 writes them,
 * RFC 5280 section 4.1.2.5 has them in certificates, and every database keeps them.
 */
public final class InstantRange {

  private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");
  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");

  private InstantRange() {}

  /**
   * Returns the point in time. Any thread; never blocks.
   *
   * @param field the field or parameter that it was found in
   * @throws InvalidConfigurationException if its year has more than four digits or is negative
   */
  public static Instant require(String field, Instant found) {
    if (found.isBefore(FIRST) || found.isAfter(LAST)) {
      throw new InvalidConfigurationException(
          field, "'%s' (expected: %s to %s)".formatted(found, FIRST, LAST));
    }
    return found;
  }
}
