package dev.handfast.renegotiation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.clientauth.ClientAuthDecisions;
import dev.handfast.clientauth.ClientAuthPolicy;
import dev.handfast.clientauth.ClientAuthPolicyDefinition;
import dev.handfast.handshake.CertificateDemand;
import dev.handfast.handshake.Reason;
import dev.handfast.listener.ListenerSettings.RekeyAfter;
import dev.handfast.listener.LiveConnection;
import dev.handfast.listener.LiveConnection.Support;
import dev.handfast.listener.RenegotiationMeters;
import dev.handfast.testing.Pki;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which live connections the rules touch, why, and how. */
class LiveConnectionRulesTest {

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final List<LiveConnection> connections = new ArrayList<>();
  private final FakePolicy staff = new FakePolicy("staff");
  private final Map<String, FakePolicy> policies = new HashMap<>(Map.of("staff", staff));
  private final Map<String, Integer> certificateVersions = new HashMap<>(Map.of("server", 1));
  private Optional<ClientAuthPolicy> routePolicy = Optional.of(staff);
  private Instant now = FakeConnection.BEGIN.plusSeconds(10);
  private LiveConnectionRules rules = rules();

  @BeforeEach
  void fresh() {
    rules = rules();
  }

  @Test
  void nothingIsDoneWhereNothingHasChanged() {
    FakeConnection connection = connected(FakeConnection.tls12("a").withPolicy("staff", 1));

    check();

    assertThat(connection.calls).isEmpty();
    assertThat(staff.decisions).as("it was judged when it began").hasValue(0);
  }

  @Test
  void aChangedPolicyTouchesExactlyTheConnectionsWhoseDecisionHasChanged() {
    FakeConnection alice = connected(FakeConnection.tls12("alice").withPolicy("staff", 1));
    FakeConnection bob = connected(FakeConnection.tls12("bob").withPolicy("staff", 1));
    alice.chain = List.of(Pki.root("CN=alice").certificate());
    bob.chain = List.of(Pki.root("CN=bob").certificate());
    staff.refusal =
        chain ->
            chain.getFirst().getSubjectX500Principal().getName().equals("CN=bob")
                ? Reason.CLIENT_NOT_AUTHORIZED
                : null;
    staff.revision++;

    check();
    check();

    assertThat(alice.calls).isEmpty();
    assertThat(bob.calls).startsWith("abort");
    assertThat(bob.failures.getFirst().reason()).isEqualTo(Reason.CLIENT_NOT_AUTHORIZED);
    assertThat(staff.decisions).as("alice is asked about once").hasValueLessThanOrEqualTo(3);
    assertThat(counted("policy_change", "reconnect", "succeeded")).isPositive();
  }

  @Test
  void aRevokedClientIsEnded() {
    FakeConnection connection = connected(new FakeConnection("a").withPolicy("staff", 1));
    staff.refuse(Reason.CLIENT_CERTIFICATE_REVOKED);

    check();

    assertThat(connection.failures.getFirst().reason())
        .isEqualTo(Reason.CLIENT_CERTIFICATE_REVOKED);
    assertThat(counted("revocation", "reconnect", "succeeded")).isEqualTo(1);
  }

  @Test
  void ofThousandsExactlyTheRevokedAreEnded() {
    List<X509Certificate> revoked = List.of(Pki.root("CN=revoked").certificate());
    List<FakeConnection> all = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      FakeConnection connection = connected(new FakeConnection("c" + i).withPolicy("staff", 1));
      connection.chain = i % 3 == 0 ? revoked : List.of();
      all.add(connection);
    }
    staff.refusal = chain -> chain.isEmpty() ? null : Reason.CLIENT_CERTIFICATE_REVOKED;
    staff.revision++;

    check();

