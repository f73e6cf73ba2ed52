package dev.handfast.journal;

import dev.handfast.handshake.Handshake;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Records that wait for the database. Bounded: when full, the oldest makes room. Lock-free, any
 * thread.
 */
final class RecordQueue {

  private final Queue<Handshake> records = new ConcurrentLinkedQueue<>();
  private final AtomicInteger size = new AtomicInteger();
  private final int capacity;

  RecordQueue(int capacity) {
    this.capacity = capacity;
  }

  /** Adds a record; false if the oldest was dropped for it. */
  boolean add(Handshake handshake) {
    records.add(handshake);
    if (size.incrementAndGet() <= capacity || records.poll() == null) {
      return true;
    }
    size.decrementAndGet();
    return false;
  }

  /** Takes the oldest records, at most {@code most}. */
  List<Handshake> take(int most) {
    List<Handshake> taken = new ArrayList<>();
    while (taken.size() < most) {
      Handshake next = records.poll();
      if (next == null) {
        break;
      }
      size.decrementAndGet();
      taken.add(next);
    }
    return taken;
  }

  /** Whether it is time that somebody takes some. */
  boolean isHalfFull() {
    return size.get() >= capacity / 2;
  }

  int size() {
    return size.get();
  }
}
