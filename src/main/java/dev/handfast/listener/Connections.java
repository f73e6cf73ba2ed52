package dev.handfast.listener;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The established connections of this instance. Any thread; no method blocks. */
@Component
public class Connections {

  // By identifier, which is by age: a page is read from where it begins.
  private final NavigableMap<String, LiveConnection> live = new ConcurrentSkipListMap<>();
  private final InstantSource clock;

  Connections(InstantSource clock) {
    this.clock = clock;
  }

  /** The connection with this id, or empty if it is closed or never was. */
  public Optional<LiveConnection> find(String id) {
    return Optional.ofNullable(live.get(id));
  }

  /** Those that are selected, oldest first, as they are when the stream gets to them. */
  public Stream<LiveConnection> select(ConnectionSelector selector) {
    if (selector.selectsEverything()) {
      return live.values().stream();
    }
    Instant now = clock.instant();
    return live.values().stream().filter(connection -> selector.matches(connection.info(), now));
  }

  /**
   * Those that are selected, oldest first.
   *
   * @param after an id: only later ones are answered; null: from the first
   * @param limit how many at most
   */
  public List<ConnectionInfo> list(ConnectionSelector selector, @Nullable String after, int limit) {
    Instant now = clock.instant();
    return (after == null ? live : live.tailMap(after, false))
        .values().stream()
            .map(LiveConnection::info)
            .filter(info -> selector.matches(info, now))
            .limit(limit)
            .toList();
  }

  /** How many there are. */
  public int count() {
    return live.size();
  }

  void add(LiveConnection connection) {
    live.put(connection.id(), connection);
  }

  void remove(LiveConnection connection) {
    live.remove(connection.id());
  }
}
