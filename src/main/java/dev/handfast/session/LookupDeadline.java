package dev.handfast.session;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * Ends look-ups that the store did not answer in time, as if nothing had been found. All have the
 * same time, so they are due in the order in which they began: a queue suffices, and a thread that
 * sleeps until its head is due. A timer for each would wake a thread for each handshake.
 */
final class LookupDeadline implements AutoCloseable {

  private final long nanos;
  private final Queue<Watched> watched = new ConcurrentLinkedQueue<>();
  private final Thread thread;
  private volatile boolean idle;
  private volatile boolean closed;

  LookupDeadline(Duration deadline) {
    this.nanos = deadline.toNanos();
    this.thread =
        Thread.ofPlatform().daemon().name("handfast-session-deadline").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /**
   * Completes it with nothing if the time passes before somebody else completes it. Never blocks.
   */
  void watch(CompletableFuture<List<FoundSession>> lookup) {
    watched.add(new Watched(lookup, System.nanoTime() + nanos));
    if (idle) {
      LockSupport.unpark(thread);
    }
  }

  /** Whether there is nothing to watch, and the thread sleeps. */
  boolean isIdle() {
    return idle;
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }

  private void run() {
    while (!closed) {
      Watched first = watched.peek();
      if (first == null) {
        sleepUntilOneIsWatched();
      } else if (first.lookup().isDone()) {
        watched.remove();
      } else {
        long left = first.due() - System.nanoTime();
        if (left > 0) {
          LockSupport.parkNanos(this, left);
        } else {
          first.lookup().complete(List.of());
        }
      }
    }
    watched.forEach(one -> one.lookup().complete(List.of()));
  }

  private void sleepUntilOneIsWatched() {
    idle = true;
    // Looked at once more: who added one before that line did not wake this thread.
    if (watched.isEmpty() && !closed) {
      LockSupport.park(this);
    }
    idle = false;
  }

  private record Watched(CompletableFuture<List<FoundSession>> lookup, long due) {}
}
