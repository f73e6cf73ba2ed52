package dev.handfast.listener;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds the route of a server name: exact first, then the wildcard, then the listener itself. */
final class RouteTable {

  private final RouteSnapshot listener;
  private final Map<String, RouteSnapshot> byPattern;

  RouteTable(RouteSnapshot listener, List<RouteSnapshot> routes) {
    this.listener = listener;
    this.byPattern =
        routes.stream()
            .collect(Collectors.toUnmodifiableMap(RouteSnapshot::pattern, Function.identity()));
  }

  /**
   * Finds.
   *
   * @param serverName of the ClientHello in lower case, or null
   */
  RouteSnapshot find(@Nullable String serverName) {
    if (byPattern.isEmpty()) {
      return listener;
    }
    RouteSnapshot route = ServerNamePattern.bestFor(serverName, byPattern::get);
    return route == null ? listener : route;
  }

  /** The listener itself. */
  RouteSnapshot listener() {
    return listener;
  }

  /** All routes, without the listener itself, in no order. */
  List<RouteSnapshot> routes() {
    return List.copyOf(byPattern.values());
  }
}
