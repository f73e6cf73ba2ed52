package dev.handfast.replica;

import dev.handfast.configuration.PropertyRange;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How replicas know of each other.
 *
 * @param name by which operators know this replica, unique, 1..200 characters; host name and
 *     management port unless given
 * @param heartbeat how often this replica says that it lives, 100ms..1m
 * @param silentAfter a replica that was not heard of for so long is not waited for, 1s..10m
 * @param forgetAfter a replica that was not heard of for so long is no longer named, 1m..7d
 * @param answerTimeout how long a call waits for the other replicas, 100ms..30s
 * @param pollInterval the longest time after which a question is seen here, 50ms..10s
 */
@ConfigurationProperties("handfast.replicas")
record ReplicaProperties(
    @Nullable String name,
    @DefaultValue("2s") Duration heartbeat,
    @DefaultValue("10s") Duration silentAfter,
    @DefaultValue("10m") Duration forgetAfter,
    @DefaultValue("2s") Duration answerTimeout,
    @DefaultValue("500ms") Duration pollInterval) {

  private static final int MAX_NAME = 200;

  ReplicaProperties {
    if (name != null && (name.isBlank() || name.length() > MAX_NAME)) {
      throw new IllegalArgumentException(
          "handfast.replicas.name: %d characters (expected: 1..%d, not blank)"
              .formatted(name.length(), MAX_NAME));
    }
    PropertyRange.require(
        "handfast.replicas.heartbeat", heartbeat, Duration.ofMillis(100), Duration.ofMinutes(1));
    PropertyRange.require(
        "handfast.replicas.silent-after",
        silentAfter,
        Duration.ofSeconds(1),
        Duration.ofMinutes(10));
    PropertyRange.require(
        "handfast.replicas.forget-after", forgetAfter, Duration.ofMinutes(1), Duration.ofDays(7));
    PropertyRange.require(
        "handfast.replicas.answer-timeout",
        answerTimeout,
        Duration.ofMillis(100),
        Duration.ofSeconds(30));
    PropertyRange.require(
        "handfast.replicas.poll-interval",
        pollInterval,
        Duration.ofMillis(50),
        Duration.ofSeconds(10));
    if (silentAfter.compareTo(heartbeat.multipliedBy(2)) < 0) {
      throw new IllegalArgumentException(
          "handfast.replicas.silent-after: %s (expected: at least twice the heartbeat, %s)"
              .formatted(silentAfter, heartbeat));
    }
  }
}
