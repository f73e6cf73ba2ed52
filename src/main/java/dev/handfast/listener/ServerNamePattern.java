package dev.handfast.listener;

import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The server-name patterns of routes: an exact name, or a wildcard for one leftmost label. */
final class ServerNamePattern {

  static final String EXPECTED = "a DNS name in ASCII, or *. and a DNS name";

  private static final String LABEL = "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?";
  private static final Pattern SYNTAX =
      Pattern.compile("(?:\\*\\.)?" + LABEL + "(?:\\." + LABEL + ")*");
  private static final int MAX_LENGTH = 253;

  private ServerNamePattern() {}

  /** Whether this is a pattern, in lower case and without a trailing dot. */
  static boolean isValid(String pattern) {
    return pattern.length() <= MAX_LENGTH && SYNTAX.matcher(pattern).matches();
  }

  /**
   * What has the pattern that covers a server name best: exact first, then the wildcard; or null.
   *
   * @param withPattern what has exactly this pattern, or null
   * @param serverName of the ClientHello in lower case, or null
   */
  static <T> @Nullable T bestFor(
      @Nullable String serverName, Function<String, @Nullable T> withPattern) {
    // A client must not reach a wildcard's route by naming the wildcard itself.
    if (serverName == null || serverName.startsWith("*")) {
      return null;
    }
    T exact = withPattern.apply(serverName);
    return exact != null ? exact : withPattern.apply(wildcardOf(serverName));
  }

  /** The wildcard that covers this name ({@code *.example.com}), or empty if none can. */
  static String wildcardOf(String serverName) {
    int dot = serverName.indexOf('.');
    return dot <= 0 ? "" : "*" + serverName.substring(dot);
  }
}
