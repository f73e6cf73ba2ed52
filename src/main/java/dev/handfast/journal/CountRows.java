package dev.handfast.journal;

import dev.handfast.handshake.Handshake;
import dev.handfast.handshake.TimeOrderedId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The totals of the minutes and hours that are under way, as they stand or are to stand in the
 * database. Rows belong to this process alone, so that replicas never write the same row; readers
 * add them up. Bounded. Used by the journal's writer only.
 */
final class CountRows {

  private static final int MOST_SERVER_NAMES = 1_000;

  private final Map<Key, Row> rows = new HashMap<>();
  private final Map<Long, Integer> serverNames = new HashMap<>();

  void add(Map<HandshakeCounts.Key, Long> counts) {
    counts.forEach(
        (key, handshakes) -> {
          for (Period period : Period.values()) {
            for (Dimension dimension : Dimension.values()) {
              String value = dimension.valueOf(key);
              if (value != null || dimension != Dimension.REASON) {
                add(period, dimension, key, value, handshakes);
              }
            }
          }
        });
  }

  private void add(
      Period period,
      Dimension dimension,
      HandshakeCounts.Key counted,
      @Nullable String value,
      long handshakes) {
    Key key =
        new Key(
            period,
            period.begin(counted.minute()),
            dimension,
            counted.listener(),
            value,
            counted.result());
    if (dimension == Dimension.SERVER_NAME && value != null && !rows.containsKey(key)) {
      long window = key.begin * 2 + period.ordinal();
      if (serverNames.merge(window, 1, Integer::sum) > MOST_SERVER_NAMES) {
        key =
            new Key(
                period,
                key.begin,
                dimension,
                counted.listener(),
                HandshakeCounts.OTHER,
                counted.result());
      }
    }
    rows.computeIfAbsent(key, created -> new Row(created.startedAt())).total += handshakes;
  }

  /** Totals that the database does not have yet. */
  List<Total> changed() {
    List<Total> changed = new ArrayList<>();
    rows.forEach(
        (key, row) -> {
          if (row.total != row.written) {
            changed.add(new Total(row.id, key, row.total));
          }
        });
    return changed;
  }

  /** The database has these totals; what ended before the instant is forgotten. */
  void confirm(List<Total> totals, Instant instant) {
    for (Total total : totals) {
      Row row = rows.get(total.key());
      if (row != null) {
        row.written = total.handshakes();
      }
    }
    rows.entrySet()
        .removeIf(
            entry ->
                entry.getKey().endsBefore(instant)
                    && entry.getValue().total == entry.getValue().written);
    long minute = Math.floorDiv(instant.getEpochSecond(), 60L);
    serverNames.keySet().removeIf(window -> window / 2 + 60 < minute);
  }

  /** How long a row counts for. */
  enum Period {
    MINUTE(1),
    HOUR(60);

    private final int minutes;

    Period(int minutes) {
      this.minutes = minutes;
    }

    Duration length() {
      return Duration.ofMinutes(minutes);
    }

    String code() {
      return name().toLowerCase(Locale.ROOT);
    }

    private long begin(long minute) {
      return Math.floorDiv(minute, (long) minutes) * minutes;
    }
  }

  private static final class Row {

    private final String id;
    private long total;
    private long written;

    Row(Instant at) {
      this.id = TimeOrderedId.at(at);
    }
  }

  /** What a row of the database counts. */
  record Total(String id, Key key, long handshakes) {}

  /**
   * What tells rows apart.
   *
   * @param begin minutes since the epoch
   */
  record Key(
      Period period,
      long begin,
      Dimension dimension,
      String listener,
      @Nullable String value,
      Handshake.Result result) {

    Instant startedAt() {
      return Instant.ofEpochSecond(begin * 60);
    }

    private boolean endsBefore(Instant instant) {
      return startedAt().plus(period.length()).isBefore(instant);
    }
  }
}
