package dev.handfast.session;

import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletions of sessions: in memory at once; in the store, and in the other replicas' memory, soon.
 * Until the store has them, they hide what a look-up brings back from there.
 */
final class Invalidations {

  private static final Logger LOG = LoggerFactory.getLogger(Invalidations.class);

  /** More than the store has not taken are replaced by one that deletes everything. */
  private static final int MAX_UNDONE = 1000;

  /** Longer than any look-up waits. */
  private static final long REMEMBERED = Duration.ofMinutes(1).toNanos();

  private final MemoryTier memory;
  private final WriteBehind writeBehind;
  private final SessionStorage storage;
  private final InvalidationLog log;
  private final Queue<Invalidation> recent = new ConcurrentLinkedQueue<>();
  private final ReentrantLock storing = new ReentrantLock();
  private long seen;
  private long readAt = System.nanoTime();

  Invalidations(
      MemoryTier memory, WriteBehind writeBehind, SessionStorage storage, InvalidationLog log) {
    this.memory = memory;
    this.writeBehind = writeBehind;
    this.storage = storage;
    this.log = log;
  }

  /** Begins to read what other replicas delete from now on. Blocks. */
  void start() {
    seen = log.newest();
    readAt = System.nanoTime();
  }

  /** See {@link Sessions#invalidate}. Scans the memory, but does not block. */
  CompletableFuture<Long> invalidate(SessionSelector selector) {
    Invalidation invalidation = hide(selector, true);
    CompletableFuture<Long> stored = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("handfast-session-invalidation")
        .start(() -> attempt(invalidation, stored));
    return stored;
  }

  private void attempt(Invalidation invalidation, CompletableFuture<Long> stored) {
    // Side by side they would only wait for each other in the store, and hundreds of them would
    // keep the processors from those who end the connections whose sessions these are.
    storing.lock();
    try {
      stored.complete(invalidation.complete(log, writeBehind, storage));
    } catch (RuntimeException e) {
      LOG.warn("Sessions are deleted in memory only; this is repeated until they are stored", e);
      stored.completeExceptionally(e);
    } finally {
      storing.unlock();
    }
  }

  /**
   * Whether the session was deleted, although the store still had it.
   *
   * @param since when the store was asked, by {@link System#nanoTime}
   */
  boolean hides(SessionFacts facts, long since) {
    for (Invalidation invalidation : recent) {
      if (invalidation.concerns(since) && invalidation.selector().selects(facts)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Does what other replicas did, and repeats what the store did not take. Blocks. One thread.
   *
   * @throws RuntimeException if the store or the database fails
   */
  void poll() {
    try {
      hideWhatOthersDeleted();
    } finally {
      completeUndone();
    }
  }

  /** Asks the database only: while the store is gone, memory still serves what others deleted. */
  private void hideWhatOthersDeleted() {
    if (System.nanoTime() - readAt > InvalidationLog.RETENTION.dividedBy(2).toNanos()) {
      // Entries may be gone that were never read here.
      memory.clear();
    }
    for (InvalidationLog.Entry entry : log.after(seen)) {
      if (!entry.own()) {
        hide(entry.selector(), false);
      }
      seen = entry.sequence();
    }
    readAt = System.nanoTime();
  }

  private void completeUndone() {
    for (Invalidation invalidation : recent) {
      if (!invalidation.isDone()) {
        invalidation.complete(log, writeBehind, storage);
      }
    }
    recent.removeIf(invalidation -> invalidation.isDone() && invalidation.age() > REMEMBERED);
  }

  private Invalidation hide(SessionSelector selector, boolean own) {
    Set<Invalidation> undone =
        recent.stream().filter(one -> !one.isDone()).collect(Collectors.toSet());
    boolean room = undone.size() < MAX_UNDONE;
    Invalidation invalidation =
        room ? new Invalidation(selector, own) : new Invalidation(SessionSelector.ALL, true);
    // In this order: what comes into the memory meanwhile is checked against the list afterwards.
    recent.add(invalidation);
    memory.remove(invalidation.selector());
    if (!room) {
      recent.removeAll(undone);
    }
    return invalidation;
  }
}
