package dev.handfast.renegotiation;

import dev.handfast.renegotiation.Result.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

/** Counts what was done to connections. Any thread. */
final class RenegotiationMeters {

  private final MeterRegistry registry;

  RenegotiationMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  void count(String listener, Trigger trigger, @Nullable Mechanism mechanism, Outcome outcome) {
    Counter.builder("handfast.renegotiations")
        .description("Renegotiations and their TLS 1.3 counterparts, per connection")
        .tag("listener", listener)
        .tag("trigger", trigger.code())
        .tag("mechanism", mechanism == null ? "none" : mechanism.code())
        .tag("outcome", outcome.code())
        .register(registry)
        .increment();
  }
}
