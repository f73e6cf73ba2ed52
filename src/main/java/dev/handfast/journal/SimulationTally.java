package dev.handfast.journal;

import dev.handfast.handshake.Failure;
import dev.handfast.handshake.Reason;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Adds up judgements, and keeps some whose outcome would change. One thread. */
final class SimulationTally {

  private static final int EXAMPLES_PER_REASON = 3;

  long stillCompleting;
  long wouldFail;
  long wouldStartToComplete;
  long stillFailing;
  long notJudged;
  long neverAsked;
  private final Map<Reason, Long> byReason = new EnumMap<>(Reason.class);
  private final List<Example> examples = new ArrayList<>();
  private final Map<String, Integer> examplesOf = new LinkedHashMap<>();

  void add(RecordedHandshake handshake, HandshakeJudge.Judgement judgement) {
    boolean completed = handshake.reason() == null;
    switch (judgement) {
      case HandshakeJudge.Judgement.Completes ignored -> {
        if (completed) {
          stillCompleting++;
        } else {
          wouldStartToComplete++;
          example("", handshake, null);
        }
      }
      case HandshakeJudge.Judgement.Fails fails -> {
        if (completed) {
          wouldFail(handshake, fails.failure());
        } else {
          stillFailing++;
        }
      }
      case HandshakeJudge.Judgement.Unknown ignored -> notJudged++;
    }
  }

  private void wouldFail(RecordedHandshake handshake, Failure failure) {
    wouldFail++;
    byReason.merge(failure.reason(), 1L, Long::sum);
    if (failure.reason() == Reason.CLIENT_CERTIFICATE_MISSING && !handshake.clientAsked()) {
      neverAsked++;
    }
    example(failure.reason().code(), handshake, failure);
  }

  private void example(String kind, RecordedHandshake handshake, @Nullable Failure failure) {
    if (examplesOf.merge(kind, 1, Integer::sum) <= EXAMPLES_PER_REASON) {
      examples.add(new Example(handshake, failure));
    }
  }

  long considered() {
    return stillCompleting + wouldFail + wouldStartToComplete + stillFailing;
  }

  /** How many completed handshakes would fail, the most frequent reason first. */
  Map<String, Long> byReason() {
    Map<String, Long> sorted = new LinkedHashMap<>();
    byReason.entrySet().stream()
        .sorted(Map.Entry.<Reason, Long>comparingByValue().reversed())
        .forEach(entry -> sorted.put(entry.getKey().code(), entry.getValue()));
    return sorted;
  }

  List<Example> examples() {
    return List.copyOf(examples);
  }

  /**
   * A handshake whose outcome would change.
   *
   * @param failure null: it would complete
   */
  record Example(RecordedHandshake handshake, @Nullable Failure failure) {}
}
