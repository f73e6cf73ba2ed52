package dev.handfast.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The sessions in memory, bounded by number and by weight. Any thread; never blocks. */
final class MemoryTier {

  private final Cache<String, SessionEntry> entries;
  private final InstantSource clock;

  MemoryTier(SessionProperties.Memory properties, InstantSource clock) {
    this.clock = clock;
    // One bound serves both: no entry weighs less than the share that fills the number.
    long share = Math.max(1, properties.maxBytes() / properties.maxEntries());
    int least = (int) Math.min(share, Integer.MAX_VALUE);
    this.entries =
        Caffeine.newBuilder()
            .maximumWeight(properties.maxBytes())
            .weigher((String id, SessionEntry entry) -> Math.max(least, entry.weight()))
            .expireAfter(Expiry.writing((String id, SessionEntry entry) -> timeLeft(entry)))
            // Its upkeep takes moments; to wake another thread for it would take longer.
            .executor(Runnable::run)
            .build();
  }

  /** The session, or null if it is not here or has expired. */
  @Nullable SessionEntry find(String id, Instant now) {
    SessionEntry entry = entries.getIfPresent(id);
    return entry == null || entry.isExpired(now) ? null : entry;
  }

  void put(SessionEntry entry) {
    entries.put(entry.id(), entry);
  }

  /** Adds it, unless it is here already: then returns what is here. */
  @Nullable SessionEntry putIfAbsent(SessionEntry entry) {
    return entries.asMap().putIfAbsent(entry.id(), entry);
  }

  /** Whether it is here, expired or not. */
  boolean contains(String id) {
    return entries.getIfPresent(id) != null;
  }

  /** Marks the session as used; returns how it is now, or null if it is not here. */
  @Nullable SessionEntry use(String id, Instant now, Duration grace) {
    return entries.asMap().computeIfPresent(id, (key, present) -> present.used(now, grace));
  }

  @Nullable SessionEntry remove(String id) {
    return entries.asMap().remove(id);
  }

  /** Removes what is selected; scans everything unless identifiers are given. */
  void remove(SessionSelector selector) {
    Set<String> ids = selector.ids();
    if (ids == null) {
      entries.asMap().values().removeIf(selector::selects);
    } else {
      ids.forEach(
          id ->
              entries
                  .asMap()
                  .computeIfPresent(id, (key, entry) -> selector.selects(entry) ? null : entry));
    }
  }

  void clear() {
    entries.invalidateAll();
  }

  long size() {
    return entries.estimatedSize();
  }

  /** Bytes, as weighed; does what the cache has put off, so it is for people, not for the path. */
  long weight() {
    entries.cleanUp();
    return entries.policy().eviction().map(policy -> policy.weightedSize().orElse(0)).orElse(0L);
  }

  private Duration timeLeft(SessionEntry entry) {
    Duration left = Duration.between(clock.instant(), entry.expiresAt());
    return left.isNegative() ? Duration.ZERO : left;
  }
}
