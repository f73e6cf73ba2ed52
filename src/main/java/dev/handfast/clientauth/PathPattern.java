package dev.handfast.clientauth;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * An absolute path in which a {@code *} stands for (a part of) one segment, and a final {@code **}
 * for any number of segments.
 */
record PathPattern(String text, List<Glob> segments, boolean open) {

  private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9._~!$&'()+,=:@-]*");
  private static final String ANY_DEPTH = "/**";

  /**
   * Reads a pattern.
   *
   * @throws IllegalArgumentException saying what was found and expected
   */
  static PathPattern parse(String text) {
    boolean open = text.endsWith(ANY_DEPTH);
    String fixed = open ? text.substring(0, text.length() - ANY_DEPTH.length()) : text;
    if (!text.startsWith("/")
        || !(fixed.isEmpty() || isNormal(fixed.replace("*", "x")))
        || fixed.contains("**")) {
      throw new IllegalArgumentException(
          "'%s' (expected: an absolute path, such as /admin/**)".formatted(text));
    }
    List<Glob> segments =
        segments(fixed).stream().map(s -> Glob.parse(s, Glob.WILDCARD, "/")).toList();
    return new PathPattern(text, segments, open);
  }

  /**
   * Whether a path can be compared: absolute, no dot or empty segments, nothing percent-encoded, no
   * path parameters. Others mean different things to different servers.
   */
  static boolean isNormal(String path) {
    if (!path.startsWith("/")) {
      return false;
    }
    List<String> segments = segments(path);
    for (int i = 0; i < segments.size(); i++) {
      String segment = segments.get(i);
      boolean last = i == segments.size() - 1;
      if (!SEGMENT.matcher(segment).matches()
          || segment.equals(".")
          || segment.equals("..")
          || (segment.isEmpty() && !last)) {
        return false;
      }
    }
    return true;
  }

  /** Whether the path, in normal form, matches. */
  boolean matches(String path) {
    if (!isNormal(path)) {
      return false;
    }
    List<String> found = segments(path);
    if (open ? found.size() < segments.size() : found.size() != segments.size()) {
      return false;
    }
    for (int i = 0; i < segments.size(); i++) {
      if (!segments.get(i).matches(found.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static List<String> segments(String path) {
    return path.isEmpty() ? List.of() : Arrays.asList(path.substring(1).split("/", -1));
  }
}
