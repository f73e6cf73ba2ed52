package dev.handfast.renegotiation;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One replica's part of a renegotiation.
 *
 * @param matched how many connections it is about
 * @param failed every outcome that is not success, cancelled ones included
 * @param results in the order in which they came; the list leaves them out
 * @param resultsOmitted how many more there were than are kept
 */
record RenegotiationView(
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
    List<Result> results,
    int resultsOmitted) {

  /** The same with fewer results. */
  RenegotiationView atMost(int most) {
    int kept = Math.min(results.size(), most);
    return new RenegotiationView(
        id,
        trigger,
        mode,
        reason,
        state,
        cancelled,
        startedAt,
        finishedAt,
        matched,
        succeeded,
        failed,
        pending,
        results.subList(0, kept),
        resultsOmitted + results.size() - kept);
  }

  /** Whether it is over. */
  enum State {
    @JsonProperty("running")
    RUNNING,
    @JsonProperty("finished")
    FINISHED
  }
}
