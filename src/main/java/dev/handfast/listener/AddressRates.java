package dev.handfast.listener;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Counts new connections per second and source: an IPv4 address, or an IPv6 /64, which is what one
 * subscriber has. Bounded: of more sources than it holds, the least used are forgotten.
 */
final class AddressRates {

  private static final int MAX_SOURCES = 65_536;
  private static final long IPV4_MARK = 0xffff_0000_0000L;

  private final Cache<Long, Window> windows =
      Caffeine.newBuilder()
          .maximumSize(MAX_SOURCES)
          .expireAfterAccess(10, TimeUnit.SECONDS)
          .executor(Runnable::run)
          .build();
  private final LongSupplier ticker;

  AddressRates(LongSupplier ticker) {
    this.ticker = ticker;
  }

  /** Whether one more connection of this source stays within the limit. Any thread. */
  boolean admit(InetAddress address, int perSecond) {
    long second = TimeUnit.NANOSECONDS.toSeconds(ticker.getAsLong());
    Window window = windows.get(sourceOf(address), source -> new Window());
    return window.count(second) <= perSecond;
  }

  private static Long sourceOf(InetAddress address) {
    ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
    return address instanceof Inet6Address
        ? bytes.getLong()
        : Long.valueOf(IPV4_MARK | bytes.getInt() & 0xffff_ffffL);
  }

  private static final class Window {
    private long second;
    private int count;

    synchronized int count(long now) {
      if (now != second) {
        second = now;
        count = 0;
      }
      return ++count;
    }
  }
}
