package dev.handfast.session;

import dev.handfast.configuration.PropertyRange;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How sessions are kept.
 *
 * @param store where replicas share sessions
 * @param lifetime how long a session may be resumed, at most seven days (RFC 8446 section 4.6.1); 0
 *     turns sessions off
 * @param fullHandshakeAfter for how long resumptions may follow each other since the last full
 *     handshake, at most seven days
 * @param ticketsPerHandshake how many TLS 1.3 tickets a full handshake sends, 0..4
 * @param ticketReuseGrace for how long after its first use a TLS 1.3 ticket may be used again
 * @param lookupDeadline how long a ClientHello waits for the store; 0 never asks it
 * @param invalidationPollInterval how soon a deletion made by another replica is noticed
 * @param cleanupInterval how often expired sessions are removed and sessions are counted
 */
@ConfigurationProperties("handfast.sessions")
record SessionProperties(
    @DefaultValue("database") Store store,
    @DefaultValue("2h") Duration lifetime,
    @DefaultValue("24h") Duration fullHandshakeAfter,
    @DefaultValue("1") int ticketsPerHandshake,
    @DefaultValue("10s") Duration ticketReuseGrace,
    @DefaultValue("50ms") Duration lookupDeadline,
    @DefaultValue("1s") Duration invalidationPollInterval,
    @DefaultValue("30s") Duration cleanupInterval,
    @DefaultValue Memory memory,
    @DefaultValue WriteBehind writeBehind) {

  private static final Duration WEEK = Duration.ofDays(7);
  private static final int SHARE_OF_HEAP = 16;

  SessionProperties {
    PropertyRange.require("handfast.sessions.lifetime", lifetime, Duration.ZERO, WEEK);
    PropertyRange.require(
        "handfast.sessions.full-handshake-after", fullHandshakeAfter, Duration.ZERO, WEEK);
    if (ticketsPerHandshake < 0 || ticketsPerHandshake > 4) {
      throw outOfRange("tickets-per-handshake", ticketsPerHandshake, "0..4");
    }
    PropertyRange.require(
        "handfast.sessions.ticket-reuse-grace",
        ticketReuseGrace,
        Duration.ZERO,
        Duration.ofMinutes(1));
    PropertyRange.require(
        "handfast.sessions.lookup-deadline", lookupDeadline, Duration.ZERO, Duration.ofSeconds(5));
    PropertyRange.require(
        "handfast.sessions.invalidation-poll-interval",
        invalidationPollInterval,
        Duration.ofMillis(50),
        Duration.ofMinutes(1));
    PropertyRange.require(
        "handfast.sessions.cleanup-interval",
        cleanupInterval,
        Duration.ofMillis(50),
        Duration.ofHours(1));
  }

  /** Where replicas share sessions. */
  enum Store {
    DATABASE,
    REDIS
  }

  /**
   * The memory in front of the store.
   *
   * @param maxEntries how many sessions at most
   * @param maxSize how many bytes they may take; null: a sixteenth of the heap
   */
  record Memory(@DefaultValue("100000") int maxEntries, @Nullable DataSize maxSize) {

    Memory {
      if (maxEntries < 1) {
        throw outOfRange("memory.max-entries", maxEntries, "1 or more");
      }
      requireSome("memory.max-size", maxSize);
    }

    /** How many bytes they may take. */
    long maxBytes() {
      return bytes(maxSize);
    }
  }

  /**
   * Writing to the store.
   *
   * @param interval how long a write waits for others; a crash loses no older sessions
   * @param batchSize how many sessions one transaction writes
   * @param maxEntries how many sessions may wait; more are kept in memory only
   * @param maxSize how many bytes of sessions may wait; null: a sixteenth of the heap
   */
  record WriteBehind(
      @DefaultValue("200ms") Duration interval,
      @DefaultValue("500") int batchSize,
      @DefaultValue("50000") int maxEntries,
      @Nullable DataSize maxSize) {

    WriteBehind {
      PropertyRange.require(
          "handfast.sessions.write-behind.interval",
          interval,
          Duration.ofMillis(1),
          Duration.ofMinutes(1));
      if (batchSize < 1 || batchSize > 1000) {
        throw outOfRange("write-behind.batch-size", batchSize, "1..1000");
      }
      if (maxEntries < batchSize) {
        throw outOfRange(
            "write-behind.max-entries", maxEntries, "the batch size, " + batchSize + ", or more");
      }
      requireSome("write-behind.max-size", maxSize);
    }

    /** How many bytes of sessions may wait. */
    long maxBytes() {
      return bytes(maxSize);
    }
  }

  private static void requireSome(String property, @Nullable DataSize size) {
    if (size != null && size.toBytes() < 1) {
      throw outOfRange(property, size, "1B or more");
    }
  }

  /** The sessions must leave a small heap to the connections. */
  private static long bytes(@Nullable DataSize size) {
    return size == null ? Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP : size.toBytes();
  }

  private static IllegalArgumentException outOfRange(
      String property, Object value, String expected) {
    return new IllegalArgumentException(
        "handfast.sessions.%s: %s (expected: %s)".formatted(property, value, expected));
  }
}
