package dev.handfast.renegotiation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.handfast.handshake.Failure;
import dev.handfast.handshake.Reason;
import dev.handfast.listener.LiveConnection;
import dev.handfast.listener.RenegotiationMeters;
import dev.handfast.renegotiation.Result.Outcome;
import dev.handfast.session.SessionSelector;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RenegotiationsTest {

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final FakeSessions sessions = new FakeSessions();

  @Test
  void aJobTellsOfEachConnectionAndCountsIt() {
    Renegotiations renegotiations = renegotiations(8, 1000);
    FakeConnection good = FakeConnection.tls12("good");
    FakeConnection gone = FakeConnection.tls12("gone").answering(LiveConnection.Result.CLOSED);

    Job job =
        renegotiations.start(
            Trigger.API, Mode.RENEGOTIATE, "test", tasks(List.of(good, gone)), task -> {});
    RenegotiationView view = finished(job).view(true);

    assertThat(view.state()).isEqualTo(RenegotiationView.State.FINISHED);
    assertThat(view.matched()).isEqualTo(2);
    assertThat(view.succeeded()).isEqualTo(1);
    assertThat(view.failed()).isEqualTo(1);
    assertThat(view.pending()).isZero();
    assertThat(view.results())
        .extracting(Result::connectionId, Result::outcome)
        .containsExactlyInAnyOrder(tuple("good", Outcome.SUCCEEDED), tuple("gone", Outcome.GONE));
    assertThat(
            registry
                .get("handfast.renegotiations")
                .tag("listener", "shop")
                .tag("trigger", "api")
                .tag("mechanism", "renegotiation")
                .tag("outcome", "succeeded")
                .counter()
                .count())
        .isEqualTo(1);
  }

  @Test
  void noMoreRunAtOnceThanAllowed() {
    Renegotiations renegotiations = renegotiations(4, 100_000);
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<LiveConnection> connections = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      FakeConnection connection = FakeConnection.tls12("c" + i);
      connection.answer =
          () -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            return new CompletableFuture<LiveConnection.Outcome>()
                .completeOnTimeout(
                    new LiveConnection.Outcome(LiveConnection.Result.SUCCEEDED, null),
                    5,
                    TimeUnit.MILLISECONDS)
                .whenComplete((outcome, problem) -> running.decrementAndGet());
          };
      connections.add(connection);
    }

    Job job = renegotiations.start(Trigger.API, Mode.AUTO, null, tasks(connections), task -> {});

    assertThat(finished(job).view(false).succeeded()).isEqualTo(100);
    assertThat(most.get()).isBetween(2, 4);
  }

  @Test
  void noMoreBeginPerSecondThanAllowed() {
    Renegotiations renegotiations = renegotiations(100, 50);
    List<LiveConnection> connections = new ArrayList<>();
    for (int i = 0; i < 26; i++) {
      connections.add(FakeConnection.tls12("c" + i));
    }

    long begin = System.nanoTime();
    finished(renegotiations.start(Trigger.API, Mode.AUTO, null, tasks(connections), task -> {}));

    assertThat(Duration.ofNanos(System.nanoTime() - begin))
        .isGreaterThanOrEqualTo(Duration.ofMillis(490));
  }

  @Test
  void aCancelledJobBeginsNothingMore() {
    Renegotiations renegotiations = renegotiations(1, 1000);
    CompletableFuture<LiveConnection.Outcome> held = new CompletableFuture<>();
    FakeConnection first = FakeConnection.tls12("first");
    first.answer = FakeConnection.held(held);
    FakeConnection second = FakeConnection.tls12("second");
    Job job =
        renegotiations.start(
            Trigger.API, Mode.AUTO, null, tasks(List.of(first, second)), task -> {});
    await().until(() -> !first.calls.isEmpty());
    assertThat(job.view(true).pending()).isEqualTo(2);

    job.cancel();
    held.complete(new LiveConnection.Outcome(LiveConnection.Result.SUCCEEDED, null));

    RenegotiationView view = finished(job).view(true);
    assertThat(view.cancelled()).isTrue();
    assertThat(view.succeeded()).isEqualTo(1);
    assertThat(view.results().getLast().outcome()).isEqualTo(Outcome.CANCELLED);
    assertThat(second.calls).isEmpty();
  }

  @Test
  void finishedJobsAreForgottenInTheEnd() {
    Renegotiations renegotiations = renegotiations(8, 1000);
    for (int i = 0; i < 20; i++) {
      finished(renegotiations.start(Trigger.API, Mode.AUTO, null, List.of(), task -> {}));
    }

    assertThat(renegotiations.list(null, 100)).hasSizeBetween(10, 11);
    assertThat(renegotiations.list(null, 2))
        .extracting(Job::id)
        .isSortedAccordingTo(Comparator.reverseOrder());
  }

  @Test
  void resultsAreBounded() {
    Renegotiations renegotiations = renegotiations(8, 100_000);
    List<LiveConnection> connections = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      connections.add(FakeConnection.tls12("c" + i));
    }

    RenegotiationView view =
        finished(renegotiations.start(Trigger.API, Mode.AUTO, null, tasks(connections), t -> {}))
            .view(true);

    assertThat(view.succeeded()).isEqualTo(60);
    assertThat(view.results()).hasSize(50);
    assertThat(view.resultsOmitted()).isEqualTo(10);
  }

  @Test
  void theSessionsOfManyConnectionsThatEndAreForgottenTogether() {
    Set<String> all = new HashSet<>();
    List<Task> tasks = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      FakeConnection connection = new FakeConnection("c" + i);
      connection.sessionIds = List.of("a" + i, "b" + i);
      all.addAll(connection.sessionIds);
      tasks.add(new Task.End(connection, new Failure(Reason.CLIENT_CERTIFICATE_REVOKED, "a test")));
    }

    Job job =
        finished(
            renegotiations(8, 1000).start(Trigger.REVOCATION, Mode.AUTO, null, tasks, task -> {}));

    assertThat(job.view(false).succeeded()).isEqualTo(1000);
    assertThat(sessions.invalidated).hasSize(2000 / SessionSelector.MOST);
    assertThat(sessions.invalidated)
        .flatExtracting(SessionSelector::ids)
        .containsExactlyInAnyOrderElementsOf(all);
  }

  @Test
  void thoseWhoMustGoDoNotWaitForHandshakes() {
    CompletableFuture<LiveConnection.Outcome> answer = new CompletableFuture<>();
    FakeConnection slow = FakeConnection.tls12("slow");
    slow.answer = () -> answer;
    FakeConnection refused = new FakeConnection("refused");
    refused.sessionIds = List.of("a");
    List<Task> tasks = new ArrayList<>(tasks(List.of(slow, FakeConnection.tls12("next"))));
    tasks.add(new Task.End(refused, new Failure(Reason.CLIENT_NOT_AUTHORIZED, "a test")));

    Job job = renegotiations(1, 1000).start(Trigger.POLICY_CHANGE, Mode.AUTO, null, tasks, t -> {});

    await().until(() -> sessions.invalidated.size() == 1);
    assertThat(refused.calls).containsExactly("abort");
    assertThat(job.finished()).isNotDone();
    answer.complete(new LiveConnection.Outcome(LiveConnection.Result.SUCCEEDED, null));
    assertThat(finished(job).view(false).succeeded()).isEqualTo(3);
  }

  @Test
  void aJobFinishesAlsoWhenWhatFollowsItFails() {
    sessions.broken = true;
    FakeConnection refused = new FakeConnection("refused");
    refused.sessionIds = List.of("a");
    List<Task> tasks = new ArrayList<>(tasks(List.of(FakeConnection.tls12("asked"))));
    tasks.add(new Task.End(refused, new Failure(Reason.CLIENT_NOT_AUTHORIZED, "a test")));

    Job job =
        finished(
            renegotiations(1, 1000)
                .start(
                    Trigger.POLICY_CHANGE,
                    Mode.AUTO,
                    null,
                    tasks,
                    task -> {
                      throw new IllegalStateException("a test");
                    }));

    assertThat(job.view(false).state()).isEqualTo(RenegotiationView.State.FINISHED);
    assertThat(job.view(false).succeeded()).isEqualTo(2);
  }

  private Renegotiations renegotiations(int concurrency, int perSecond) {
    RenegotiationProperties properties =
        new RenegotiationProperties(
            concurrency, perSecond, Duration.ofSeconds(5), Duration.ofSeconds(1), 10, 50);
    return new Renegotiations(
        new Renegotiator(sessions, properties.responseTimeout()),
        properties,
        new RenegotiationMeters(registry),
        InstantSource.system());
  }

  private static List<Task> tasks(List<? extends LiveConnection> connections) {
    return connections.stream()
        .<Task>map(connection -> new Task.Ask(connection, Mode.AUTO, null, false))
        .toList();
  }

  private static Job finished(Job job) {
    return job.finished().orTimeout(20, TimeUnit.SECONDS).join();
  }
}
