package dev.handfast.journal;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Chooses which completed handshakes are kept as records. Any thread, lock-free. */
final class SuccessSampler {

  private final JournalSettings settings;
  private final LongSupplier nanoTime;
  private final ConcurrentHashMap<String, Budget> budgets = new ConcurrentHashMap<>();

  SuccessSampler(JournalSettings settings, LongSupplier nanoTime) {
    this.settings = settings;
    this.nanoTime = nanoTime;
  }

  boolean keeps(String listener) {
    Budget budget = budgets.get(listener);
    if (budget == null) {
      budget =
          budgets.computeIfAbsent(listener, name -> new Budget(settings.samplingFor(listener)));
    }
    return budget.grants(TimeUnit.NANOSECONDS.toSeconds(nanoTime.getAsLong()));
  }

  private static final class Budget {

    private final JournalSettings.Sampling sampling;
    private final AtomicLong second = new AtomicLong(Long.MIN_VALUE);
    private final AtomicLong used = new AtomicLong();

    Budget(JournalSettings.Sampling sampling) {
      this.sampling = sampling;
    }

    boolean grants(long now) {
      double part = sampling.successSampling();
      if (part < 1 && ThreadLocalRandom.current().nextDouble() >= part) {
        return false;
      }
      long seen = second.get();
      if (seen != now && second.compareAndSet(seen, now)) {
        used.set(0);
      }
      return used.get() < sampling.successesPerSecond()
          && used.incrementAndGet() <= sampling.successesPerSecond();
    }
  }
}
