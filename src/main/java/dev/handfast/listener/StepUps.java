package dev.handfast.listener;

import dev.handfast.clientauth.ClientAuthPolicy;
import dev.handfast.clientauth.Resource;
import dev.handfast.engine.ServerEngine;
import dev.handfast.handshake.CertificateDemand;
import dev.handfast.handshake.ClientAuthentication;
import dev.handfast.handshake.ClientAuthenticator;
import dev.handfast.handshake.Failure;
import dev.handfast.handshake.Reason;
import dev.handfast.listener.LiveConnection.Demand;
import dev.handfast.listener.LiveConnection.Outcome;
import dev.handfast.listener.LiveConnection.Result;
import java.security.Principal;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Article step 11 on one connection, at the server's wish: one at a time, each with an end. On the
 * event loop, while no worker has the engine.
 */
final class StepUps {

  private final GatewayConnection connection;
  private final EngineHandler handler;
  private final ServerEngine engine;
  private @Nullable CompletableFuture<Outcome> running;
  private @Nullable ScheduledFuture<?> deadline;

  StepUps(GatewayConnection connection, EngineHandler handler, ServerEngine engine) {
    this.connection = connection;
    this.handler = handler;
    this.engine = engine;
  }

  void renegotiate(Demand demand, CompletableFuture<Outcome> outcome) {
    if (begin(outcome, demand, engine.renegotiationSupport().renegotiation())) {
      engine.renegotiate(certificateDemand(demand), authorities(demand), keeping(demand));
      handler.afterCall();
    }
  }

  void requestCertificate(Demand demand, CompletableFuture<Outcome> outcome) {
    boolean supported = engine.renegotiationSupport().postHandshakeAuthentication();
    if (begin(outcome, demand, supported)) {
      engine.requestCertificate(certificateDemand(demand), authorities(demand), keeping(demand));
      handler.afterCall();
    }
  }

  void updateKeys(CompletableFuture<Outcome> outcome) {
    if (!engine.renegotiationSupport().keyUpdate()) {
      outcome.complete(Outcome.of(Result.UNSUPPORTED));
    } else if (engine.closed()) {
      outcome.complete(Outcome.of(Result.CLOSED));
    } else {
      engine.updateKeys(true);
      connection.keysUpdated();
      handler.afterCall();
      outcome.complete(Outcome.of(Result.SUCCEEDED));
    }
  }

  private boolean begin(CompletableFuture<Outcome> outcome, Demand demand, boolean supported) {
    if (engine.closed()) {
      outcome.complete(Outcome.of(Result.CLOSED));
      return false;
    }
    if (!supported) {
      outcome.complete(Outcome.of(Result.UNSUPPORTED));
      return false;
    }
    if (running != null || engine.handshaking()) {
      outcome.complete(Outcome.of(Result.BUSY));
      return false;
    }
    running = outcome;
    deadline =
        connection
            .channel()
            .eventLoop()
            .schedule(
                () -> expired(outcome, demand), demand.timeout().toMillis(), TimeUnit.MILLISECONDS);
    return true;
  }

  private void expired(CompletableFuture<Outcome> outcome, Demand demand) {
    if (running != outcome) {
      return;
    }
    if (certificateDemand(demand) == CertificateDemand.REQUIRE) {
      handler.abort(
          new Failure(
              Reason.REAUTHENTICATION_TIMEOUT,
              "the client did not answer within " + demand.timeout().toSeconds() + " s"));
    } else {
      engine.renegotiationLapses();
      finish(Outcome.of(Result.IGNORED));
    }
  }

  /** Whether the client's answer is awaited. */
  boolean running() {
    return running != null;
  }

  void succeeded() {
    finish(Outcome.of(Result.SUCCEEDED));
  }

  void declined() {
    finish(Outcome.of(Result.DECLINED));
  }

  void failed(Failure failure) {
    finish(new Outcome(Result.FAILED, failure));
  }

  void closed() {
    finish(Outcome.of(Result.CLOSED));
  }

  private void finish(Outcome outcome) {
    CompletableFuture<Outcome> finished = running;
    if (finished != null) {
      running = null;
      if (deadline != null) {
        deadline.cancel(false);
      }
      finished.complete(outcome);
    }
  }

  private ClientAuthenticator keeping(Demand demand) {
    return new SameIdentity(connection, authenticator(demand));
  }

  private static CertificateDemand certificateDemand(Demand demand) {
    ClientAuthPolicy policy = demand.policy();
    if (policy == null) {
      return CertificateDemand.NONE;
    }
    if (demand.path() != null) {
      return CertificateDemand.REQUEST;
    }
    return demand.requireCertificate() ? CertificateDemand.REQUIRE : policy.demand();
  }

  private static List<? extends Principal> authorities(Demand demand) {
    return demand.policy() == null ? List.of() : demand.policy().authorities();
  }

  private ClientAuthenticator authenticator(Demand demand) {
    ClientAuthPolicy policy = demand.policy();
    if (policy == null) {
      return NoClientAuthentication.INSTANCE;
    }
    ClientAuthenticator judge =
        policy.authenticatorFor(
            new Resource(connection.listenerName(), connection.serverName(), demand.path()));
    if (demand.path() != null) {
      return unenforced(judge);
    }
    return demand.requireCertificate() ? requiring(judge) : judge;
  }

  /** What is asked for the sake of a path ends no connection: the HTTP answer says no. */
  private static ClientAuthenticator unenforced(ClientAuthenticator judge) {
    return (chain, proof) -> judge.authenticate(chain, proof).unenforced();
  }

  /** An empty answer does not suffice here, even where the policy only asks. */
  private static ClientAuthenticator requiring(ClientAuthenticator judge) {
    return (chain, proof) -> {
      ClientAuthentication judged = judge.authenticate(chain, proof);
      return chain.isEmpty() && judged.refusal().isEmpty()
          ? judged.refusedFor(Reason.CLIENT_CERTIFICATE_MISSING)
          : judged;
    };
  }
}
