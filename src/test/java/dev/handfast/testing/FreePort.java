package dev.handfast.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports for processes that cannot be asked which one they took. The system hands out none of them
 * by itself: Linux gives ports from 32768 on to outgoing connections and to those who ask for any
 * ({@code ip_local_port_range}), so that of thousands of connections of other tests one may have
 * the port before the process for which it was found has started.
 */
public final class FreePort {

  private static final int FIRST = 10_000;
  private static final int COUNT = 22_000;

  /** Begins anywhere, because another build may run on the same machine. */
  private static final AtomicInteger NEXT =
      new AtomicInteger(ThreadLocalRandom.current().nextInt(COUNT));

  private FreePort() {}

  /** A port that is free, and that nobody else in this JVM is given. */
  public static int next() {
    for (int tries = 0; tries < COUNT; tries++) {
      int port = FIRST + Math.floorMod(NEXT.getAndIncrement(), COUNT);
      if (isFree(port)) {
        return port;
      }
    }
    throw new AssertionError("No free port from " + FIRST + " to " + (FIRST + COUNT - 1));
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port)) {
      return socket.isBound();
    } catch (BindException taken) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
