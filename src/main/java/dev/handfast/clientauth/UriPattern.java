package dev.handfast.clientauth;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A URI in which a {@code *} stands for (a part of) one label of the authority or one segment of
 * the path. Scheme and authority match in any case, paths only as written.
 *
 * @param authority null if the pattern has no wildcard: then only the very same URI matches
 */
record UriPattern(String text, String scheme, @Nullable DnsPattern authority, List<Glob> segments) {

  private static final Pattern URI =
      Pattern.compile("(?<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?<authority>[^/?#@:]+)(?<path>/.*)?");

  /** Neither percent-encoding, query nor fragment: no second way to write the same segment. */
  private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9._~!$&'()+,;=:@-]+");

  private static final Pattern SEGMENT_PATTERN = Pattern.compile("[A-Za-z0-9._~!$&'()+,;=:@*-]+");

  /**
   * Reads a pattern.
   *
   * @throws IllegalArgumentException saying what was found and expected
   */
  static UriPattern parse(String text) {
    if (!Glob.isPlain(text) || text.contains(" ")) {
      throw new IllegalArgumentException("'%s' (expected: a URI)".formatted(text));
    }
    if (text.indexOf(Glob.WILDCARD) < 0) {
      if (!text.matches("[A-Za-z][A-Za-z0-9+.-]*:.+")) {
        throw new IllegalArgumentException(
            "'%s' (expected: a URI with its scheme, such as spiffe://x.example/a)".formatted(text));
      }
      return new UriPattern(text, "", null, List.of());
    }
    Matcher uri = URI.matcher(text);
    if (!uri.matches()) {
      throw wrong(text);
    }
    List<String> segments = segments(uri.group("path"));
    if (!segments.stream().allMatch(s -> SEGMENT_PATTERN.matcher(s).matches() && !isDots(s))) {
      throw wrong(text);
    }
    return new UriPattern(
        text,
        Glob.asciiLowerCase(uri.group("scheme")),
        DnsPattern.parse(uri.group("authority")),
        segments.stream().map(s -> Glob.parse(s, Glob.WILDCARD, "/")).toList());
  }

  /** Whether the URI matches. */
  boolean matches(String value) {
    if (authority == null) {
      return value.equals(text);
    }
    Matcher uri = URI.matcher(value);
    if (!uri.matches()
        || !Glob.asciiLowerCase(uri.group("scheme")).equals(scheme)
        || !authority.matches(uri.group("authority"))) {
      return false;
    }
    List<String> found = segments(uri.group("path"));
    if (found.size() != segments.size()) {
      return false;
    }
    for (int i = 0; i < found.size(); i++) {
      String segment = found.get(i);
      if (!SEGMENT.matcher(segment).matches()
          || isDots(segment)
          || !segments.get(i).matches(segment)) {
        return false;
      }
    }
    return true;
  }

  private static List<String> segments(@Nullable String path) {
    return path == null ? List.of() : Arrays.asList(path.substring(1).split("/", -1));
  }

  private static boolean isDots(String segment) {
    return segment.equals(".") || segment.equals("..");
  }

  private static IllegalArgumentException wrong(String text) {
    return new IllegalArgumentException(
        "'%s' (expected: a URI, with * within a label or a path segment, such as".formatted(text)
            + " spiffe://x.example/ns/*)");
  }
}
