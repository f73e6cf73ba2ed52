package dev.handfast.journal;

import dev.handfast.handshake.Failure;
import dev.handfast.handshake.Handshake;
import dev.handfast.handshake.Negotiated;
import dev.handfast.handshake.ProtocolVersion;
import dev.handfast.handshake.Reason;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * How many handshakes ended since the journal's writer last asked, exactly. Bounded: once too many
 * combinations are held, server names are counted together as {@link #OTHER}. Any thread, never
 * blocks for long.
 */
final class HandshakeCounts {

  /** Stands for the server names above a bound. */
  static final String OTHER = "(other)";

  private static final int MOST_KEYS = 5_000;

  private final ConcurrentHashMap<Key, Long> counts = new ConcurrentHashMap<>();

  void count(Handshake handshake) {
    Key key = Key.of(handshake);
    if (key.serverName() != null
        && counts.mappingCount() >= MOST_KEYS
        && !counts.containsKey(key)) {
      key = key.withoutServerName();
    }
    counts.merge(key, 1L, Long::sum);
  }

  /** Takes everything counted since the call before. */
  Map<Key, Long> take() {
    Map<Key, Long> taken = new HashMap<>();
    for (Key key : counts.keySet()) {
      Long handshakes = counts.remove(key);
      if (handshakes != null) {
        taken.put(key, handshakes);
      }
    }
    return taken;
  }

  /**
   * What is counted apart.
   *
   * @param minute of the begin, since the epoch
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
          Math.floorDiv(handshake.startedAt().getEpochSecond(), 60L),
          handshake.listener(),
          handshake.kind(),
          handshake.result(),
          failure == null ? null : failure.reason(),
          negotiated == null ? null : negotiated.protocol(),
          negotiated == null ? null : negotiated.cipherSuite(),
          RecordFormat.serverNameOf(handshake.clientHello()));
    }

    Key withoutServerName() {
      return new Key(minute, listener, kind, result, reason, protocol, cipherSuite, OTHER);
    }
  }
}
