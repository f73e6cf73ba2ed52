package dev.handfast.journal;

import dev.handfast.configuration.PropertyRange;
import java.time.Duration;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What the journal keeps. Failures and abandonments are always kept; this is about the rest.
 *
 * @param enabled false: no handshake leaves anything in the database, records or counts
 * @param successSampling which part of the completed handshakes is kept, 0.0..1.0
 * @param successesPerSecond how many completed handshakes are kept per listener and second, at
 *     most; 0 keeps none
 * @param listeners overrides by listener
 * @param queueCapacity how many records may wait for the database, 100..1,000,000
 * @param maxAge records older than this are deleted
 * @param maxRecords the oldest records above this number are deleted, at least 1,000
 */
@ConfigurationProperties("handfast.journal")
record JournalSettings(
    @DefaultValue("true") boolean enabled,
    @DefaultValue("1.0") double successSampling,
    @DefaultValue("50") int successesPerSecond,
    Map<String, Sampling> listeners,
    @DefaultValue("5000") int queueCapacity,
    @DefaultValue("14d") Duration maxAge,
    @DefaultValue("1000000") long maxRecords) {

  JournalSettings {
    listeners = listeners == null ? Map.of() : Map.copyOf(listeners);
    new Sampling(successSampling, successesPerSecond);
    PropertyRange.require("handfast.journal.queue-capacity", queueCapacity, 100, 1_000_000);
    PropertyRange.require("handfast.journal.max-records", maxRecords, 1_000L, Long.MAX_VALUE);
    PropertyRange.require("handfast.journal.max-age", maxAge.toMinutes(), 1L, Long.MAX_VALUE);
  }

  /** How a listener's completed handshakes are sampled. */
  Sampling samplingFor(String listener) {
    return listeners.getOrDefault(listener, new Sampling(successSampling, successesPerSecond));
  }

  /**
   * Which completed handshakes are kept.
   *
   * @param successSampling 0.0..1.0
   * @param successesPerSecond 0 or more
   */
  record Sampling(
      @DefaultValue("1.0") double successSampling, @DefaultValue("50") int successesPerSecond) {

    Sampling {
      if (!(successSampling >= 0 && successSampling <= 1)) {
        throw new IllegalArgumentException(
            "handfast.journal.success-sampling: %s (expected: 0.0..1.0)"
                .formatted(successSampling));
      }
      PropertyRange.require(
          "handfast.journal.successes-per-second", successesPerSecond, 0, Integer.MAX_VALUE);
    }
  }
}
