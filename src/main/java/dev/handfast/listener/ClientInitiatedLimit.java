package dev.handfast.listener;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Bounds what a client starts by itself, per minute. One thread at a time. */
final class ClientInitiatedLimit {

  private static final long WINDOW = TimeUnit.MINUTES.toNanos(1);

  private final int perMinute;
  private final LongSupplier ticker;
  private long windowStart;
  private int count;

  ClientInitiatedLimit(int perMinute, LongSupplier ticker) {
    this.perMinute = perMinute;
    this.ticker = ticker;
    this.windowStart = ticker.getAsLong();
  }

  boolean admit() {
    long now = ticker.getAsLong();
    if (now - windowStart >= WINDOW) {
      windowStart = now;
      count = 0;
    }
    count++;
    return count <= perMinute;
  }

  String explanation() {
    return "the client started %d within a minute (expected: at most %d)"
        .formatted(count, perMinute);
  }
}
