package dev.handfast.handshake;

import java.util.AbstractList;
import java.util.Collection;
import java.util.List;
import java.util.RandomAccess;

/**
 * Code points as the wire has them, two bytes for each: a list of objects would take ten times as
 * many, and a connection that shows its handshake keeps its ClientHello while it idles. Immutable.
 */
final class CodePoints extends AbstractList<Integer> implements RandomAccess {

  private static final CodePoints NONE = new CodePoints(new char[0]);

  private final char[] points;

  /** Keeps the array: it must not change any more. */
  private CodePoints(char[] points) {
    this.points = points;
  }

  /**
   * The same code points.
   *
   * @param values each 0..65535
   * @throws IllegalArgumentException if one is not
   */
  static List<Integer> copyOf(Collection<Integer> values) {
    if (values instanceof CodePoints unchanging) {
      return unchanging;
    }
    char[] points = new char[values.size()];
    int count = 0;
    for (int value : values) {
      if (value != (char) value) {
        throw new IllegalArgumentException("code point: " + value + " (expected: 0..65535)");
      }
      points[count++] = (char) value;
    }
    return of(points);
  }

  /** These code points; the array must not change any more. */
  static List<Integer> of(char[] points) {
    return points.length == 0 ? NONE : new CodePoints(points);
  }

  @Override
  public Integer get(int index) {
    return (int) points[index];
  }

  @Override
  public int size() {
    return points.length;
  }

  @Override
  public boolean contains(Object value) {
    if (value instanceof Integer wanted) {
      for (char point : points) {
        if (point == wanted) {
          return true;
        }
      }
    }
    return false;
  }
}
