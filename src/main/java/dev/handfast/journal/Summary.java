package dev.handfast.journal;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How many handshakes began in a window, by one of their properties, the most frequent first.
 *
 * @param since null: as far back as counts are kept
 * @param until null: up to now
 * @param total of all groups, also of those not shown
 */
record Summary(
    String groupBy,
    @Nullable Instant since,
    @Nullable Instant until,
    long total,
    List<Group> items,
    @Nullable String nextCursor) {

  /**
   * A group.
   *
   * @param value null: the handshakes ended before this was known
   */
  record Group(@Nullable String value, long count, long completed, long failed, long abandoned) {}
}
