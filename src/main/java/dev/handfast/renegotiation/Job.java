package dev.handfast.renegotiation;

import dev.handfast.renegotiation.Result.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A renegotiation of many connections, and how far it is. Any thread. */
final class Job {

  private final String id;
  private final Trigger trigger;
  private final Mode mode;
  private final @Nullable String reason;
  private final Instant startedAt;
  private final int matched;
  private final int maxResults;
  private final List<Result> results = new ArrayList<>();
  private final CompletableFuture<Job> finished = new CompletableFuture<>();
  private volatile boolean cancelled;
  private int succeeded;
  private int failed;
  private @Nullable Instant finishedAt;

  Job(
      String id,
      Trigger trigger,
      Mode mode,
      @Nullable String reason,
      Instant startedAt,
      int matched,
      int maxResults) {
    this.id = id;
    this.trigger = trigger;
    this.mode = mode;
    this.reason = reason;
    this.startedAt = startedAt;
    this.matched = matched;
    this.maxResults = maxResults;
  }

  String id() {
    return id;
  }

  Trigger trigger() {
    return trigger;
  }

  /** Nothing begins any more; what has begun goes on to its end. */
  void cancel() {
    cancelled = true;
  }

  boolean isCancelled() {
    return cancelled;
  }

  /** Completes when every connection had its turn. */
  CompletableFuture<Job> finished() {
    return finished;
  }

  synchronized void add(Result result) {
    if (result.outcome() == Outcome.SUCCEEDED) {
      succeeded++;
    } else {
      failed++;
    }
    if (results.size() < maxResults) {
      results.add(result);
    }
  }

  void finish(Instant at) {
    synchronized (this) {
      finishedAt = at;
    }
    finished.complete(this);
  }

  synchronized RenegotiationView view(boolean withResults) {
    int done = succeeded + failed;
    return new RenegotiationView(
        id,
        trigger,
        mode,
        reason,
        finishedAt == null ? RenegotiationView.State.RUNNING : RenegotiationView.State.FINISHED,
        cancelled,
        startedAt,
        finishedAt,
        matched,
        succeeded,
        failed,
        matched - done,
        withResults ? List.copyOf(results) : List.of(),
        withResults ? done - results.size() : 0);
  }
}
