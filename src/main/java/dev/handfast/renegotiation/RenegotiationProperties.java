package dev.handfast.renegotiation;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How live connections are renegotiated.
 *
 * @param concurrency how many at once, 1..10000
 * @param perSecond how many begin per second, 1..100000
 * @param responseTimeout how long a client may take to answer, 1s..5m
 * @param checkInterval how often the rules look at every connection, 100ms..1h
 * @param keptJobs how many finished jobs can still be read, 1..10000
 * @param keptResults how many results of one job, 0..1000000
 */
@ConfigurationProperties("handfast.renegotiation")
record RenegotiationProperties(
    @DefaultValue("64") int concurrency,
    @DefaultValue("500") int perSecond,
    @DefaultValue("10s") Duration responseTimeout,
    @DefaultValue("1s") Duration checkInterval,
    @DefaultValue("100") int keptJobs,
    @DefaultValue("10000") int keptResults) {

  RenegotiationProperties {
    requireRange("concurrency", concurrency, 1, 10_000);
    requireRange("per-second", perSecond, 1, 100_000);
    requireRange("response-timeout", responseTimeout, Duration.ofSeconds(1), Duration.ofMinutes(5));
    requireRange("check-interval", checkInterval, Duration.ofMillis(100), Duration.ofHours(1));
    requireRange("kept-jobs", keptJobs, 1, 10_000);
    requireRange("kept-results", keptResults, 0, 1_000_000);
  }

  private static <T extends Comparable<T>> void requireRange(
      String property, T value, T least, T most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          "handfast.renegotiation.%s: %s (expected: %s..%s)"
              .formatted(property, value, least, most));
    }
  }
}
