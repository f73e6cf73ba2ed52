package dev.handfast.renegotiation;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Keeps renegotiations from becoming a storm of handshakes: so many at once, so many per second,
 * all jobs together. Any virtual thread.
 */
final class Pace {

  private final Semaphore permits;
  private final long interval;
  private long next = System.nanoTime();

  Pace(int concurrency, int perSecond) {
    this.permits = new Semaphore(concurrency, true);
    this.interval = TimeUnit.SECONDS.toNanos(1) / perSecond;
  }

  /** Waits for a turn; {@link #leave} must follow. */
  void enter() {
    permits.acquireUninterruptibly();
    long turn = turn();
    while (turn - System.nanoTime() > 0) {
      LockSupport.parkNanos(turn - System.nanoTime());
    }
  }

  void leave() {
    permits.release();
  }

  private synchronized long turn() {
    long now = System.nanoTime();
    next = next - now > 0 ? next : now;
    long turn = next;
    next += interval;
    return turn;
  }
}
