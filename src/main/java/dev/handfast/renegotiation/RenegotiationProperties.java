package dev.handfast.renegotiation;

import dev.handfast.configuration.PropertyRange;
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
    PropertyRange.require("handfast.renegotiation.concurrency", concurrency, 1, 10_000);
    PropertyRange.require("handfast.renegotiation.per-second", perSecond, 1, 100_000);
    PropertyRange.require(
        "handfast.renegotiation.response-timeout",
        responseTimeout,
        Duration.ofSeconds(1),
        Duration.ofMinutes(5));
    PropertyRange.require(
        "handfast.renegotiation.check-interval",
        checkInterval,
        Duration.ofMillis(100),
        Duration.ofHours(1));
    PropertyRange.require("handfast.renegotiation.kept-jobs", keptJobs, 1, 10_000);
    PropertyRange.require("handfast.renegotiation.kept-results", keptResults, 0, 1_000_000);
  }
}
