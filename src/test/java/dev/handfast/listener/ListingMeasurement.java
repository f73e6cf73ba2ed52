package dev.handfast.listener;

import java.time.Clock;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Measures how long a list of live connections takes to be made. Not a test: run by hand, see
 * docs/renegotiation.md. Argument: how many connections.
 */
final class ListingMeasurement {

  private static final int PAGE = 500;
  private static final int RUNS = 300;

  private ListingMeasurement() {}

  public static void main(String[] arguments) {
    int count = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100_000;
    Connections connections = new Connections(Clock.systemUTC());
    for (int i = 0; i < count; i++) {
      connections.add(new ManyConnectionsTest.Listed(ManyConnectionsTest.info(i)));
    }
    ConnectionSelector one =
        new ConnectionSelector("listener-1", null, null, null, null, null, null, null, null, null);
    String last = ManyConnectionsTest.info(count - 2).id();
    measure("first page", () -> connections.list(ConnectionSelector.ALL, null, PAGE));
    measure("last page", () -> connections.list(ConnectionSelector.ALL, last, PAGE));
    measure("first page of one listener", () -> connections.list(one, null, PAGE));
    measure("nobody is found", () -> connections.list(none(), null, PAGE));
  }

  private static ConnectionSelector none() {
    return new ConnectionSelector("none", null, null, null, null, null, null, null, null, null);
  }

  private static void measure(String what, Supplier<?> list) {
    double[] millis = new double[RUNS];
    for (int warmUp = 0; warmUp < 2; warmUp++) {
      for (int i = 0; i < RUNS; i++) {
        long begin = System.nanoTime();
        list.get();
        millis[i] = (System.nanoTime() - begin) / 1e6;
      }
    }
    Arrays.sort(millis);
    System.out.printf(
        Locale.ROOT,
        "%s: median %.1f ms, longest of %d %.1f ms%n",
        what,
        millis[RUNS / 2],
        RUNS,
        millis[RUNS - 1]);
  }
}
