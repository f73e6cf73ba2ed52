package dev.handfast.web;

import dev.handfast.configuration.InvalidConfigurationException;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a list is asked for: a controller's parameter, bound from {@code limit} and {@code
 * cursor}.
 *
 * @param limit 1..500, 50 unless given
 * @param cursor the nextCursor of the page before, or null for the first
 */
public record PageRequest(@Nullable Integer limit, @Nullable String cursor) {

  private static final int DEFAULT_LIMIT = 50;
  private static final int MAX_LIMIT = 500;

  public PageRequest {
    if (limit != null && (limit < 1 || limit > MAX_LIMIT)) {
      throw new InvalidConfigurationException(
          "limit", "%d (expected: 1..%d)".formatted(limit, MAX_LIMIT));
    }
  }

  /** How many items the page holds at most, 1..500. */
  public int size() {
    return limit == null ? DEFAULT_LIMIT : limit;
  }
}
