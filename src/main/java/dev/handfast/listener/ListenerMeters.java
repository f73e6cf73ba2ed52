package dev.handfast.listener;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** The figures of one listener. Any thread; no method blocks. */
final class ListenerMeters {

  private static final long LOG_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final MeterRegistry registry;
  private final AtomicLong upstreamFailureLogged =
      new AtomicLong(System.nanoTime() - LOG_INTERVAL_NANOS);
  private final List<Meter> meters = new ArrayList<>();

  final AtomicInteger connections = new AtomicInteger();
  final AtomicInteger handshakesInProgress = new AtomicInteger();
  final LongAdder bytesIn = new LongAdder();
  final LongAdder bytesOut = new LongAdder();
  final Timer connectionDuration;
  final Timer upstreamConnect;

  private final Map<Limit, Counter> refused = new EnumMap<>(Limit.class);
  private final Map<UpstreamFailure, Counter> upstreamFailures =
      new EnumMap<>(UpstreamFailure.class);

  ListenerMeters(MeterRegistry registry, String listener) {
    this.registry = registry;
    Tags tags = Tags.of("listener", listener);
    meters.add(
        Gauge.builder("handfast.connections", connections, AtomicInteger::get)
            .description("Connections that are open, handshaking ones included")
            .tags(tags)
            .register(registry));
    meters.add(
        Gauge.builder("handfast.handshakes.in.progress", handshakesInProgress, AtomicInteger::get)
            .description("Connections whose first handshake has not ended")
            .tags(tags)
            .register(registry));
    meters.add(bytes("in", bytesIn, tags));
    meters.add(bytes("out", bytesOut, tags));
    connectionDuration =
        kept(
            Timer.builder("handfast.connection.duration")
                .description("Lifetime of connections that were established")
                .tags(tags)
                .register(registry));
    upstreamConnect =
        kept(
            Timer.builder("handfast.upstream.connect")
                .description("Time to connect to the upstream, its TLS handshake included")
                .tags(tags)
                .register(registry));
    for (Limit limit : Limit.values()) {
      refused.put(
          limit,
          kept(
              Counter.builder("handfast.connections.refused")
                  .description("Connections closed at once because of a limit")
                  .tags(tags.and("limit", limit.tag()))
                  .register(registry)));
    }
    for (UpstreamFailure failure : UpstreamFailure.values()) {
      upstreamFailures.put(
          failure,
          kept(
              Counter.builder("handfast.upstream.failures")
                  .description("Connections that failed for the upstream's sake")
                  .tags(tags.and("reason", failure.tag()))
                  .register(registry)));
    }
  }

  private FunctionCounter bytes(String direction, LongAdder adder, Tags tags) {
    return FunctionCounter.builder("handfast.bytes", adder, LongAdder::sum)
        .description("Plaintext relayed; in: from clients, out: to clients")
        .tags(tags.and("direction", direction))
        .register(registry);
  }

  private <M extends Meter> M kept(M meter) {
    meters.add(meter);
    return meter;
  }

  void refused(Limit limit) {
    Objects.requireNonNull(refused.get(limit)).increment();
  }

  /**
   * Whether a failing upstream may be logged now: once per second, however many clients there are.
   */
  boolean mayLogUpstreamFailure(long nowNanos) {
    long before = upstreamFailureLogged.get();
    return nowNanos - before >= LOG_INTERVAL_NANOS
        && upstreamFailureLogged.compareAndSet(before, nowNanos);
  }

  void upstreamFailed(UpstreamFailure failure) {
    Objects.requireNonNull(upstreamFailures.get(failure)).increment();
  }

  /** Takes the figures of a deleted listener out. */
  void remove() {
    meters.forEach(registry::remove);
  }
}
