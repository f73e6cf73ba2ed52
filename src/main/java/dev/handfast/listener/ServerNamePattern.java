package dev.handfast.listener;

import java.util.regex.Pattern;

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

  /** The wildcard that covers this name ({@code *.example.com}), or empty if none can. */
  static String wildcardOf(String serverName) {
    int dot = serverName.indexOf('.');
    return dot <= 0 ? "" : "*" + serverName.substring(dot);
  }
}
