package dev.handfast.handshake;

import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** Makes identifiers that sort by time: UUID version 7 (RFC 9562 section 5.7). Not secret. */
public final class TimeOrderedId {

  private TimeOrderedId() {}

  /** A new identifier, 36 characters, unique with overwhelming probability. Any thread. */
  public static String at(Instant instant) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    long high = instant.toEpochMilli() << 16 | 0x7000L | random.nextInt(1 << 12);
    long low = random.nextLong() >>> 2 | 0x8000_0000_0000_0000L;
    return new UUID(high, low).toString();
  }
}
