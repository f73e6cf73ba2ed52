package dev.handfast.renegotiation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.renegotiation.RenegotiationView.State;
import dev.handfast.replica.Answers.Answer;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MergedRenegotiationTest {

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  @Test
  void countsAreSumsAndResultsSayWhoseTheyAre() {
    MergedRenegotiation merged =
        MergedRenegotiation.of(
            List.of(
                new Answer<>("b", part(NOON.plusSeconds(1), NOON.plusSeconds(9), 2)),
                new Answer<>("a", part(NOON, NOON.plusSeconds(5), 1))),
            List.of("c"));

    assertThat(merged.state()).isEqualTo(State.FINISHED);
    assertThat(merged.startedAt()).isEqualTo(NOON);
    assertThat(merged.finishedAt()).isEqualTo(NOON.plusSeconds(9));
    assertThat(merged.matched()).isEqualTo(3);
    assertThat(merged.succeeded()).isEqualTo(3);
    assertThat(merged.results())
        .extracting(MergedRenegotiation.ReplicaResult::replica)
        .containsExactly("b", "b", "a");
    assertThat(merged.replicas()).containsExactly("a", "b");
    assertThat(merged.unreachableReplicas()).containsExactly("c");
  }

  @Test
  void itRunsAsLongAsOnePartDoes() {
    MergedRenegotiation merged =
        MergedRenegotiation.of(
            List.of(
                new Answer<>("a", part(NOON, NOON.plusSeconds(5), 1)),
                new Answer<>("b", part(NOON, null, 1))),
            List.of());

    assertThat(merged.state()).isEqualTo(State.RUNNING);
    assertThat(merged.finishedAt()).isNull();
    assertThat(merged.pending()).isEqualTo(1);
  }

  @Test
  void resultsLeftOutAreCounted() {
    RenegotiationView part = part(NOON, NOON, 5).atMost(2);

    assertThat(part.results()).hasSize(2);
    assertThat(part.resultsOmitted()).isEqualTo(3);
    assertThat(part.succeeded()).isEqualTo(5);
  }

  private static RenegotiationView part(Instant started, @Nullable Instant finished, int count) {
    boolean over = finished != null;
    return new RenegotiationView(
        "id",
        Trigger.API,
        Mode.AUTO,
        null,
        over ? State.FINISHED : State.RUNNING,
        false,
        started,
        finished,
        count,
        over ? count : 0,
        0,
        over ? 0 : count,
        IntStream.range(0, over ? count : 0)
            .mapToObj(
                i -> new Result("c" + i, Mechanism.RENEGOTIATION, Result.Outcome.SUCCEEDED, null))
            .toList(),
        0);
  }
}
