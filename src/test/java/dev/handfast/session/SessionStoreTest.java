package dev.handfast.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.handfast.handshake.ClientHello;
import dev.handfast.handshake.ClientHello.PskIdentity;
import dev.handfast.handshake.ProtocolVersion;
import dev.handfast.handshake.ResumableSession;
import dev.handfast.session.Sessions.Scope;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The store on an H2 database, seen through what handshakes call. */
class SessionStoreTest {

  private static final byte[] KEY = Fixtures.random(32);

  private final DataSource database =
      Fixtures.migrated(H2SessionStorageTest.h2("store-" + System.nanoTime()));
  private final UnreliableStorage unreliable = new UnreliableStorage();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
  private final List<SessionStore> stores = new ArrayList<>();
  private int warmUps;

  @AfterEach
  void close() {
    unreliable.work();
    stores.forEach(SessionStore::close);
  }

  @Test
  void aSavedSessionIsResumedFromMemoryAtOnce() {
    Sessions sessions = start().sessions();
    ResumableSession session = Fixtures.ticket();

    sessions.save(session, Fixtures.SCOPE);

    assertThat(sessions.find(Fixtures.offering(session), Fixtures.SCOPE).toCompletableFuture())
        .isCompletedWithValue(List.of(session));
    assertThat(lookups("memory", "hit")).isEqualTo(1);
    assertThat(lookups()).isZero();
  }

  @Test
  void aSessionIsResumedAfterARestart() {
    SessionStore before = start();
    ResumableSession ticket = Fixtures.ticket();
    ResumableSession older = Fixtures.tls12();
    before.sessions().save(ticket, Fixtures.SCOPE);
    before.sessions().save(older, Fixtures.SCOPE);
    before.close();

    Sessions after = start().sessions();

    assertThat(found(after, ticket)).usingRecursiveComparison().isEqualTo(List.of(ticket));
    assertThat(found(after, older)).usingRecursiveComparison().isEqualTo(List.of(older));
    assertThat(lookups("database", "hit")).isEqualTo(2);
  }

  @Test
  void aCrashLosesNoSessionThatIsOlderThanTheWriteInterval() {
    Duration interval = Duration.ofMillis(300);
    SessionStore crashing =
        start(Fixtures.properties(Duration.ofSeconds(2), interval, 10_000), KEY);
    ResumableSession session = Fixtures.ticket();
    crashing.sessions().save(session, Fixtures.SCOPE);
    long saved = System.nanoTime();

    // Nothing is closed or flushed: what another process finds is what a killed one left behind.
    await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> rows() == 1);

