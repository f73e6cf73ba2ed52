package dev.handfast.session;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** What happens to sessions, counted. Any thread; never blocks. */
final class SessionMetrics {

  private final MeterRegistry registry;
  private final Map<LookupKey, Counter> lookups = new ConcurrentHashMap<>();
  private final Map<RefusalKey, Counter> refusals = new ConcurrentHashMap<>();
  private final Map<Write, Counter> writes = new ConcurrentHashMap<>();
  private final AtomicLong inDatabase = new AtomicLong();

  SessionMetrics(MeterRegistry registry) {
    this.registry = registry;
    Gauge.builder("handfast.sessions", inDatabase, AtomicLong::doubleValue)
        .description("Sessions kept; the store's are counted now and then")
        .tag("tier", Tier.DATABASE.code())
        .register(registry);
    for (Write write : Write.values()) {
      count(write, 0);
    }
  }

  void watch(LongSupplier inMemory, LongSupplier waiting) {
    Gauge.builder("handfast.sessions", inMemory, LongSupplier::getAsLong)
        .description("Sessions kept; the store's are counted now and then")
        .tag("tier", Tier.MEMORY.code())
        .strongReference(true)
        .register(registry);
    Gauge.builder("handfast.session.writes.pending", waiting, LongSupplier::getAsLong)
        .description("Sessions that wait to be written to the store")
        .strongReference(true)
        .register(registry);
  }

  void lookup(String listener, Tier tier, Lookup result) {
    lookups
        .computeIfAbsent(
            new LookupKey(listener, tier, result),
            key ->
                Counter.builder("handfast.session.lookups")
                    .description("Sessions that clients offered, and what was found")
                    .tag("listener", key.listener())
                    .tag("tier", key.tier().code())
                    .tag("result", key.result().code())
                    .register(registry))
        .increment();
  }

  void refused(String listener, String reason) {
    refusals
        .computeIfAbsent(
            new RefusalKey(listener, reason),
            key ->
                Counter.builder("handfast.session.refusals")
                    .description("Sessions that were found, and that today's policy refused")
                    .tag("listener", key.listener())
                    .tag("reason", key.reason())
                    .register(registry))
        .increment();
  }

  void count(Write result, long sessions) {
    writes
        .computeIfAbsent(
            result,
            key ->
                Counter.builder("handfast.session.writes")
                    .description("Sessions and uses of sessions written behind")
                    .tag("result", key.code())
                    .register(registry))
        .increment(sessions);
  }

  void inDatabase(long sessions) {
    inDatabase.set(sessions);
  }

  /** What was found. */
  enum Lookup {
    HIT,
    MISS,
    REFUSED;

    String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What became of a write. */
  enum Write {
    WRITTEN,
    /** The store took too little: the session stays in memory only. */
    DROPPED,
    /** The store refused this one. */
    FAILED;

    String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private record LookupKey(String listener, Tier tier, Lookup result) {}

  private record RefusalKey(String listener, String reason) {}
}
