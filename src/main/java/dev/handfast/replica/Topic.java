package dev.handfast.replica;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Something that replicas ask each other. Question and answer travel as JSON. A question with a
 * field that the answering replica does not know is not answered, since it would be misunderstood;
 * such a field of an answer is ignored.
 *
 * @param name of letters and dashes, at most 60
 * @param answering answers for this replica, or null: it has nothing to say. Called on any thread,
 *     on the asking replica too; may block for less than the asker waits
 */
public record Topic<Q, A>(
    String name, Class<Q> question, Class<A> answer, Function<Q, @Nullable A> answering) {

  /** A feature that answers other replicas: a bean. */
  public interface Source {

    /** About what. */
    List<Topic<?, ?>> topics();
  }
}
