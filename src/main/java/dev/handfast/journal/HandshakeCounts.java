package dev.handfast.journal;

import dev.handfast.handshake.Failure;
import dev.handfast.handshake.Handshake;
import dev.handfast.handshake.Negotiated;
import dev.handfast.handshake.ProtocolVersion;
import dev.handfast.handshake.Reason;
import dev.handfast.handshake.TimeOrderedId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * How many handshakes began in each minute, exactly, until the database knows. Bounded: once too
 * many combinations are live, server names are counted together as {@link #OTHER}. Counting may be
 * done by any thread and never blocks for long; writing is done by one.
 */
final class HandshakeCounts {

  /** Stands for the server names above the bound. */
  static final String OTHER = "(other)";

  private static final int MAX_LIVE = 5_000;

  private final ConcurrentHashMap<Key, Tally> live = new ConcurrentHashMap<>();

  void count(Handshake handshake) {
    Key key = Key.of(handshake);
    if (key.serverName() != null && live.mappingCount() >= MAX_LIVE && !live.containsKey(key)) {
      key = key.withoutServerName();
    }
    live.compute(
        key,
        (found, tally) -> {
          Tally known = tally == null ? new Tally(handshake.startedAt()) : tally;
          known.total++;
          return known;
        });
  }

  /** Totals that changed since they were last confirmed. */
  List<Total> changed() {
    List<Total> changed = new ArrayList<>();
    for (Key key : live.keySet()) {
      live.computeIfPresent(
          key,
          (found, tally) -> {
            if (tally.total != tally.written) {
              changed.add(new Total(tally.id, found, tally.total));
            }
            return tally;
          });
    }
    return changed;
  }

  /** The database has these totals. */
  void confirm(List<Total> totals) {
    for (Total total : totals) {
      live.computeIfPresent(
          total.key(),
          (found, tally) -> {
            tally.written = total.handshakes();
            return tally;
          });
    }
  }

  /** Forgets the minutes before this one, as far as the database has them. */
  void forgetBefore(Instant instant) {
    long minute = minuteOf(instant);
    for (Map.Entry<Key, Tally> entry : live.entrySet()) {
      if (entry.getKey().minute() < minute) {
        live.computeIfPresent(
            entry.getKey(), (found, tally) -> tally.total == tally.written ? null : tally);
      }
    }
  }

  private static long minuteOf(Instant instant) {
    return Math.floorDiv(instant.getEpochSecond(), 60L);
  }

  /** A row of the database; guarded by the map's lock on its key. */
  private static final class Tally {

    private final String id;
    private long total;
    private long written;

    Tally(Instant at) {
      this.id = TimeOrderedId.at(at);
    }
  }

  /** How many handshakes a row of the database stands for. */
  record Total(String id, Key key, long handshakes) {}

  /**
   * What is counted apart.
   *
   * @param minute since the epoch
   */
  record Key(
      long minute,
      String listener,
      Handshake.Kind kind,
      Handshake.Result result,
      @Nullable Reason reason,
      @Nullable ProtocolVersion protocol,
      @Nullable String cipherSuite,
      @Nullable String serverName) {

    static Key of(Handshake handshake) {
      Failure failure = handshake.failure();
      Negotiated negotiated = handshake.negotiated();
      return new Key(
          minuteOf(handshake.startedAt()),
          handshake.listener(),
          handshake.kind(),
          handshake.result(),
          failure == null ? null : failure.reason(),
          negotiated == null ? null : negotiated.protocol(),
          negotiated == null ? null : negotiated.cipherSuite(),
          RecordFormat.serverNameOf(handshake.clientHello()));
    }

    Instant startedMinute() {
      return Instant.ofEpochSecond(minute * 60);
    }

    Key withoutServerName() {
      return new Key(minute, listener, kind, result, reason, protocol, cipherSuite, OTHER);
    }
  }
}
