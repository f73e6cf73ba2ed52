package dev.handfast.journal;

import dev.handfast.handshake.Handshake;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Sums up a window. Its whole hours and its whole minutes come from the exact counts, so that the
 * time it takes does not grow with the number of handshakes; the begun minutes at its ends come
 * from the records. Blocks.
 */
final class SummaryQuery {

  private static final String SUM_COUNTS =
      """
      select grouped, result, sum(handshakes) as handshakes from handshake_count
      where %s group by grouped, result
      """;
  private static final String COUNT_RECORDS =
      """
      select %1$s as grouped, result, count(*) as handshakes from handshake
      where %2$s group by %1$s, result
      """;

  private final JdbcClient jdbc;

  SummaryQuery(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Counts.
   *
   * @param listener null: all listeners
   * @param since null: as far back as counts are kept
   * @param until null: no end
   */
  Summary summarise(
      Dimension dimension,
      @Nullable String listener,
      @Nullable Instant since,
      @Nullable Instant until,
      int mostGroups) {
    Map<@Nullable String, Tally> tallies = new HashMap<>();
    new Window(dimension, listener, tallies).addHours(since, until);
    List<Summary.Group> groups = new ArrayList<>();
    long total = 0;
    for (Map.Entry<@Nullable String, Tally> entry : tallies.entrySet()) {
      Summary.Group group = entry.getValue().group(entry.getKey());
      groups.add(group);
      total += group.count();
    }
    groups.sort(
        Comparator.comparingLong(Summary.Group::count)
            .reversed()
            .thenComparing(group -> String.valueOf(group.value())));
    return new Summary(
        dimension.parameter(),
        since,
        until,
        total,
        List.copyOf(groups.subList(0, Math.min(mostGroups, groups.size()))),
        null);
  }

  /** Splits a window into whole hours, whole minutes, and what is left. */
  private final class Window {

    private final Dimension dimension;
    private final @Nullable String listener;
    private final Map<@Nullable String, Tally> tallies;

    Window(Dimension dimension, @Nullable String listener, Map<@Nullable String, Tally> tallies) {
      this.dimension = dimension;
      this.listener = listener;
      this.tallies = tallies;
    }

    void addHours(@Nullable Instant since, @Nullable Instant until) {
      Instant from = since == null ? null : ceiling(since, CountRows.Period.HOUR);
      Instant to = until == null ? null : floor(until, CountRows.Period.HOUR);
      if (from != null && to != null && !from.isBefore(to)) {
        addMinutes(since, until);
        return;
      }
      addCounts(CountRows.Period.HOUR, from, to);
      if (from != null) {
        addMinutes(since, from);
      }
      if (to != null) {
        addMinutes(to, until);
      }
    }

    private void addMinutes(@Nullable Instant since, @Nullable Instant until) {
      Instant from = since == null ? null : ceiling(since, CountRows.Period.MINUTE);
      Instant to = until == null ? null : floor(until, CountRows.Period.MINUTE);
      if (from != null && to != null && from.isAfter(to)) {
        addRecords(since, until);
        return;
      }
      addCounts(CountRows.Period.MINUTE, from, to);
      if (from != null) {
        addRecords(since, from);
      }
      if (to != null) {
        addRecords(to, until);
      }
    }

    private void addCounts(CountRows.Period period, @Nullable Instant from, @Nullable Instant to) {
      if (from != null && from.equals(to)) {
        return;
      }
      Condition condition = new Condition();
      condition.equal("dimension", dimension.column());
      condition.equal("period", period.code());
      window(condition, from, to);
      read(SUM_COUNTS.formatted(condition.sql()), condition);
    }

    private void addRecords(@Nullable Instant from, @Nullable Instant to) {
      if (from != null && from.equals(to)) {
        return;
      }
      Condition condition = new Condition();
      if (dimension == Dimension.REASON) {
        condition.add("reason is not null");
      }
      window(condition, from, to);
      read(COUNT_RECORDS.formatted(dimension.column(), condition.sql()), condition);
    }

    private void window(Condition condition, @Nullable Instant from, @Nullable Instant to) {
      if (from != null) {
        condition.add("started_at >= ?", from.atOffset(ZoneOffset.UTC));
      }
      if (to != null) {
        condition.add("started_at < ?", to.atOffset(ZoneOffset.UTC));
      }
      condition.equal("listener", listener);
    }

    private void read(String sql, Condition condition) {
      jdbc.sql(sql)
          .params(condition.parameters())
          .query(
              row -> {
                tallies
                    .computeIfAbsent(row.getString("grouped"), value -> new Tally())
                    .add(row.getString("result"), row.getLong("handshakes"));
              });
    }
  }

  private static Instant floor(Instant instant, CountRows.Period period) {
    long seconds = period.length().toSeconds();
    return Instant.ofEpochSecond(Math.floorDiv(instant.getEpochSecond(), seconds) * seconds);
  }

  private static Instant ceiling(Instant instant, CountRows.Period period) {
    Instant begin = floor(instant, period);
    return begin.equals(instant) ? begin : begin.plus(period.length());
  }

  private static final class Tally {

    private long completed;
    private long failed;
    private long abandoned;

    void add(String result, long handshakes) {
      switch (resultOf(result)) {
        case COMPLETED -> completed += handshakes;
        case FAILED -> failed += handshakes;
        case ABANDONED -> abandoned += handshakes;
      }
    }

    Summary.Group group(@Nullable String value) {
      return new Summary.Group(value, completed + failed + abandoned, completed, failed, abandoned);
    }

    private static Handshake.Result resultOf(String code) {
      return Arrays.stream(Handshake.Result.values())
          .filter(result -> result.code().equals(code))
          .findFirst()
          .orElseThrow(() -> new IllegalStateException("result " + code + " in the database"));
    }
  }
}
