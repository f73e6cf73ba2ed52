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
  private final ConcurrentHashMap<CompletedKey, CompletedMeters> completed =
      new ConcurrentHashMap<>();
  private final ConcurrentHashMap<OutcomeKey, Counter> outcomes = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<FailureKey, Counter> failures = new ConcurrentHashMap<>();

  HandshakeMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  void count(Handshake handshake) {
    Negotiated negotiated = handshake.negotiated();
    Failure failure = handshake.failure();
    if (failure == null && negotiated != null) {
      completed(handshake, negotiated).count(handshake.duration());
      return;
    }
    OutcomeKey key = OutcomeKey.of(handshake);
    Counter outcome = outcomes.get(key);
    (outcome != null ? outcome : outcomes.computeIfAbsent(key, this::register)).increment();
    if (failure != null) {
      failure(new FailureKey(handshake.listener(), failure.reason(), lastStep(handshake.steps())))
          .increment();
    }
  }

  /** What most handshakes need, with one look-up. */
  private CompletedMeters completed(Handshake handshake, Negotiated negotiated) {
    CompletedKey key =
        new CompletedKey(OutcomeKey.of(handshake), negotiated.cipherSuite(), negotiated.group());
    CompletedMeters known = completed.get(key);
    return known != null
        ? known
        : completed.computeIfAbsent(
            key,
            absent ->
                new CompletedMeters(
                    register(absent.outcome()),
                    registerDuration(absent.outcome()),
                    registerNegotiation(absent)));
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

  private Counter failure(FailureKey key) {
    Counter known = failures.get(key);
    return known != null ? known : failures.computeIfAbsent(key, this::register);
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

  private Timer registerDuration(OutcomeKey key) {
    return Timer.builder("handfast.handshake.duration")
        .description("Time from the first byte to the end of completed handshakes")
        .tag("listener", key.listener())
        .tag("protocol", label(key.protocol()))
        .tag("resumed", String.valueOf(key.resumed()))
        .serviceLevelObjectives(DURATION_BUCKETS)
        .register(registry);
  }

  private Counter registerNegotiation(CompletedKey key) {
    return Counter.builder("handfast.negotiated")
        .description("Completed handshakes by what was negotiated")
        .tag("listener", key.outcome().listener())
        .tag("protocol", label(key.outcome().protocol()))
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
      Handshake.Result result) {

    static OutcomeKey of(Handshake handshake) {
      Negotiated negotiated = handshake.negotiated();
      return new OutcomeKey(
          handshake.listener(),
          handshake.kind(),
          negotiated == null ? null : negotiated.protocol(),
          negotiated != null && negotiated.resumed(),
          handshake.result());
    }
  }

  private record FailureKey(String listener, Reason reason, @Nullable Step step) {}

  private record CompletedKey(OutcomeKey outcome, String cipherSuite, @Nullable String group) {}

  private record CompletedMeters(Counter outcome, Timer duration, Counter negotiation) {

    void count(Duration took) {
      outcome.increment();
      duration.record(took);
      negotiation.increment();
    }
  }
}
