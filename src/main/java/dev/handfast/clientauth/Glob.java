package dev.handfast.clientauth;

import java.util.Locale;

/**
 * A text with at most one {@code *}, which stands for at least one character, but for none of the
 * separators.
 */
record Glob(String prefix, String suffix, boolean wildcard, String separators) {

  /** How a wildcard is written inside. */
  static final char WILDCARD = '*';

  /**
   * Reads a pattern.
   *
   * @param separators characters that the wildcard does not stand for
   * @throws IllegalArgumentException if there is more than one wildcard
   */
  static Glob parse(String pattern, char wildcard, String separators) {
    int star = pattern.indexOf(wildcard);
    if (star < 0) {
      return new Glob(pattern, "", false, separators);
    }
    if (pattern.indexOf(wildcard, star + 1) >= 0) {
      throw new IllegalArgumentException("more than one * in '" + shown(pattern, wildcard) + "'");
    }
    return new Glob(pattern.substring(0, star), pattern.substring(star + 1), true, separators);
  }

  boolean matches(String value) {
    if (!wildcard) {
      return value.equals(prefix);
    }
    int end = value.length() - suffix.length();
    return end > prefix.length()
        && value.startsWith(prefix)
        && value.endsWith(suffix)
        && value.substring(prefix.length(), end).chars().allMatch(c -> separators.indexOf(c) < 0);
  }

  /**
   * Lower case for the letters A to Z only: other scripts' case rules fold distinct characters onto
   * ASCII (the Kelvin sign onto k), which would let other names match.
   */
  static String asciiLowerCase(String text) {
    StringBuilder lower = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      lower.append(c >= 'A' && c <= 'Z' ? (char) (c + 32) : c);
    }
    return lower.toString();
  }

  /** Whether a name is free of what terminals, logs and C programs read differently. */
  static boolean isPlain(String text) {
    return !text.isEmpty()
        && text.codePoints()
            .noneMatch(
                c ->
                    Character.isISOControl(c)
                        || Character.getType(c) == Character.FORMAT
                        || Character.getType(c) == Character.SURROGATE);
  }

  private static String shown(String pattern, char wildcard) {
    return pattern.replace(wildcard, '*').toLowerCase(Locale.ROOT);
  }
}
