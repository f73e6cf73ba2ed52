package dev.handfast.clientauth;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** A DNS name in which a {@code *} stands for (a part of) one label. Case does not matter. */
record DnsPattern(String text, List<Glob> labels) {

  private static final Pattern NAME =
      Pattern.compile("(?=.{1,253}$)[a-z0-9_-]{1,63}(\\.[a-z0-9_-]{1,63})*");
  private static final Pattern PATTERN =
      Pattern.compile("(?=.{1,253}$)[a-z0-9_*-]{1,63}(\\.[a-z0-9_*-]{1,63})*");

  /**
   * Reads a pattern.
   *
   * @throws IllegalArgumentException saying what was found and expected
   */
  static DnsPattern parse(String text) {
    String lower = Glob.asciiLowerCase(text);
    if (!PATTERN.matcher(lower).matches()) {
      throw new IllegalArgumentException(
          "'%s' (expected: a DNS name, with * within a label, such as *.x.example)"
              .formatted(text));
    }
    return new DnsPattern(
        text,
        Arrays.stream(lower.split("\\.", -1))
            .map(label -> Glob.parse(label, Glob.WILDCARD, "."))
            .toList());
  }

  /** Whether the name matches. What is no host name (a NUL, a wildcard, a final dot) never does. */
  boolean matches(String name) {
    String lower = Glob.asciiLowerCase(name);
    if (!NAME.matcher(lower).matches()) {
      return false;
    }
    String[] found = lower.split("\\.", -1);
    if (found.length != labels.size()) {
      return false;
    }
    for (int i = 0; i < found.length; i++) {
      if (!labels.get(i).matches(found[i])) {
        return false;
      }
    }
    return true;
  }
}
