package dev.handfast.renegotiation;

import dev.handfast.clientauth.ClientAuthPolicy;
import dev.handfast.handshake.CertificateDemand;
import dev.handfast.handshake.Failure;
import dev.handfast.handshake.Reason;
import dev.handfast.listener.LiveConnection;
import dev.handfast.listener.LiveConnection.Demand;
import dev.handfast.listener.LiveConnection.Outcome;
import dev.handfast.session.SessionSelector;
import dev.handfast.session.Sessions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Does a task on its connection. Blocks until it is done; called on virtual threads. */
final class Renegotiator {

  private static final Duration BUSY_PAUSE = Duration.ofMillis(50);

  private final Sessions sessions;
  private final Duration responseTimeout;

  /**
   * A renegotiator.
   *
   * @param responseTimeout how long a client may take to answer
   */
  Renegotiator(Sessions sessions, Duration responseTimeout) {
    this.sessions = sessions;
    this.responseTimeout = responseTimeout;
  }

  Result perform(Task task) {
    LiveConnection connection = task.connection();
    return switch (task) {
      case Task.Ask ask ->
          switch (Choice.of(ask, connection.info().protocol(), connection.support())) {
            case Choice.None none ->
                new Result(connection.id(), null, Result.Outcome.UNSUPPORTED, none.why());
            case Choice.Use use -> perform(ask, use.mechanism());
          };
      case Task.End end -> end(end);
    };
  }

  private Result perform(Task.Ask ask, Mechanism mechanism) {
    LiveConnection connection = ask.connection();
    Demand demand = demand(ask);
    return switch (mechanism) {
      case RENEGOTIATION -> result(ask, mechanism, untilFree(() -> connection.renegotiate(demand)));
      case POST_HANDSHAKE_AUTH ->
          result(ask, mechanism, untilFree(() -> connection.requestCertificate(demand)));
      case KEY_UPDATE -> result(ask, mechanism, untilFree(connection::updateKeys));
      case RECONNECT -> {
        forget(List.of(connection));
        yield result(ask, mechanism, untilFree(connection::close));
      }
    };
  }

  /** The sessions are forgotten afterwards, those of many connections together. */
  private Result end(Task.End end) {
    Outcome outcome = untilFree(() -> end.connection().abort(end.failure()));
    boolean gone = outcome.result() == LiveConnection.Result.CLOSED;
    return new Result(
        end.connection().id(),
        Mechanism.RECONNECT,
        gone ? Result.Outcome.GONE : Result.Outcome.SUCCEEDED,
        end.failure().reason().code());
  }

  private Demand demand(Task.Ask ask) {
    ClientAuthPolicy policy = ask.policy();
    boolean asks = policy != null && policy.demand() != CertificateDemand.NONE;
    return new Demand(asks ? policy : null, ask.required(), null, responseTimeout);
  }

  /**
   * The next handshakes are full: what was issued on these connections is not resumed. Does not
   * block: it is in force here at once, and the store and the other replicas follow.
   */
  void forget(Collection<LiveConnection> connections) {
    // As many as one call takes, for ten thousand calls would be too many for the sessions.
    Set<String> ids = new HashSet<>();
    for (LiveConnection connection : connections) {
      for (String id : sessionsOf(connection)) {
        ids.add(id);
        if (ids.size() == SessionSelector.MOST) {
          sessions.invalidate(SessionSelector.withIds(ids));
          ids.clear();
        }
      }
    }
    if (!ids.isEmpty()) {
      sessions.invalidate(SessionSelector.withIds(ids));
    }
  }

  private static List<String> sessionsOf(LiveConnection connection) {
    List<String> ids = new ArrayList<>(connection.sessionIds());
    String first = connection.info().sessionId();
    if (first != null) {
      ids.add(first);
    }
    return ids;
  }

  private Result result(Task.Ask ask, Mechanism mechanism, Outcome outcome) {
    LiveConnection connection = ask.connection();
    return switch (outcome.result()) {
      case SUCCEEDED -> result(connection, mechanism, Result.Outcome.SUCCEEDED, null);
      case DECLINED -> refused(ask, mechanism, Result.Outcome.DECLINED);
      case IGNORED -> refused(ask, mechanism, Result.Outcome.IGNORED);
      case FAILED -> result(connection, mechanism, Result.Outcome.FAILED, code(outcome.failure()));
      case UNSUPPORTED -> result(connection, mechanism, Result.Outcome.UNSUPPORTED, null);
      case BUSY -> busy(ask, mechanism);
      case CLOSED -> result(connection, mechanism, Result.Outcome.GONE, null);
    };
  }

  /** A client that does not do what was demanded of it does not stay. */
  private Result refused(Task.Ask ask, Mechanism mechanism, Result.Outcome outcome) {
    return demandsProof(ask)
        ? ended(
            ask,
            mechanism,
            Reason.RENEGOTIATION_REFUSED_BY_CLIENT,
            "the client refused to prove its identity again")
        : result(ask.connection(), mechanism, outcome, null);
  }

  /** Nor does one that leaves another handshake unfinished, and so cannot be asked. */
  private Result busy(Task.Ask ask, Mechanism mechanism) {
    String why = "another handshake was running for " + responseTimeout.toSeconds() + " s";
    return demandsProof(ask)
        ? ended(ask, mechanism, Reason.REAUTHENTICATION_TIMEOUT, why)
        : result(ask.connection(), mechanism, Result.Outcome.BUSY, why);
  }

  private static boolean demandsProof(Task.Ask ask) {
    ClientAuthPolicy policy = ask.policy();
    return ask.required() || policy != null && policy.demand() == CertificateDemand.REQUIRE;
  }

  private Result ended(Task.Ask ask, Mechanism mechanism, Reason reason, String why) {
    forget(List.of(ask.connection()));
    untilFree(() -> ask.connection().abort(new Failure(reason, why)));
    return result(ask.connection(), mechanism, Result.Outcome.FAILED, reason.code());
  }

  private static Result result(
      LiveConnection connection,
      Mechanism mechanism,
      Result.Outcome outcome,
      @Nullable String reason) {
    return new Result(connection.id(), mechanism, outcome, reason);
  }

  private static @Nullable String code(@Nullable Failure failure) {
    return failure == null ? null : failure.reason().code();
  }

  /** Tries again while another handshake is running, for as long as a client may take. */
  private Outcome untilFree(Supplier<CompletionStage<Outcome>> attempt) {
    long deadline = System.nanoTime() + responseTimeout.toNanos();
    while (true) {
      Outcome outcome = await(attempt.get());
      if (outcome.result() != LiveConnection.Result.BUSY || System.nanoTime() >= deadline) {
        return outcome;
      }
      LockSupport.parkNanos(BUSY_PAUSE.toNanos());
    }
  }

  private Outcome await(CompletionStage<Outcome> stage) {
    // The connection keeps the time; this is for the case that it does not.
    return stage
        .toCompletableFuture()
        .completeOnTimeout(
            new Outcome(LiveConnection.Result.BUSY, null),
            responseTimeout.multipliedBy(2).toNanos(),
            TimeUnit.NANOSECONDS)
        .join();
  }
}
