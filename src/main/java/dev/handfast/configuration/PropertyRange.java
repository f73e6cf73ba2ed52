package dev.handfast.configuration;

/** Refuses properties that are out of their range, when they are bound: the start ends. */
public final class PropertyRange {

  private PropertyRange() {}

  /**
   * Requires a value within a range, its ends included.
   *
   * @param property its whole name
   * @throws IllegalArgumentException saying what was found and what is expected
   */
  public static <T extends Comparable<T>> void require(String property, T value, T least, T most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          "%s: %s (expected: %s..%s)".formatted(property, value, least, most));
    }
  }
}
