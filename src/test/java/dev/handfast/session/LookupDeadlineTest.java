package dev.handfast.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LookupDeadlineTest {

  private static final Duration TIME = Duration.ofMillis(50);

  private final LookupDeadline deadline = new LookupDeadline(TIME);

  @AfterEach
  void close() {
    deadline.close();
  }

  @Test
  void whatIsNotAnsweredEndsEmptyAndNotBeforeItsTime() throws Exception {
    deadline.start();
    long since = System.nanoTime();
    CompletableFuture<List<FoundSession>> lookup = watched();

    assertThat(lookup.get(10, TimeUnit.SECONDS)).isEmpty();
    assertThat(Duration.ofNanos(System.nanoTime() - since)).isGreaterThanOrEqualTo(TIME);
  }

  @Test
  void whatIsAnsweredKeepsItsAnswer() {
    deadline.start();
    FoundSession session = new FoundSession("id", Instant.MAX, new byte[0]);
    CompletableFuture<List<FoundSession>> answered = watched();
    answered.complete(List.of(session));

    await().until(watched()::isDone);

    assertThat(answered.join()).containsExactly(session);
  }

  @Test
  void eachOfManyEndsAlsoAfterATimeWithoutAny() throws Exception {
    deadline.start();
    for (int round = 0; round < 3; round++) {
      List<CompletableFuture<List<FoundSession>>> lookups = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        lookups.add(watched());
      }
      CompletableFuture.allOf(lookups.toArray(CompletableFuture[]::new)).get(10, TimeUnit.SECONDS);
      await().until(deadline::isIdle);
    }
  }

  @Test
  void closingEndsWhatWaits() throws Exception {
    LookupDeadline longer = new LookupDeadline(Duration.ofHours(1));
    longer.start();
    CompletableFuture<List<FoundSession>> lookup = new CompletableFuture<>();
    longer.watch(lookup);

    longer.close();

    assertThat(lookup.get(10, TimeUnit.SECONDS)).isEmpty();
  }

  private CompletableFuture<List<FoundSession>> watched() {
    CompletableFuture<List<FoundSession>> lookup = new CompletableFuture<>();
    deadline.watch(lookup);
    return lookup;
  }
}
