package dev.handfast.replica;

import dev.handfast.configuration.NotFoundException;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What the replicas answered.
 *
 * @param given by those that had something to say, this one first
 * @param unreachable names of those that should have answered and did not: what they know is
 *     missing
 */
public record Answers<A>(List<Answer<A>> given, List<String> unreachable) {

  public Answers {
    given = List.copyOf(given);
    unreachable = List.copyOf(unreachable);
  }

  /** The answers, in parts. */
  public <T> Stream<T> flatMap(Function<Answer<A>, Stream<T>> parts) {
    return given.stream().flatMap(parts);
  }

  /**
   * These, if somebody had something to say about one thing.
   *
   * @param kind of the thing, for example {@code connection}
   * @throws NotFoundException if all answered, and nobody had
   * @throws UnreachableReplicasException if one that did not answer may have
   */
  public Answers<A> requireFound(String kind, String id) {
    if (!given.isEmpty()) {
      return this;
    }
    if (unreachable.isEmpty()) {
      throw new NotFoundException(kind, id);
    }
    throw new UnreachableReplicasException(kind + " '" + id + "' was not found", unreachable);
  }

  /**
   * An answer.
   *
   * @param replica the name of who gave it
   */
  public record Answer<A>(String replica, A value) {}
}
