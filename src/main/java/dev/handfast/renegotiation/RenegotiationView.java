package dev.handfast.renegotiation;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A renegotiation as the API answers it.
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

  /** Whether it is over. */
  enum State {
    @JsonProperty("running")
    RUNNING,
    @JsonProperty("finished")
    FINISHED
  }
}
