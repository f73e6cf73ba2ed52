package dev.handfast.journal;

import dev.handfast.configuration.NotFoundException;
import dev.handfast.handshake.Failure;
import dev.handfast.handshake.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A run over recorded handshakes. It has a thread of its own, so that judging millions does not
 * hold up calls that share the carriers of virtual threads.
 */
final class Simulation implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(Simulation.class);
  private static final int PAGE = 5_000;

  private final String id;
  private final SimulationPlan plan;
  private final JdbcClient jdbc;
  private final HandshakeJudge judge;
  private final HandshakeQueries queries;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean cancelled;
  private volatile SimulationResult result;

  Simulation(
      String id,
      SimulationPlan plan,
      JdbcClient jdbc,
      HandshakeJudge judge,
      HandshakeQueries queries) {
    this.id = id;
    this.plan = plan;
    this.jdbc = jdbc;
    this.judge = judge;
    this.queries = queries;
    this.result = result(new SimulationTally(), State.RUNNING, 0, List.of(), null);
  }

  String id() {
    return id;
  }

  /** As far as it is known. */
  SimulationResult result() {
    return result;
  }

  boolean isRunning() {
    return ended.getCount() > 0;
  }

  /** Ends it after the page under way. */
  void cancel() {
    cancelled = true;
  }

  /** Waits for its end. */
  void await(Duration most) throws InterruptedException {
    ended.await(most.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void run() {
    SimulationTally tally = new SimulationTally();
    try {
      judgeAll(tally);
      State state = cancelled ? State.CANCELLED : State.FINISHED;
      double progress = cancelled ? result.progress() : 1;
      result = result(tally, state, progress, examples(tally), null);
    } catch (RuntimeException e) {
      log.error("simulation {} failed", id, e);
      result =
          result(tally, State.FAILED, result.progress(), List.of(), "see the log of this instance");
    } finally {
      ended.countDown();
    }
  }

  private void judgeAll(SimulationTally tally) {
    long expected = RecordedHandshake.count(jdbc, plan.listener(), plan.since());
    long seen = 0;
    RecordedHandshake last = null;
    while (!cancelled) {
      List<RecordedHandshake> page =
          RecordedHandshake.page(jdbc, plan.listener(), plan.since(), last, PAGE);
      for (RecordedHandshake handshake : page) {
        tally.add(handshake, judge.judge(handshake));
      }
      if (page.size() < PAGE) {
        return;
      }
      last = page.getLast();
      seen += page.size();
      result =
          result(tally, State.RUNNING, Math.min(0.99, seen / (expected + 1.0)), List.of(), null);
    }
  }

  private List<SimulationResult.Example> examples(SimulationTally tally) {
    return tally.examples().stream().map(this::example).toList();
  }

  private SimulationResult.Example example(SimulationTally.Example example) {
    RecordedHandshake handshake = example.handshake();
    Reason recorded = handshake.reason();
    Failure failure = example.failure();
    HandshakeRecord record = record(handshake.id());
    HandshakeRecord.Offer hello = record == null ? null : record.clientHello();
    return new SimulationResult.Example(
        handshake.id(),
        handshake.startedAt(),
        handshake.clientAddress(),
        handshake.serverName(),
        hello == null ? null : hello.ja4(),
        record == null || record.clientCertificates().isEmpty()
            ? null
            : record.clientCertificates().getFirst().subject(),
        recorded == null ? "completed" : recorded.code(),
        failure == null ? null : failure.reason().code(),
        failure == null ? null : failure.explanation());
  }

  private @Nullable HandshakeRecord record(String handshake) {
    try {
      return queries.get(handshake);
    } catch (NotFoundException e) {
      return null; // Retention was faster.
    }
  }

  private SimulationResult result(
      SimulationTally tally,
      State state,
      double progress,
      List<SimulationResult.Example> examples,
      @Nullable String error) {
    return new SimulationResult(
        id,
        state.name().toLowerCase(Locale.ROOT),
        plan.listener(),
        plan.since(),
        progress,
        tally.considered(),
        tally.stillCompleting,
        tally.wouldFail,
        tally.wouldStartToComplete,
        tally.stillFailing,
        tally.notJudged,
        tally.neverAsked,
        tally.byReason(),
        examples,
        error);
  }

  private enum State {
    RUNNING,
    FINISHED,
    CANCELLED,
    FAILED
  }
}
