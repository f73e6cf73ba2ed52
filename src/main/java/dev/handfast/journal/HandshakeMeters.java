package dev.handfast.journal;

import dev.handfast.handshake.Failure;
import dev.handfast.handshake.Handshake;
import dev.handfast.handshake.HandshakeStep;
import dev.handfast.handshake.Negotiated;
import dev.handfast.handshake.ProtocolVersion;
import dev.handfast.handshake.Reason;
import dev.handfast.handshake.Step;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Counts every handshake, whether or not its record is kept. Labels come from enums, from IANA's
 * names and from the listeners' names, so that no client can add series. Any thread, never blocks;
 * a meter is looked up by a record of references, no strings are built.
 */
final class HandshakeMeters {

  private static final String NONE = "none";
  private static final Duration[] DURATION_BUCKETS =
      Stream.of(1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000)
          .map(Duration::ofMillis)
          .toArray(Duration[]::new);

  private final MeterRegistry registry;
  private final ConcurrentHashMap<OutcomeKey, Counter> outcomes = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<FailureKey, Counter> failures = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<DurationKey, Timer> durations = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<NegotiatedKey, Counter> negotiations = new ConcurrentHashMap<>();

  HandshakeMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  void count(Handshake handshake) {
    Negotiated negotiated = handshake.negotiated();
    ProtocolVersion protocol = negotiated == null ? null : negotiated.protocol();
    boolean resumed = negotiated != null && negotiated.resumed();
    String listener = handshake.listener();
    outcome(new OutcomeKey(listener, handshake.kind(), protocol, resumed, handshake.result()))
        .increment();
    Failure failure = handshake.failure();
    if (failure != null) {
      failure(new FailureKey(listener, failure.reason(), lastStep(handshake.steps()))).increment();
    } else if (negotiated != null) {
      duration(new DurationKey(listener, negotiated.protocol(), resumed))
          .record(handshake.duration());
      negotiation(
              new NegotiatedKey(
                  listener, negotiated.protocol(), negotiated.cipherSuite(), negotiated.group()))
          .increment();
    }
  }

  private static @Nullable Step lastStep(List<HandshakeStep> steps) {
    for (int i = steps.size() - 1; i >= 0; i--) {
      Step step = steps.get(i).step();
      if (step != Step.ALERT_SENT && step != Step.ALERT_RECEIVED) {
        return step;
      }
    }
    return null;
  }

  private Counter outcome(OutcomeKey key) {
    Counter known = outcomes.get(key);
    return known != null ? known : outcomes.computeIfAbsent(key, this::register);
  }

  private Counter failure(FailureKey key) {
    Counter known = failures.get(key);
    return known != null ? known : failures.computeIfAbsent(key, this::register);
  }

  private Timer duration(DurationKey key) {
    Timer known = durations.get(key);
    return known != null ? known : durations.computeIfAbsent(key, this::register);
  }

  private Counter negotiation(NegotiatedKey key) {
    Counter known = negotiations.get(key);
    return known != null ? known : negotiations.computeIfAbsent(key, this::register);
  }

  private Counter register(OutcomeKey key) {
    return Counter.builder("handfast.handshakes")
        .description("Handshakes that ended")
        .tag("listener", key.listener())
        .tag("kind", key.kind().code())
        .tag("protocol", label(key.protocol()))
        .tag("resumed", String.valueOf(key.resumed()))
        .tag("result", key.result().code())
        .register(registry);
  }

  private Counter register(FailureKey key) {
    return Counter.builder("handfast.handshake.failures")
        .description("Handshakes that failed or were abandoned, by reason and last step taken")
        .tag("listener", key.listener())
        .tag("reason", key.reason().code())
        .tag("fault", key.reason().fault().code())
        .tag("step", key.step() == null ? NONE : key.step().code())
        .register(registry);
  }

  private Timer register(DurationKey key) {
    return Timer.builder("handfast.handshake.duration")
        .description("Time from the first byte to the end of completed handshakes")
        .tag("listener", key.listener())
        .tag("protocol", key.protocol().label())
        .tag("resumed", String.valueOf(key.resumed()))
        .serviceLevelObjectives(DURATION_BUCKETS)
        .register(registry);
  }

  private Counter register(NegotiatedKey key) {
    return Counter.builder("handfast.negotiated")
        .description("Completed handshakes by what was negotiated")
        .tag("listener", key.listener())
        .tag("protocol", key.protocol().label())
        .tag("cipher_suite", key.cipherSuite())
        .tag("group", key.group() == null ? NONE : key.group())
        .register(registry);
  }

  private static String label(@Nullable ProtocolVersion protocol) {
    return protocol == null ? NONE : protocol.label();
  }

  private record OutcomeKey(
      String listener,
      Handshake.Kind kind,
      @Nullable ProtocolVersion protocol,
      boolean resumed,
      Handshake.Result result) {}

  private record FailureKey(String listener, Reason reason, @Nullable Step step) {}

  private record DurationKey(String listener, ProtocolVersion protocol, boolean resumed) {}

  private record NegotiatedKey(
      String listener, ProtocolVersion protocol, String cipherSuite, @Nullable String group) {}
}