    Duration lossBound = Duration.ofNanos(System.nanoTime() - saved);
    assertThat(lossBound).isLessThan(interval.plusSeconds(2));
    assertThat(found(start().sessions(), session)).hasSize(1);
  }

  @Test
  void aTicketIsUsedOnceWithinASmallGrace() {
    Sessions sessions = start().sessions();
    ResumableSession session = Fixtures.ticket();
    sessions.save(session, Fixtures.SCOPE);
    assertThat(found(sessions, session)).hasSize(1);

    sessions.resumed(session, Fixtures.SCOPE);

    assertThat(found(sessions, session)).as("a parallel reconnect").hasSize(1);
    forward(Duration.ofSeconds(11));
    assertThat(found(sessions, session)).as("a replay").isEmpty();
    assertThat(found(start().sessions(), session)).as("a replay at another replica").isEmpty();
  }

  @Test
  void theGraceIsNotProlongedByItsUse() {
    Sessions sessions = start().sessions();
    ResumableSession session = Fixtures.ticket();
    sessions.save(session, Fixtures.SCOPE);

    sessions.resumed(session, Fixtures.SCOPE);
    forward(Duration.ofSeconds(6));
    sessions.resumed(session, Fixtures.SCOPE);
    forward(Duration.ofSeconds(6));

    assertThat(found(sessions, session)).isEmpty();
  }

  @Test
  void aTls12SessionIsUsedUntilItExpires() {
    SessionStore store = start();
    ResumableSession session = Fixtures.tls12();
    store.sessions().save(session, Fixtures.SCOPE);
    for (int i = 0; i < 3; i++) {
      assertThat(found(store.sessions(), session)).hasSize(1);
      store.sessions().resumed(session, Fixtures.SCOPE);
      forward(Duration.ofMinutes(15));
    }

    SessionRow row = store.get(store.sessions().publicId(session)).orElseThrow();
    assertThat(row.resumptions()).isEqualTo(3);
    forward(Duration.ofMinutes(16));
    assertThat(found(store.sessions(), session)).isEmpty();
  }

  @Test
  void resumptionsDoNotFollowEachOtherForEver() {
    Sessions sessions = start().sessions();
    ResumableSession fresh = Fixtures.ticket();
    ResumableSession old =
        new ResumableSession(
            Fixtures.random(32),
            ProtocolVersion.TLS_1_3,
            0x1301,
            Fixtures.random(32),
            false,
            0,
            now.get(),
            now.get().plus(Duration.ofHours(1)),
            "shop.example",
            null,
            List.of(),
            "server",
            1,
            now.get().minus(Duration.ofHours(25)));
    sessions.save(fresh, Fixtures.SCOPE);
    sessions.save(old, Fixtures.SCOPE);

    assertThat(found(sessions, old)).isEmpty();
    assertThat(found(sessions, fresh)).hasSize(1);
  }

  @Test
  void aSessionOfAnotherListenerRouteOrServerNameIsNotFound() {
    SessionStore before = start();
    ResumableSession session = Fixtures.ticket();
    before.sessions().save(session, Fixtures.SCOPE);
    before.close();
    Sessions after = start().sessions();

    List<Scope> foreign =
        List.of(
            new Scope("other", "", "shop.example"),
            new Scope("shop", "*.example", "shop.example"),
            new Scope("shop", "", "admin.example"),
            new Scope("shop", "", null));

    for (Scope scope : foreign) {
      assertThat(Fixtures.now(after.find(Fixtures.offering(session), scope)))
          .as("%s", scope)
          .isEmpty();
    }
    assertThat(found(after, session)).hasSize(1);
  }

  @Test
  void aSessionWithAnApplicationProtocolNeedsItOffered() {
    Sessions sessions = start().sessions();
    ResumableSession plain = Fixtures.ticket();
    ResumableSession http2 =
        new ResumableSession(
            plain.wireIdentity(),
            plain.protocol(),
            plain.cipherSuite(),
            plain.secret(),
            true,
            0,
            plain.issuedAt(),
            plain.expiresAt(),
            plain.serverName(),
            "h2",
            List.of(),
            "server",
            1,
            plain.fullHandshakeAt());
    sessions.save(http2, Fixtures.SCOPE);

    assertThat(found(sessions, http2)).isEmpty();
  }

  @Test
  void unknownTruncatedOversizedAndManyIdentitiesAreMisses() {
    Sessions sessions = start().sessions();
    ResumableSession session = Fixtures.ticket();
    sessions.save(session, Fixtures.SCOPE);
    byte[] truncated = Arrays.copyOf(session.wireIdentity(), 31);
    List<PskIdentity> many = new ArrayList<>();
    IntStream.range(0, 100).forEach(i -> many.add(new PskIdentity(Fixtures.random(32), 0)));

    for (byte[] identity :
        List.of(truncated, Fixtures.random(32), new byte[0], new byte[1], new byte[65_535])) {
      assertThat(find(sessions, List.of(new PskIdentity(identity, 0)))).isEmpty();
    }
    assertThat(find(sessions, many)).isEmpty();
    assertThat(find(sessions, List.of(new PskIdentity(session.wireIdentity(), 0)))).hasSize(1);
  }

  @Test
  void aTicketOfferedAsSessionIdIsNotFound() {
    Sessions sessions = start().sessions();
    ResumableSession session = Fixtures.ticket();
    sessions.save(session, Fixtures.SCOPE);

    ClientHello hello = Fixtures.hello("shop.example", session.wireIdentity(), List.of(), false);

    assertThat(Fixtures.now(sessions.find(hello, Fixtures.SCOPE))).isEmpty();
  }

  @Test
  void aTicketWithoutPskWithDheIsNotLookedFor() {
    Sessions sessions = start().sessions();
    ResumableSession session = Fixtures.ticket();
    sessions.save(session, Fixtures.SCOPE);
    ClientHello offering = Fixtures.offering(session);
    ClientHello pskOnly =
        new ClientHello(
            offering.legacyVersion(),
            offering.supportedVersions(),
            offering.sessionId(),
            offering.cipherSuites(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            offering.serverName(),
            List.of(),
            offering.pskIdentities(),
            List.of(0));

    assertThat(Fixtures.now(sessions.find(pskOnly, Fixtures.SCOPE))).isEmpty();
  }

  @Test
  void theSessionIdOfATls13ClientCostsNoLookup() {
    Sessions sessions = start().sessions();
    ClientHello hello = Fixtures.hello("shop.example", Fixtures.random(32), List.of(), true);

    assertThat(sessions.find(hello, Fixtures.SCOPE, ProtocolVersion.TLS_1_3).toCompletableFuture())
        .isCompletedWithValue(List.of());
    assertThat(lookups()).isZero();

    Fixtures.now(sessions.find(hello, Fixtures.SCOPE, ProtocolVersion.TLS_1_2));
    assertThat(lookups()).isEqualTo(1);
  }

  @Test
  void aRefusedSessionIsCountedAndDeleted() {
    SessionStore store = start();
    ResumableSession session = Fixtures.ticket();
    store.sessions().save(session, Fixtures.SCOPE);
    found(store.sessions(), session);

    store.sessions().refused(session, Fixtures.SCOPE, "client_certificate_revoked");

    assertThat(found(store.sessions(), session)).isEmpty();
    assertThat(lookups("memory", "refused")).isEqualTo(1);
    assertThat(
            registry
                .get("handfast.session.refusals")
                .tag("reason", "client_certificate_revoked")
                .counter()
                .count())
        .isEqualTo(1);
    assertThat(store.list(SessionSelector.ALL, null, 10)).isEmpty();
    assertThat(found(start().sessions(), session)).isEmpty();
  }

  @Test
  void whenTheDatabaseIsGoneMemoryResumesAndTheRestMisses() {
    SessionStore store = start();
    ResumableSession here = Fixtures.ticket();
    store.sessions().save(here, Fixtures.SCOPE);
    unreliable.fail();
    ResumableSession later = Fixtures.ticket();
    store.sessions().save(later, Fixtures.SCOPE);

    assertThat(found(store.sessions(), here)).hasSize(1);
    assertThat(found(store.sessions(), later)).hasSize(1);
    for (int i = 0; i < 50; i++) {
      assertThat(found(store.sessions(), Fixtures.ticket())).isEmpty();
    }
    assertThat(lookups()).as("a failed store is left alone for a while").isLessThan(5);

    unreliable.work();
    await().untilAsserted(() -> assertThat(rows()).isEqualTo(2));
    assertThat(found(start().sessions(), later)).hasSize(1);
  }

  @Test
  void aSilentDatabaseCostsAHandshakeNoMoreThanTheDeadline() {
    Sessions sessions =
        start(Fixtures.properties(Duration.ofMillis(50), Duration.ofMillis(50), 10_000), KEY)
            .sessions();
    unreliable.fallSilent();

    List<Duration> waits = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      long begin = System.nanoTime();
      assertThat(found(sessions, Fixtures.ticket())).isEmpty();
      waits.add(Duration.ofNanos(System.nanoTime() - begin));
    }

    assertThat(waits.getLast())
        .as("once it is known to be silent")
        .isLessThan(Duration.ofMillis(40));
    assertThat(waits).allMatch(wait -> wait.compareTo(Duration.ofSeconds(2)) < 0);
  }

  @Test
  void whatWaitsForASilentDatabaseIsBounded() {
    SessionStore store =
        start(Fixtures.properties(Duration.ofMillis(50), Duration.ofMillis(50), 100), KEY);
    unreliable.fallSilent();

    List<ResumableSession> issued =
        IntStream.range(0, 500).mapToObj(i -> Fixtures.tls12()).toList();
    issued.forEach(session -> store.sessions().save(session, Fixtures.SCOPE));

    assertThat(registry.get("handfast.session.writes.pending").gauge().value())
        .isBetween(100.0, 200.0);
    assertThat(registry.get("handfast.session.writes").tag("result", "dropped").counter().count())
        .isGreaterThanOrEqualTo(300);
    assertThat(issued)
        .allSatisfy(session -> assertThat(found(store.sessions(), session)).hasSize(1));
  }

  @Test
  void theMemoryIsBoundedAndTheDatabaseKeepsTheRest() {
    SessionStore store = start();
    List<ResumableSession> issued =
        IntStream.range(0, 3000).mapToObj(i -> Fixtures.tls12()).toList();
    issued.forEach(session -> store.sessions().save(session, Fixtures.SCOPE));
    await().untilAsserted(() -> assertThat(rows()).isEqualTo(3000));

    await()
        .untilAsserted(
            () ->
                assertThat(registry.get("handfast.sessions").tag("tier", "memory").gauge().value())
                    .isLessThanOrEqualTo(1000));
    assertThat(issued)
        .allSatisfy(session -> assertThat(found(store.sessions(), session)).hasSize(1));
    await()
        .untilAsserted(
            () ->
                assertThat(
                        registry.get("handfast.sessions").tag("tier", "database").gauge().value())
                    .isEqualTo(3000));
  }

  @Test
  void aSessionThatTheDatabaseRefusesDoesNotKeepOthersFromIt() {
    SessionStore store = start();
    Scope tooLong = new Scope("l".repeat(101), "", "shop.example");
    ResumableSession refused = Fixtures.ticket();
    ResumableSession other = Fixtures.ticket();

    store.sessions().save(refused, tooLong);
    store.sessions().save(other, Fixtures.SCOPE);

    await().untilAsserted(() -> assertThat(rows()).isEqualTo(1));
    assertThat(found(start().sessions(), other)).hasSize(1);
    assertThat(registry.get("handfast.session.writes").tag("result", "failed").counter().count())
        .isEqualTo(1);
  }

  @Test
  void aStolenDatabaseResumesNothing() {
    SessionStore store = start();
    ResumableSession session = Fixtures.ticket();
    store.sessions().save(session, Fixtures.SCOPE);
    store.close();

    Sessions thief = start(Fixtures.properties(), Fixtures.random(32)).sessions();

    assertThat(found(thief, session)).isEmpty();
  }

  @Test
  void expiredRowsAreRemoved() {
    SessionStore store = start();
    store.sessions().save(Fixtures.ticket(), Fixtures.SCOPE);
    await().untilAsserted(() -> assertThat(rows()).isEqualTo(1));

    forward(Duration.ofHours(2));

    await().untilAsserted(() -> assertThat(rows()).isZero());
  }

  @Test
  void anInvalidationIsInForceAtOnceAlsoWhileTheDatabaseIsGone() {
    SessionStore store = start();
    ResumableSession alice = Fixtures.ticketOf(Fixtures.ALICE);
    ResumableSession bob = Fixtures.ticketOf(Fixtures.BOB);
    store.sessions().save(alice, Fixtures.SCOPE);
    store.sessions().save(bob, Fixtures.SCOPE);
    await().untilAsserted(() -> assertThat(rows()).isEqualTo(2));
    unreliable.fail();

    String fingerprint = ClientIdentity.of(List.of(Fixtures.ALICE)).fingerprintSha256();
    var stored =
        store.sessions().invalidate(SessionSelector.ofClients(Set.of(String.valueOf(fingerprint))));

    assertThat(found(store.sessions(), alice)).isEmpty();
    assertThat(found(store.sessions(), bob)).hasSize(1);
    assertThat(stored.toCompletableFuture()).failsWithin(Duration.ofSeconds(10));
    unreliable.work();
    assertThat(found(store.sessions(), alice)).as("the row is still there").isEmpty();
    await().untilAsserted(() -> assertThat(rows()).isEqualTo(1));
    assertThat(found(store.sessions(), alice)).isEmpty();
  }

  @Test
  void aSessionThatWaitsToBeWrittenIsInvalidatedToo() {
    SessionStore store = start();
    unreliable.fallSilent();
    ResumableSession session = Fixtures.ticket();
    store.sessions().save(session, Fixtures.SCOPE);
    // Until it is on its way to the store.
    await().until(() -> unreliable.writes() > 0);

    var stored = store.sessions().invalidate(SessionSelector.ofPolicy("staff"));
    assertThat(found(store.sessions(), session)).isEmpty();
    unreliable.work();

    Fixtures.now(stored);
    assertThat(rows()).isZero();
  }

  private int lookups() {
    return unreliable.lookups() - warmUps;
  }

  private SessionStore start() {
    return start(Fixtures.properties(), KEY);
  }

  private SessionStore start(SessionProperties properties, byte[] key) {
    SessionStore store =
        new SessionStore(
            properties,
            unreliable.around(Fixtures.storage(database)),
            Fixtures.seal(key),
            Fixtures.invalidationLog(database),
            registry,
            now::get);
    int before = unreliable.lookups();
    store.start();
    stores.add(store);
    // The worker warms up with a look-up of its own.
    await().until(() -> unreliable.lookups() > before);
    warmUps++;
    return store;
  }

  private List<ResumableSession> found(Sessions sessions, ResumableSession offered) {
    return Fixtures.now(sessions.find(Fixtures.offering(offered), Fixtures.SCOPE));
  }

  private static List<ResumableSession> find(Sessions sessions, List<PskIdentity> identities) {
    return Fixtures.now(
        sessions.find(
            Fixtures.hello("shop.example", new byte[0], identities, true), Fixtures.SCOPE));
  }

  private void forward(Duration duration) {
    now.updateAndGet(instant -> instant.plus(duration));
  }

  private long rows() {
    return Fixtures.storage(database).count();
  }

  private double lookups(String tier, String result) {
    return registry
        .get("handfast.session.lookups")
        .tag("listener", "shop")
        .tag("tier", tier)
        .tag("result", result)
        .counter()
        .count();
  }
}
