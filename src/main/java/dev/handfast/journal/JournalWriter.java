package dev.handfast.journal;

import dev.handfast.handshake.Handshake;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.transaction.TransactionException;

/**
 * Writes behind: one virtual thread that takes what waits, in batches. While the database is gone
 * it keeps its batch and tries again; the queue meanwhile drops its oldest.
 */
final class JournalWriter implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(JournalWriter.class);

  private static final int BATCH = 500;
  private static final int MOST_BATCHES_PER_CYCLE = 20;
  // Each batch is a transaction that touches a page of every index and is flushed to disk: few and
  // large ones cost a fraction of many small ones.
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);
  private static final Duration COUNTS_EVERY = Duration.ofSeconds(5);
  private static final Duration COUNTS_KEPT = Duration.ofMinutes(2);

  private final RecordQueue queue;
  private final HandshakeCounts counts;
  private final HandshakeStore store;
  private final InstantSource clock;
  private final LongConsumer dropped;
  private final Thread thread;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition cycleDone = lock.newCondition();
  private long started;
  private long completed;
  private volatile boolean stopping;
  private long countsWantedBy;

  private final CountRows rows = new CountRows();
  private List<Handshake> batch = List.of();
  private long countsWrittenAt = System.nanoTime() - COUNTS_EVERY.toNanos();
  private volatile boolean failing;

  JournalWriter(
      RecordQueue queue,
      HandshakeCounts counts,
      HandshakeStore store,
      InstantSource clock,
      LongConsumer dropped) {
    this.queue = queue;
    this.counts = counts;
    this.store = store;
    this.clock = clock;
    this.dropped = dropped;
    this.thread = Thread.ofVirtual().name("journal-writer").unstarted(this);
  }

  void start() {
    thread.start();
  }

  /** Has what waits written now, unless the database is gone. Never blocks. */
  void wake() {
    if (!failing) {
      LockSupport.unpark(thread);
    }
  }

  /** Writes what waits, as far as that is possible within the time, and ends. */
  void stop(Duration most) throws InterruptedException {
    stopping = true;
    LockSupport.unpark(thread);
    if (!thread.join(most)) {
      thread.interrupt();
      log.warn("journal: {} records could not be written before the end", unwritten());
    }
  }

  /**
   * Waits until what was recorded before this call is written, or the time is over. Blocks.
   *
   * @return whether it is written
   */
  boolean settle(Duration most) {
    long nanos = most.toNanos();
    lock.lock();
    try {
      long wanted = started + 1;
      countsWantedBy = wanted;
      LockSupport.unpark(thread);
      while (completed < wanted && nanos > 0) {
        nanos = cycleDone.awaitNanos(nanos);
      }
      return completed >= wanted;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void run() {
    boolean last;
    do {
      last = stopping;
      long cycle = beginCycle();
      boolean written = writeRecords() && (!countsDue(cycle, last) || writeCounts());
      if (written) {
        completeCycle(cycle);
      }
      if (!last) {
        LockSupport.parkNanos((written ? PAUSE : PAUSE_AFTER_FAILURE).toNanos());
      }
    } while (!last && !Thread.currentThread().isInterrupted());
  }

  private long beginCycle() {
    lock.lock();
    try {
      return ++started;
    } finally {
      lock.unlock();
    }
  }

  private void completeCycle(long cycle) {
    lock.lock();
    try {
      completed = cycle;
      cycleDone.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private boolean writeRecords() {
    for (int batches = 0; batches < MOST_BATCHES_PER_CYCLE; batches++) {
      if (batch.isEmpty()) {
        batch = queue.take(BATCH);
      }
      if (batch.isEmpty()) {
        return true;
      }
      if (!writeBatch()) {
        return false;
      }
      batch = List.of();
    }
    return true;
  }

  private boolean writeBatch() {
    try {
      store.write(batch);
      succeeded();
      return true;
    } catch (DataIntegrityViolationException e) {
      writeOneByOne();
      return true;
    } catch (DataAccessException | TransactionException e) {
      failed(e);
      return false;
    } catch (RuntimeException e) {
      log.error("journal: a record cannot be formatted", e);
      writeOneByOne();
      return true;
    }
  }

  private void writeOneByOne() {
    for (Handshake handshake : batch) {
      try {
        store.write(List.of(handshake));
      } catch (RuntimeException e) {
        dropped.accept(1);
        log.warn("journal: handshake {} cannot be stored", handshake.id(), e);
      }
    }
  }

  private boolean countsDue(long cycle, boolean last) {
    lock.lock();
    try {
      return last
          || cycle <= countsWantedBy
          || System.nanoTime() - countsWrittenAt >= COUNTS_EVERY.toNanos();
    } finally {
      lock.unlock();
    }
  }

  private boolean writeCounts() {
    rows.add(counts.take());
    List<CountRows.Total> changed = rows.changed();
    try {
      if (!changed.isEmpty()) {
        store.writeCounts(changed);
        succeeded();
      }
      rows.confirm(changed, clock.instant().minus(COUNTS_KEPT));
      countsWrittenAt = System.nanoTime();
      return true;
    } catch (DataAccessException | TransactionException e) {
      failed(e);
      return false;
    }
  }

  private void succeeded() {
    if (failing) {
      failing = false;
      log.info("journal: the database takes records again");
    }
  }

  private void failed(RuntimeException cause) {
    if (!failing) {
      failing = true;
      log.warn(
          "journal: the database takes no records ({}); the newest {} are held, retried every {} s",
          cause.getMessage(),
          unwritten(),
          TimeUnit.NANOSECONDS.toSeconds(PAUSE_AFTER_FAILURE.toNanos()));
    }
  }

  private int unwritten() {
    return batch.size() + queue.size();
  }
}
