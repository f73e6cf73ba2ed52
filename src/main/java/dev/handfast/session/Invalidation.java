package dev.handfast.session;

import java.util.concurrent.locks.ReentrantLock;

/** A deletion of sessions on its way. */
final class Invalidation {

  private final SessionSelector selector;
  private final boolean own;
  private final ReentrantLock lock = new ReentrantLock();
  private boolean logged;
  private long deleted;
  private volatile boolean done;
  private volatile long doneAt;

  /**
   * A deletion.
   *
   * @param own whether this replica made it, and tells the others
   */
  Invalidation(SessionSelector selector, boolean own) {
    this.selector = selector;
    this.own = own;
  }

  SessionSelector selector() {
    return selector;
  }

  /**
   * Deletes in the store; once, whoever calls. Blocks.
   *
   * @return how many sessions the store had; without those that another replica, which heard of it
   *     meanwhile, deleted first
   */
  long complete(InvalidationLog log, WriteBehind writeBehind, SessionStorage storage) {
    lock.lock();
    try {
      if (done) {
        return deleted;
      }
      // The others first: they need not wait for the store to find what must go.
      if (own && !logged) {
        log.append(selector);
        logged = true;
      }
      deleted = writeBehind.dropping(selector::selects, () -> storage.delete(selector));
      doneAt = System.nanoTime();
      done = true;
      return deleted;
    } finally {
      lock.unlock();
    }
  }

  boolean isDone() {
    return done;
  }

  /** Whether what was read from the store since then may lack this deletion. */
  boolean concerns(long since) {
    return !done || doneAt - since >= 0;
  }

  /** Nanoseconds since it was done. */
  long age() {
    return System.nanoTime() - doneAt;
  }
}
