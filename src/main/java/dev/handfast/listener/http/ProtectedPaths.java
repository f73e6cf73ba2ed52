package dev.handfast.listener.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import org.springframework.web.util.pattern.PatternParseException;

/**
 * Which paths demand a client-auth policy. Upstreams differ in how they read unusual paths, so a
 * path that could be read in two ways is refused rather than guessed. Immutable, any thread.
 */
public final class ProtectedPaths {

  /** Encoded separators and NUL, backslashes, control characters: read differently by many. */
  private static final Pattern AMBIGUOUS =
      Pattern.compile("%2f|%5c|%00|%25|\\\\|[\\x00-\\x20\\x7f]", Pattern.CASE_INSENSITIVE);

  private static final Pattern DOT = Pattern.compile("%2e", Pattern.CASE_INSENSITIVE);

  private final Map<PathPattern, String> policies;

  private ProtectedPaths(Map<PathPattern, String> policies) {
    this.policies = policies;
  }

  /**
   * Compiles patterns.
   *
   * @param policyByPattern such as {@code /admin/**} → policy; the most specific one decides
   * @throws IllegalArgumentException naming the pattern that cannot be one
   */
  public static ProtectedPaths of(Map<String, String> policyByPattern) {
    List<PathPattern> patterns = new ArrayList<>();
    for (String text : policyByPattern.keySet()) {
      try {
        patterns.add(PathPatternParser.defaultInstance.parse(text));
      } catch (PatternParseException e) {
        throw new IllegalArgumentException(
            "%s (expected: a path such as /admin/**): %s".formatted(text, e.getMessage()), e);
      }
    }
    patterns.sort(PathPattern.SPECIFICITY_COMPARATOR);
    Map<PathPattern, String> policies = new LinkedHashMap<>();
    for (PathPattern pattern : patterns) {
      policies.put(pattern, policyByPattern.getOrDefault(pattern.getPatternString(), ""));
    }
    return new ProtectedPaths(policies);
  }

  /** Whether no path is protected. */
  boolean isEmpty() {
    return policies.isEmpty();
  }

  /** Whether upstreams could disagree on what this path means. */
  static boolean isAmbiguous(String path) {
    return AMBIGUOUS.matcher(path).find();
  }

  /** The policy that an unambiguous path demands, or empty. */
  Optional<String> policyFor(String path) {
    PathContainer wanted = PathContainer.parsePath(normalise(path));
    // An upstream that does not normalise sees the path as it came: protected either way.
    PathContainer raw = PathContainer.parsePath(path);
    return policies.entrySet().stream()
        .filter(entry -> entry.getKey().matches(wanted) || entry.getKey().matches(raw))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  /** Removes empty and dot segments and path parameters, as an upstream may do (RFC 3986 5.2.4). */
  private static String normalise(String path) {
    List<String> segments = new ArrayList<>();
    for (String raw : DOT.matcher(path).replaceAll(".").split("/", -1)) {
      int parameters = raw.indexOf(';');
      String segment = parameters < 0 ? raw : raw.substring(0, parameters);
      if (segment.equals("..")) {
        if (!segments.isEmpty()) {
          segments.removeLast();
        }
      } else if (!segment.isEmpty() && !segment.equals(".")) {
        segments.add(segment);
      }
    }
    return "/" + String.join("/", segments);
  }
}
