package dev.handfast.listener;

import dev.handfast.clientauth.ClientAuthPolicy;
import dev.handfast.clientauth.Resource;
import dev.handfast.handshake.CertificateDemand;
import dev.handfast.handshake.ClientAuthentication;
import dev.handfast.handshake.ClientAuthenticator.Proof;
import dev.handfast.handshake.ClientHello;
import dev.handfast.handshake.Reason;
import dev.handfast.handshake.ResumableSession;
import dev.handfast.session.Sessions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a ClientHello offers to resume, and asks today's policy about each: a client that lost
 * its right does not come in by an old session.
 */
final class SessionLookup {

  private final ConnectionServices services;

  SessionLookup(ConnectionServices services) {
    this.services = services;
  }

  /** Any thread; does not block. Completes at once where nothing is offered; never fails. */
  CompletionStage<SessionOffer> find(
      ClientHello hello, Sessions.Scope scope, @Nullable ClientAuthPolicy policy) {
    Sessions sessions = services.sessions();
    SessionOffer none = new SessionOffer(scope, List.of());
    if (sessions == null || !hello.offersSession() || sessions.lifetime().isZero()) {
      return CompletableFuture.completedFuture(none);
    }
    CompletionStage<List<ResumableSession>> found = sessions.find(hello, scope);
    if (policy == null || policy.demand() == CertificateDemand.NONE) {
      return found.thenApply(
          list ->
              new SessionOffer(
                  scope, list.stream().map(it -> new SessionOffer.Allowed(it, null)).toList()));
    }
    return found.thenCompose(
        list ->
            list.isEmpty()
                ? CompletableFuture.completedFuture(none)
                : CompletableFuture.supplyAsync(
                    () -> judge(sessions, list, scope, policy), services.workers()));
  }

  private SessionOffer judge(
      Sessions sessions,
      List<ResumableSession> found,
      Sessions.Scope scope,
      ClientAuthPolicy policy) {
    List<SessionOffer.Allowed> allowed = new ArrayList<>();
    for (ResumableSession session : found) {
      if (tooOld(session, policy)) {
        sessions.refused(session, scope, Reason.REAUTHENTICATION_TIMEOUT.code());
        continue;
      }
      ClientAuthentication judged =
          policy
              .authenticatorFor(new Resource(scope.listener(), scope.serverName(), null))
              .authenticate(SessionOffer.chainOf(session), Proof.RESUMED);
      Optional<Reason> refusal = judged.refusal();
      if (refusal.isPresent()) {
        sessions.refused(session, scope, refusal.get().code());
      } else {
        allowed.add(new SessionOffer.Allowed(session, judged));
      }
    }
    return new SessionOffer(scope, allowed);
  }

  private boolean tooOld(ResumableSession session, ClientAuthPolicy policy) {
    Instant now = services.clock().instant();
    Optional<Duration> most = policy.reauthenticateAfter();
    return most.isPresent() && session.fullHandshakeAt().plus(most.get()).isBefore(now);
  }
}
