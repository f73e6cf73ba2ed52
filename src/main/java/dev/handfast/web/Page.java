package dev.handfast.web;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A page of a list.
 *
 * @param nextCursor gives the next page, or null if this is the last
 */
public record Page<T>(List<T> items, @Nullable String nextCursor) {

  public Page {
    items = List.copyOf(items);
  }

  /**
   * A page of what was read with a limit of one more than asked for.
   *
   * @param found at most {@code request.size() + 1} items
   * @param cursorOf the cursor that continues after an item
   */
  public static <T> Page<T> of(List<T> found, PageRequest request, Function<T, String> cursorOf) {
    if (found.size() <= request.size()) {
      return new Page<>(found, null);
    }
    List<T> items = found.subList(0, request.size());
    return new Page<>(items, cursorOf.apply(items.getLast()));
  }
}
