package dev.handfast.renegotiation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.handshake.CertificateDemand;
import dev.handfast.handshake.Failure;
import dev.handfast.handshake.Reason;
import dev.handfast.listener.LiveConnection;
import dev.handfast.listener.LiveConnection.Support;
import dev.handfast.renegotiation.Result.Outcome;
import dev.handfast.session.SessionSelector;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Which mechanism each request leads to on each kind of connection, and what comes of it. */
class RenegotiatorTest {

  private final FakeSessions sessions = new FakeSessions();
  private final FakePolicy policy = new FakePolicy("staff");
  private final Renegotiator renegotiator = new Renegotiator(sessions, Duration.ofSeconds(1));

  @Test
  void autoTakesTheStrongestThatTheConnectionSupportsForWhatIsAsked() {
    FakeConnection tls12 = FakeConnection.tls12("a");
    FakeConnection insecure = FakeConnection.tls12("b");
    insecure.support = new Support(false, false, false);
    FakeConnection tls13 = new FakeConnection("c");
    FakeConnection willing = new FakeConnection("d").offeringPostHandshakeAuthentication();

    assertUses(ask(tls12, Mode.AUTO, false), Mechanism.RENEGOTIATION);
    assertUses(ask(tls12, Mode.AUTO, true), Mechanism.RENEGOTIATION);
    assertUnsupported(ask(insecure, Mode.AUTO, false), "RFC 5746");
    assertUses(ask(insecure, Mode.AUTO, true), Mechanism.RECONNECT);
    assertUses(ask(tls13, Mode.AUTO, false), Mechanism.KEY_UPDATE);
    assertUses(ask(tls13, Mode.AUTO, true), Mechanism.RECONNECT);
    assertUses(ask(willing, Mode.AUTO, false), Mechanism.POST_HANDSHAKE_AUTH);
    assertUses(ask(willing, Mode.AUTO, true), Mechanism.POST_HANDSHAKE_AUTH);
  }

  @Test
  void aModeThatAVersionCannotHaveIsSaidNotFaked() {
    FakeConnection tls12 = FakeConnection.tls12("a");
    FakeConnection insecure = FakeConnection.tls12("b");
    insecure.support = new Support(false, false, false);
    FakeConnection tls13 = new FakeConnection("c");

    assertUnsupported(ask(tls13, Mode.RENEGOTIATE, false), "TLS 1.3 has no renegotiation");
    assertUnsupported(ask(tls12, Mode.KEY_UPDATE, false), "TLSv1.2 has no KeyUpdate");
    assertUnsupported(ask(insecure, Mode.RENEGOTIATE, true), "RFC 5746");
    assertUses(ask(tls12, Mode.RENEGOTIATE, false), Mechanism.RENEGOTIATION);
    assertUses(ask(tls13, Mode.KEY_UPDATE, false), Mechanism.KEY_UPDATE);
  }

  @Test
  void reauthenticationFallsBackToReconnecting() {
    FakeConnection tls13 = new FakeConnection("a");
    FakeConnection willing = new FakeConnection("b").offeringPostHandshakeAuthentication();
    FakeConnection insecure = FakeConnection.tls12("c");
    insecure.support = new Support(false, false, false);

    assertUses(ask(FakeConnection.tls12("d"), Mode.REAUTHENTICATE, true), Mechanism.RENEGOTIATION);
    assertUses(ask(willing, Mode.REAUTHENTICATE, true), Mechanism.POST_HANDSHAKE_AUTH);
    assertUses(ask(tls13, Mode.REAUTHENTICATE, true), Mechanism.RECONNECT);
    assertUses(ask(insecure, Mode.REAUTHENTICATE, true), Mechanism.RECONNECT);
  }

  @Test
  void aCertificateCannotBeRequiredWhereNoPolicyJudgesIt() {
    FakeConnection connection = FakeConnection.tls12("a");

    assertUnsupported(new Task.Ask(connection, Mode.AUTO, null, true), "no client-auth policy");
    policy.demand = CertificateDemand.NONE;
    assertUnsupported(ask(connection, Mode.REAUTHENTICATE, false), "no client-auth policy");
    assertUses(ask(connection, Mode.AUTO, false), Mechanism.RENEGOTIATION);
    assertThat(connection.demands).extracting(LiveConnection.Demand::policy).containsOnlyNulls();
  }

  @Test
  void theDemandCarriesPolicyAndDeadline() {
    FakeConnection connection = FakeConnection.tls12("a");

    renegotiator.perform(ask(connection, Mode.AUTO, true));

    assertThat(connection.demands)
        .containsExactly(new LiveConnection.Demand(policy, true, null, Duration.ofSeconds(1)));
  }

