package dev.handfast.journal;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What recorded handshakes would have become under a change. {@code considered} is the sum of the
 * four outcomes below it.
 *
 * @param state {@code running}, {@code finished}, {@code cancelled} or {@code failed}
 * @param progress 0.0..1.0
 * @param stillFailing failed, and would fail again or for something that does not change
 * @param notJudged not considered: what the client offered or sent was not kept
 * @param neverAsked of those that would fail: the client sent no certificate because it was never
 *     asked for one, so it may have one
 * @param byReason why handshakes that completed would fail
 * @param error why the simulation failed, or null
 */
record SimulationResult(
    String id,
    String state,
    String listener,
    Instant since,
    double progress,
    long considered,
    long stillCompleting,
    long wouldFail,
    long wouldStartToComplete,
    long stillFailing,
    long notJudged,
    long neverAsked,
    Map<String, Long> byReason,
    List<Example> examples,
    @Nullable String error) {

  /**
   * One of the handshakes whose outcome would change.
   *
   * @param recorded {@code completed}, or the reason of its failure
   * @param reason why it would fail; null: it would complete
   */
  record Example(
      String handshake,
      Instant startedAt,
      String clientAddress,
      @Nullable String serverName,
      @Nullable String ja4,
      @Nullable String clientSubject,
      String recorded,
      @Nullable String reason,
      @Nullable String explanation) {}
}
