package dev.handfast.renegotiation;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.handfast.renegotiation.RenegotiationView.State;
import dev.handfast.replica.Answers.Answer;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A renegotiation as the API answers it: what the replicas say of their parts, summed up.
 *
 * @param matched how many connections it is about
 * @param failed every outcome that is not success, cancelled ones included
 * @param results of each replica in the order in which they came; the list leaves them out
 * @param resultsOmitted how many more there were than are kept
 * @param replicas names of those that have a part in it
 * @param unreachableReplicas names of those whose part, if they have one, is missing here
 */
record MergedRenegotiation(
    String id,
    Trigger trigger,
    Mode mode,
    @Nullable String reason,
    State state,
    boolean cancelled,
    Instant startedAt,
    @Nullable Instant finishedAt,
    int matched,
    int succeeded,
    int failed,
    int pending,
    List<ReplicaResult> results,
    int resultsOmitted,
    List<String> replicas,
    List<String> unreachableReplicas) {

  /**
   * Sums up.
   *
   * @param parts at least one, all of the same renegotiation
   */
  static MergedRenegotiation of(List<Answer<RenegotiationView>> parts, List<String> unreachable) {
    List<RenegotiationView> views = parts.stream().map(Answer::value).toList();
    RenegotiationView first = views.getFirst();
    boolean running = views.stream().anyMatch(view -> view.state() == State.RUNNING);
    return new MergedRenegotiation(
        first.id(),
        first.trigger(),
        first.mode(),
        first.reason(),
        running ? State.RUNNING : State.FINISHED,
        views.stream().anyMatch(RenegotiationView::cancelled),
        views.stream().map(RenegotiationView::startedAt).min(Comparator.naturalOrder()).get(),
        running
            ? null
            : views.stream()
                .map(RenegotiationView::finishedAt)
                .filter(Objects::nonNull)
                .max(Comparator.naturalOrder())
                .orElse(null),
        sum(views, RenegotiationView::matched),
        sum(views, RenegotiationView::succeeded),
        sum(views, RenegotiationView::failed),
        sum(views, RenegotiationView::pending),
        parts.stream()
            .flatMap(
                part ->
                    part.value().results().stream()
                        .map(result -> new ReplicaResult(result, part.replica())))
            .toList(),
        sum(views, RenegotiationView::resultsOmitted),
        parts.stream().map(Answer::replica).sorted().toList(),
        unreachable);
  }

  private static int sum(List<RenegotiationView> parts, ToIntFunction<RenegotiationView> count) {
    return parts.stream().mapToInt(count).sum();
  }

  /** How it went on one connection, and the name of the replica that has it. */
  record ReplicaResult(@JsonUnwrapped Result result, String replica) {}
}