  @Test
  void reconnectForgetsTheSessionBeforeItCloses() {
    FakeConnection connection = new FakeConnection("a");
    connection.sessionIds = List.of("one", "two");
    connection.sessionId = "zero";

    Result result = renegotiator.perform(ask(connection, Mode.RECONNECT, false));

    assertThat(result).isEqualTo(new Result("a", Mechanism.RECONNECT, Outcome.SUCCEEDED, null));
    assertThat(connection.calls).containsExactly("close");
    assertThat(sessions.invalidated)
        .containsExactly(SessionSelector.withIds(Set.of("zero", "one", "two")));
  }

  @Test
  void aClientThatRefusesIsEndedOnlyIfItsProofWasDemanded() {
    policy.demand = CertificateDemand.REQUEST;
    for (LiveConnection.Result refusal :
        List.of(LiveConnection.Result.DECLINED, LiveConnection.Result.IGNORED)) {
      FakeConnection asked = FakeConnection.tls12("a").answering(refusal);
      FakeConnection demanded = FakeConnection.tls12("b").answering(refusal);

      Result left = renegotiator.perform(ask(asked, Mode.RENEGOTIATE, false));
      Result ended = renegotiator.perform(ask(demanded, Mode.RENEGOTIATE, true));

      assertThat(left.outcome().name()).isEqualTo(refusal.name());
      assertThat(asked.calls).containsExactly("renegotiate");
      assertThat(ended.outcome()).isEqualTo(Outcome.FAILED);
      assertThat(ended.reason()).isEqualTo("renegotiation_refused_by_client");
      assertThat(demanded.calls).containsExactly("renegotiate", "abort");
    }
  }

  @Test
  void aBusyConnectionIsTriedAgainForAWhile() {
    AtomicInteger attempts = new AtomicInteger();
    FakeConnection soonFree = FakeConnection.tls12("a");
    soonFree.answer =
        () ->
            CompletableFuture.completedFuture(
                new LiveConnection.Outcome(
                    attempts.incrementAndGet() < 3
                        ? LiveConnection.Result.BUSY
                        : LiveConnection.Result.SUCCEEDED,
                    null));
    FakeConnection neverFree = FakeConnection.tls12("b").answering(LiveConnection.Result.BUSY);

    policy.demand = CertificateDemand.REQUEST;
    assertThat(renegotiator.perform(ask(soonFree, Mode.AUTO, false)).outcome())
        .isEqualTo(Outcome.SUCCEEDED);
    assertThat(renegotiator.perform(ask(neverFree, Mode.AUTO, false)).outcome())
        .isEqualTo(Outcome.BUSY);
  }

  @Test
  void aClientThatNeverFinishesAnotherHandshakeIsEndedIfItsProofWasDemanded() {
    FakeConnection neverFree = FakeConnection.tls12("a").answering(LiveConnection.Result.BUSY);

    assertThat(renegotiator.perform(ask(neverFree, Mode.AUTO, true)))
        .isEqualTo(
            new Result("a", Mechanism.RENEGOTIATION, Outcome.FAILED, "reauthentication_timeout"));
    assertThat(neverFree.calls).contains("abort");
  }

  @Test
  void aPolicyThatRequiresACertificateDemandsProofByItself() {
    FakeConnection connection = FakeConnection.tls12("a").answering(LiveConnection.Result.DECLINED);

    assertThat(renegotiator.perform(ask(connection, Mode.AUTO, false)).outcome())
        .isEqualTo(Outcome.FAILED);
    assertThat(connection.calls).containsExactly("renegotiate", "abort");
  }

  @Test
  void aConnectionThatFailsSaysWhy() {
    FakeConnection connection = FakeConnection.tls12("a");
    connection.answer =
        () ->
            CompletableFuture.completedFuture(
                new LiveConnection.Outcome(
                    LiveConnection.Result.FAILED,
                    new Failure(Reason.CLIENT_IDENTITY_CHANGED, "another")));

    assertThat(renegotiator.perform(ask(connection, Mode.AUTO, true)))
        .isEqualTo(
            new Result("a", Mechanism.RENEGOTIATION, Outcome.FAILED, "client_identity_changed"));
  }

  private Task.Ask ask(LiveConnection connection, Mode mode, boolean required) {
    return new Task.Ask(connection, mode, policy, required);
  }

  private void assertUses(Task.Ask ask, Mechanism mechanism) {
    assertThat(renegotiator.perform(ask))
        .isEqualTo(new Result(ask.connection().id(), mechanism, Outcome.SUCCEEDED, null));
  }

  private void assertUnsupported(Task.Ask ask, String why) {
    Result result = renegotiator.perform(ask);
    assertThat(result.outcome()).isEqualTo(Outcome.UNSUPPORTED);
    assertThat(result.mechanism()).isNull();
    assertThat(result.reason()).contains(why);
    assertThat(((FakeConnection) ask.connection()).calls).doesNotContain("close", "abort");
  }
}