    assertThat(all)
        .allMatch(connection -> connection.chain.isEmpty() == connection.calls.isEmpty());
    assertThat(counted("revocation", "reconnect", "succeeded")).isEqualTo(1000);
  }

  @Test
  void aClientWithoutACertificateIsAskedForOneWhenThePolicyComesToRequireIt() {
    FakeConnection older = connected(FakeConnection.tls12("a"));
    FakeConnection willing =
        connected(new FakeConnection("b").offeringPostHandshakeAuthentication());
    FakeConnection other = connected(new FakeConnection("c"));
    staff.refuse(Reason.CLIENT_CERTIFICATE_MISSING);

    check();

    assertThat(older.calls).containsExactly("renegotiate");
    assertThat(older.demands.getFirst().requireCertificate()).isTrue();
    assertThat(willing.calls).containsExactly("requestCertificate");
    assertThat(other.calls).containsExactly("close");
  }

  @Test
  void aClientWhoseCertificateExpiresWhileItIsConnectedIsEnded() {
    FakeConnection connection = connected(new FakeConnection("a").withPolicy("staff", 1));
    connection.chain = List.of(Pki.root("CN=alice").certificate());
    now = connection.chain.getFirst().getNotAfter().toInstant().minusSeconds(1);
    staff.refusal = chain -> Reason.CLIENT_CERTIFICATE_EXPIRED;
    check();
    assertThat(connection.calls).isEmpty();

    now = now.plusSeconds(2);
    check();

    assertThat(connection.failures.getFirst().reason())
        .isEqualTo(Reason.CLIENT_CERTIFICATE_EXPIRED);
    assertThat(counted("max_age", "reconnect", "succeeded")).isEqualTo(1);
  }

  @Test
  void aListenerThatGetsAnotherPolicyJudgesItsClientsByIt() {
    FakeConnection connection = connected(FakeConnection.tls12("a").withPolicy("staff", 1));
    FakePolicy stricter = new FakePolicy("stricter");
    stricter.refusal = chain -> Reason.CLIENT_NOT_AUTHORIZED;
    policies.put("stricter", stricter);
    routePolicy = Optional.of(stricter);

    check();

    assertThat(connection.calls).containsExactly("abort");
  }

  @Test
  void clientsProveThemselvesAgainWhenThePolicySaysSo() {
    staff.reauthenticateAfter = Duration.ofMinutes(30);
    FakeConnection connection = connected(FakeConnection.tls12("a").withPolicy("staff", 1));
    now = FakeConnection.BEGIN.plus(Duration.ofMinutes(29));
    check();
    assertThat(connection.calls).isEmpty();

    now = FakeConnection.BEGIN.plus(Duration.ofMinutes(30));
    check();
    check();

    assertThat(connection.calls)
        .as("asked once, not at every check")
        .containsExactly("renegotiate");
    assertThat(connection.demands.getFirst().requireCertificate()).isTrue();
    assertThat(counted("max_age", "renegotiation", "succeeded")).isEqualTo(1);
  }

  @Test
  void connectionsFollowTheRotationOfTheirCertificateWhereTheListenerWantsIt() {
    FakeConnection indifferent = connected(FakeConnection.tls12("a"));
    FakeConnection older = connected(FakeConnection.tls12("b"));
    FakeConnection newer = connected(new FakeConnection("c"));
    older.followsRotation = true;
    newer.followsRotation = true;
    routePolicy = Optional.empty();
    check();
    assertThat(older.calls).isEmpty();

    certificateVersions.put("server", 2);
    check();
    check();

    assertThat(indifferent.calls).isEmpty();
    assertThat(older.calls).containsExactly("close");
    assertThat(newer.calls).containsExactly("close");
    assertThat(counted("certificate_rotation", "reconnect", "succeeded")).isEqualTo(2);
  }

  @Test
  void keysAreRenewedAfterSoManyBytesOrSoLong() {
    routePolicy = Optional.empty();
    FakeConnection byBytes = connected(new FakeConnection("a"));
    byBytes.rekeyAfter = new RekeyAfter(1000L, null);
    byBytes.bytes = 999;
    FakeConnection byTime = connected(FakeConnection.tls12("b"));
    byTime.rekeyAfter = new RekeyAfter(null, Duration.ofHours(1));
    check();
    assertThat(byBytes.calls).isEmpty();
    assertThat(byTime.calls).isEmpty();

    byBytes.bytes = 1000;
    now = FakeConnection.BEGIN.plus(Duration.ofHours(1));
    check();
    check();

    assertThat(byBytes.calls).containsExactly("updateKeys");
    assertThat(byTime.calls).containsExactly("renegotiate");
    assertThat(byTime.demands.getFirst().policy()).isNull();
    byBytes.bytes = 2000;
    check();
    assertThat(byBytes.calls).containsExactly("updateKeys", "updateKeys");
    assertThat(counted("max_bytes", "key_update", "succeeded")).isEqualTo(2);
    assertThat(counted("max_age", "renegotiation", "succeeded")).isEqualTo(1);
  }

  @Test
  void aPolicyThatAsksForNothingTouchesNobody() {
    staff.demand = CertificateDemand.NONE;
    staff.refuse(Reason.CLIENT_CERTIFICATE_MISSING);
    FakeConnection connection = connected(new FakeConnection("a"));
    connection.support = new Support(false, true, true);

    check();

    assertThat(connection.calls).isEmpty();
  }

  private FakeConnection connected(FakeConnection connection) {
    connections.add(connection);
    return connection;
  }

  private void check() {
    rules.check().forEach(job -> job.finished().orTimeout(20, TimeUnit.SECONDS).join());
  }

  private double counted(String trigger, String mechanism, String outcome) {
    return registry
        .get("handfast.renegotiations")
        .tag("trigger", trigger)
        .tag("mechanism", mechanism)
        .tag("outcome", outcome)
        .counter()
        .count();
  }

  private LiveConnectionRules rules() {
    RenegotiationProperties properties =
        new RenegotiationProperties(
            64, 100_000, Duration.ofSeconds(5), Duration.ofSeconds(1), 10, 50);
    return new LiveConnectionRules(
        () -> List.copyOf(connections).stream(),
        connection -> routePolicy,
        name -> Optional.ofNullable(policies.get(name)),
        new Verdicts(decisions()),
        name ->
            certificateVersions.containsKey(name)
                ? OptionalInt.of(certificateVersions.get(name))
                : OptionalInt.empty(),
        new Renegotiations(
            new Renegotiator(new FakeSessions(), properties.responseTimeout()),
            properties,
            new RenegotiationMeters(registry),
            () -> now),
        () -> now);
  }

  private ClientAuthDecisions decisions() {
    return new ClientAuthDecisions() {
      @Override
      public Optional<Judge> inForce(String policy) {
        return Optional.ofNullable(policies.get(policy)).map(FakePolicy::judge);
      }

      @Override
      public Judge of(ClientAuthPolicyDefinition definition) {
        throw new UnsupportedOperationException("not asked here");
      }
    };
  }
}
