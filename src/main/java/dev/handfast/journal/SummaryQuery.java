package dev.handfast.journal;

import dev.handfast.configuration.InvalidConfigurationException;
import dev.handfast.handshake.Handshake;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Sums up a window. Whole minutes come from the exact counts, so that the time it takes does not
 * grow with the number of handshakes; the begun minutes at the window's ends come from the records.
 * Blocks.
 */
final class SummaryQuery {

  private static final String SELECT =
      """
      select %1$s as grouped, result, %2$s as handshakes from %3$s
      where %4$s group by %1$s, result
      """;

  private final JdbcClient jdbc;

  SummaryQuery(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  Summary summarise(
      GroupBy groupBy, @Nullable Instant since, @Nullable Instant until, int mostGroups) {
    Map<@Nullable String, Tally> tallies = new HashMap<>();
    Instant from = since == null ? null : ceiling(since);
    Instant to = until == null ? null : until.truncatedTo(ChronoUnit.MINUTES);
    if (from != null && to != null && from.isAfter(to)) {
      addRecords(tallies, groupBy, Optional.ofNullable(since), Optional.ofNullable(until));
    } else {
      addCounts(tallies, groupBy, from, to);
      if (since != null && from != null && from.isAfter(since)) {
        addRecords(tallies, groupBy, Optional.of(since), Optional.of(from));
      }
      if (until != null && to != null && to.isBefore(until)) {
        addRecords(tallies, groupBy, Optional.of(to), Optional.of(until));
      }
    }
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
        groupBy.parameter,
        since,
        until,
        total,
        List.copyOf(groups.subList(0, Math.min(mostGroups, groups.size()))),
        null);
  }

  private void addCounts(
      Map<@Nullable String, Tally> tallies,
      GroupBy groupBy,
      @Nullable Instant from,
      @Nullable Instant to) {
    add(
        tallies,
        groupBy,
        "sum(handshakes)",
        "handshake_count",
        window("started_minute", groupBy, Optional.ofNullable(from), Optional.ofNullable(to)));
  }

  private void addRecords(
      Map<@Nullable String, Tally> tallies,
      GroupBy groupBy,
      Optional<Instant> from,
      Optional<Instant> to) {
    add(tallies, groupBy, "count(*)", "handshake", window("started_at", groupBy, from, to));
  }

  private void add(
      Map<@Nullable String, Tally> tallies,
      GroupBy groupBy,
      String handshakes,
      String table,
      HandshakeFilter.Condition window) {
    jdbc.sql(SELECT.formatted(groupBy.column, handshakes, table, window.sql()))
        .params(window.parameters())
        .query(
            row -> {
              tallies
                  .computeIfAbsent(row.getString("grouped"), value -> new Tally())
                  .add(row.getString("result"), row.getLong("handshakes"));
            });
  }

  private static HandshakeFilter.Condition window(
      String column, GroupBy groupBy, Optional<Instant> from, Optional<Instant> to) {
    var condition = new HandshakeFilter.Condition(new ArrayList<>(), new ArrayList<>());
    from.ifPresent(at -> condition.add(column + " >= ?", at.atOffset(ZoneOffset.UTC)));
    to.ifPresent(at -> condition.add(column + " < ?", at.atOffset(ZoneOffset.UTC)));
    if (groupBy == GroupBy.REASON) {
      condition.add("reason is not null");
    }
    return condition;
  }

  private static Instant ceiling(Instant instant) {
    Instant minute = instant.truncatedTo(ChronoUnit.MINUTES);
    return minute.equals(instant) ? minute : minute.plus(Duration.ofMinutes(1));
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

  /** What handshakes can be grouped by. By reason, completed ones do not count. */
  enum GroupBy {
    REASON("reason", "reason"),
    PROTOCOL("protocol", "protocol"),
    CIPHER_SUITE("cipherSuite", "cipher_suite"),
    LISTENER("listener", "listener"),
    SERVER_NAME("serverName", "server_name"),
    RESULT("result", "result"),
    KIND("kind", "kind");

    private final String parameter;
    private final String column;

    GroupBy(String parameter, String column) {
      this.parameter = parameter;
      this.column = column;
    }

    static GroupBy of(String parameter) {
      return Arrays.stream(values())
          .filter(value -> value.parameter.equals(parameter))
          .findFirst()
          .orElseThrow(
              () ->
                  new InvalidConfigurationException(
                      "groupBy",
                      "%s (expected: %s)"
                          .formatted(
                              parameter,
                              String.join(
                                  ", ",
                                  Arrays.stream(values())
                                      .map(value -> value.parameter)
                                      .toList()))));
    }
  }
}
