package dev.handfast.replica;

import dev.handfast.web.Page;
import dev.handfast.web.PageRequest;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A page of a list that is spread over the replicas.
 *
 * @param nextCursor gives the next page, or null if this is the last
 * @param unreachableReplicas names of replicas whose items are missing from this page
 */
public record ReplicaPage<T>(
    List<T> items, @Nullable String nextCursor, List<String> unreachableReplicas) {

  /**
   * Merges what the replicas have.
   *
   * @param found of every replica the first of its items after the cursor, at least {@code
   *     request.size() + 1} if it has so many
   * @param order of the whole list; cursors are identifiers of items
   */
  public static <T> ReplicaPage<T> of(
      Stream<T> found,
      List<String> unreachable,
      Comparator<T> order,
      PageRequest request,
      Function<T, String> cursorOf) {
    Page<T> page =
        Page.of(found.sorted(order).limit(request.size() + 1L).toList(), request, cursorOf);
    return new ReplicaPage<>(page.items(), page.nextCursor(), unreachable);
  }
}
