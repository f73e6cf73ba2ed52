package dev.handfast.journal;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a simulation needs of a listener's configuration. */
record ListenerView(
    @Nullable List<String> certificates,
    @Nullable List<String> alpn,
    @Nullable List<Route> routes) {

  ListenerView {
    certificates = certificates == null ? List.of() : List.copyOf(certificates);
    alpn = alpn == null ? List.of() : List.copyOf(alpn);
    routes = routes == null ? List.of() : List.copyOf(routes);
  }

  /** The certificates of the most specific route for a server name, or the listener's own. */
  List<String> certificatesFor(@Nullable String serverName) {
    List<String> own = certificates == null ? List.of() : certificates;
    if (serverName == null || routes == null) {
      return own;
    }
    return routes.stream()
        .filter(route -> route.matches(serverName) && !route.certificates().isEmpty())
        .max(Comparator.comparingInt(Route::specificity))
        .map(Route::certificates)
        .orElse(own);
  }

  List<String> applicationProtocols() {
    return alpn == null ? List.of() : alpn;
  }

  /**
   * A route.
   *
   * @param serverName a name, or {@code *.} and a domain
   */
  record Route(@Nullable String serverName, List<String> certificates) {

    Route {
      certificates = certificates == null ? List.of() : List.copyOf(certificates);
    }

    private boolean matches(String name) {
      if (serverName == null) {
        return false;
      }
      String pattern = serverName.toLowerCase(Locale.ROOT);
      return pattern.startsWith("*.")
          ? name.endsWith(pattern.substring(1)) && name.length() >= pattern.length()
          : name.equals(pattern);
    }

    private int specificity() {
      return serverName == null
          ? 0
          : serverName.startsWith("*.") ? serverName.length() : Integer.MAX_VALUE;
    }
  }
}
