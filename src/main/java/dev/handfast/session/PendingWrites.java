package dev.handfast.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be written to the store, bounded. The lock is held for moments only, so every
 * method but {@link #await} may be called where nothing may block.
 */
final class PendingWrites {

  private final SessionProperties.WriteBehind bounds;
  private final long maxBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<String, SessionEntry> issued = new LinkedHashMap<>();
  private final Map<String, SessionEntry> inFlight = new LinkedHashMap<>();
  private final Map<String, PendingUse> used = new LinkedHashMap<>();
  private final Set<String> deleted = new LinkedHashSet<>();
  private long issuedBytes;
  private boolean closed;

  PendingWrites(SessionProperties.WriteBehind bounds) {
    this.bounds = bounds;
    this.maxBytes = bounds.maxBytes();
  }

  /** Adds a new session; false if there is no room. */
  boolean issued(SessionEntry entry) {
    return locked(
        () -> {
          boolean added = addIssued(entry);
          wakeWriter();
          return added;
        });
  }

  /** Adds the use of a session; false if there is no room. */
  boolean used(SessionEntry entry) {
    return locked(
        () -> {
          SessionEntry unwritten = issued.get(entry.id());
          if (unwritten != null) {
            issuedBytes += entry.weight() - unwritten.weight();
            issued.put(entry.id(), entry);
            return true;
          }
          PendingUse before = used.get(entry.id());
          if (before == null && used.size() >= bounds.maxEntries()) {
            return false;
          }
          used.put(entry.id(), new PendingUse(entry, before == null ? 1 : before.count() + 1));
          wakeWriter();
          return true;
        });
  }

  /** Adds the deletion of a session; false if there is no room. */
  boolean deleted(String id) {
    return locked(
        () -> {
          removeIssued(id);
          used.remove(id);
          boolean added = deleted.size() < bounds.maxEntries();
          if (added) {
            deleted.add(id);
          }
          wakeWriter();
          return added;
        });
  }

  /** The session, if it waits or is on its way to the store, else null. */
  @Nullable SessionEntry find(String id) {
    lock.lock();
    try {
      SessionEntry entry = issued.get(id);
      return entry != null ? entry : inFlight.get(id);
    } finally {
      lock.unlock();
    }
  }

  /** The session as it was used, if its use waits, else null. */
  @Nullable SessionEntry findUsed(String id) {
    lock.lock();
    try {
      PendingUse use = used.get(id);
      return use == null ? null : use.entry();
    } finally {
      lock.unlock();
    }
  }

  /** Whether the session's deletion waits. */
  boolean isDeleted(String id) {
    return locked(() -> deleted.contains(id));
  }

  /** How many writes wait, those on their way to the store included. */
  long size() {
    return locked(() -> (long) issued.size() + inFlight.size() + used.size() + deleted.size());
  }

  /** Forgets sessions that were not written yet, and uses. */
  void removeIf(Predicate<SessionEntry> condition) {
    locked(
        () -> {
          List<String> ids =
              issued.values().stream().filter(condition).map(SessionEntry::id).toList();
          ids.forEach(this::removeIssued);
          return used.values().removeIf(use -> condition.test(use.entry()));
        });
  }

  /**
   * Waits until there is something to write, and then for more of it.
   *
   * @param pause how long to wait for more
   * @param fullBatchSuffices whether a full batch ends the wait
   * @return false when closed
   */
  boolean await(Duration pause, boolean fullBatchSuffices) throws InterruptedException {
    lock.lock();
    try {
      while (!closed && issued.isEmpty() && used.isEmpty() && deleted.isEmpty()) {
        changed.await();
      }
      long left = pause.toNanos();
      while (!closed && left > 0 && !(fullBatchSuffices && issued.size() >= bounds.batchSize())) {
        left = changed.awaitNanos(left);
      }
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  /** Takes a batch, which stays findable until {@link #written} or {@link #putBack}. */
  Batch take() {
    return locked(
        () -> {
          List<SessionEntry> entries = firstOf(issued.values());
          for (SessionEntry entry : entries) {
            removeIssued(entry.id());
            inFlight.put(entry.id(), entry);
          }
          List<PendingUse> uses = firstOf(used.values());
          uses.forEach(use -> used.remove(use.entry().id()));
          List<String> ids = firstOf(deleted);
          ids.forEach(deleted::remove);
          return new Batch(entries, uses, ids);
        });
  }

  /** The batch is in the store. */
  void written() {
    locked(
        () -> {
          inFlight.clear();
          return true;
        });
  }

  /** The batch is not in the store; returns how many of its sessions found no room. */
  int putBack(Batch batch) {
    return locked(
        () -> {
          inFlight.clear();
          int dropped = 0;
          for (SessionEntry entry : batch.issued()) {
            PendingUse later = used.remove(entry.id());
            if (!deleted.contains(entry.id())
                && !addIssued(later == null ? entry : later.entry())) {
              dropped++;
            }
          }
          for (PendingUse use : batch.used()) {
            used.merge(use.entry().id(), use, (later, earlier) -> earlier.followedBy(later));
          }
          deleted.addAll(batch.deleted());
          return dropped;
        });
  }

  void close() {
    locked(
        () -> {
          closed = true;
          changed.signalAll();
          return true;
        });
  }

  /** Wakes it for the first write and for a full batch: to wake a thread costs a handshake dear. */
  private void wakeWriter() {
    if (issued.size() + used.size() + deleted.size() == 1 || issued.size() == bounds.batchSize()) {
      changed.signal();
    }
  }

  private boolean addIssued(SessionEntry entry) {
    if (issued.size() >= bounds.maxEntries() || issuedBytes + entry.weight() > maxBytes) {
      return false;
    }
    issued.put(entry.id(), entry);
    issuedBytes += entry.weight();
    return true;
  }

  private void removeIssued(String id) {
    SessionEntry entry = issued.remove(id);
    if (entry != null) {
      issuedBytes -= entry.weight();
    }
  }

  private <T> List<T> firstOf(Iterable<T> all) {
    List<T> first = new ArrayList<>();
    Iterator<T> iterator = all.iterator();
    while (iterator.hasNext() && first.size() < bounds.batchSize()) {
      first.add(iterator.next());
    }
    return first;
  }

  private <T> T locked(Supplier<T> action) {
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }

  /** That a session was resumed, {@code count} times since the last write. */
  record PendingUse(SessionEntry entry, int count) {

    private PendingUse followedBy(PendingUse later) {
      return new PendingUse(later.entry(), count + later.count());
    }
  }

  /** What goes to the store together. */
  record Batch(List<SessionEntry> issued, List<PendingUse> used, List<String> deleted) {}
}
