package dev.handfast.session;

import dev.handfast.session.SessionMetrics.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataIntegrityViolationException;

/**
 * Brings sessions to the store on a thread of its own, in batches. When the store is too slow or
 * gone, what waits is bounded, writing is repeated, and further sessions stay in memory only.
 */
final class WriteBehind implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(WriteBehind.class);
  private static final Duration MAX_PAUSE = Duration.ofSeconds(5);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  private final SessionStorage storage;
  private final SessionCodec codec;
  private final SessionProperties.WriteBehind properties;
  private final SessionMetrics metrics;
  private final PendingWrites pending;
  private final Thread thread;

  /** Held while a batch is on its way to the store; guards {@link #failing}. */
  private final ReentrantLock store = new ReentrantLock();

  private boolean failing;

  WriteBehind(
      SessionStorage storage,
      SessionCodec codec,
      SessionProperties.WriteBehind properties,
      SessionMetrics metrics) {
    this.storage = storage;
    this.codec = codec;
    this.properties = properties;
    this.metrics = metrics;
    this.pending = new PendingWrites(properties);
    this.thread = Thread.ofVirtual().name("handfast-session-writer").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Has a new session written. Never blocks. */
  void issued(SessionEntry entry) {
    countUnless(pending.issued(entry));
  }

  /** Has the use of a session written. Never blocks. */
  void used(SessionEntry entry) {
    countUnless(pending.used(entry));
  }

  /** Has a session deleted. Never blocks. */
  void deleted(String id) {
    countUnless(pending.deleted(id));
  }

  /** The session, if it waits to be written, else null. Never blocks. */
  @Nullable SessionEntry waiting(String id) {
    return pending.find(id);
  }

  /** The session as it was used, if its use waits to be written, else null. Never blocks. */
  @Nullable SessionEntry waitingUse(String id) {
    return pending.findUsed(id);
  }

  /** Whether the session's deletion waits to be written. Never blocks. */
  boolean isDeleted(String id) {
    return pending.isDeleted(id);
  }

  /** How many writes wait. Never blocks. */
  long waiting() {
    return pending.size();
  }

  /**
   * Forgets waiting sessions, then does something to the store while no batch of this process is on
   * its way: none can bring back what is deleted. Blocks.
   */
  <T> T dropping(Predicate<SessionEntry> condition, Supplier<T> action) {
    store.lock();
    try {
      pending.removeIf(condition);
      return action.get();
    } finally {
      store.unlock();
    }
  }

  /** Writes what waits now, unless the store fails. Blocks. */
  void flush() {
    while (pending.size() > 0 && writeBatch()) {
      // The next batch.
    }
  }

  /** Writes what waits, for some seconds at most. Blocks. */
  @Override
  public void close() {
    pending.close();
    try {
      if (!thread.join(CLOSE_LIMIT)) {
        LOG.warn("The session store does not answer; {} writes are lost", waiting());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    Duration pause = properties.interval();
    boolean written = true;
    try {
      while (pending.await(pause, written)) {
        written = writeBatch();
        pause = written ? properties.interval() : longer(pause);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    flush();
  }

  private static Duration longer(Duration pause) {
    Duration twice = pause.multipliedBy(2);
    return twice.compareTo(MAX_PAUSE) < 0 ? twice : MAX_PAUSE;
  }

  /** Writes one batch; false if the store failed. */
  private boolean writeBatch() {
    store.lock();
    try {
      PendingWrites.Batch batch = pending.take();
      try {
        write(batch);
        pending.written();
        recovered();
        return true;
      } catch (RuntimeException e) {
        // Whatever it is, the thread must live: what cannot be written now is tried again.
        metrics.count(Write.DROPPED, pending.putBack(batch));
        failed(e);
        return false;
      }
    } finally {
      store.unlock();
    }
  }

  private void write(PendingWrites.Batch batch) {
    SessionStorage.Batch sealed =
        new SessionStorage.Batch(
            seal(batch.issued()),
            batch.used().stream().map(WriteBehind::use).toList(),
            batch.deleted());
    try {
      storage.write(sealed);
      metrics.count(Write.WRITTEN, sealed.issued().size() + sealed.used().size());
    } catch (DataIntegrityViolationException e) {
      writeOneByOne(sealed);
    }
  }

  private List<StoredSession> seal(List<SessionEntry> entries) {
    List<StoredSession> sealed = new ArrayList<>(entries.size());
    for (SessionEntry entry : entries) {
      try {
        sealed.add(codec.seal(entry));
      } catch (RuntimeException e) {
        metrics.count(Write.FAILED, 1);
        LOG.warn("Session {} cannot be sealed", entry.id(), e);
      }
    }
    return sealed;
  }

  private static SessionStorage.Use use(PendingWrites.PendingUse use) {
    SessionEntry entry = use.entry();
    return new SessionStorage.Use(
        entry.id(), use.count(), Objects.requireNonNull(entry.lastUsedAt()), entry.expiresAt());
  }

  /** One session that the store refuses must not keep the others from it. */
  private void writeOneByOne(SessionStorage.Batch batch) {
    for (StoredSession stored : batch.issued()) {
      try {
        storage.write(new SessionStorage.Batch(List.of(stored), List.of(), List.of()));
        metrics.count(Write.WRITTEN, 1);
      } catch (DataIntegrityViolationException e) {
        metrics.count(Write.FAILED, 1);
        LOG.warn("The session store refuses session {}", stored.row().id(), e);
      }
    }
    storage.write(new SessionStorage.Batch(List.of(), batch.used(), batch.deleted()));
    metrics.count(Write.WRITTEN, batch.used().size());
  }

  private void countUnless(boolean added) {
    if (!added) {
      metrics.count(Write.DROPPED, 1);
    }
  }

  private void failed(RuntimeException e) {
    if (!failing) {
      LOG.warn("Sessions cannot be written; they stay in memory, and writing is repeated", e);
    }
    failing = true;
  }

  private void recovered() {
    if (failing) {
      LOG.info("Sessions are written again; {} writes wait", waiting());
    }
    failing = false;
  }
}
