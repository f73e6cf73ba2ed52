package dev.handfast.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.handfast.handshake.ResumableSession;
import dev.handfast.testing.Postgres;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** Two stores, as two replicas have them, on one PostgreSQL. */
class ReplicasTest {

  private static final byte[] KEY = Fixtures.random(32);

  private final UnreliableStorage storeOfOne = new UnreliableStorage();
  private SessionStore one = unset();
  private SessionStore other = unset();

  @BeforeEach
  void start() {
    DataSource database = Fixtures.migrated(new DriverManagerDataSource(Postgres.newDatabase()));
    one = start(database, storeOfOne.around(Fixtures.storage(database)));
    other = start(database, Fixtures.storage(database));
  }

  @AfterEach
  void stop() {
    storeOfOne.work();
    one.close();
    other.close();
  }

  @Test
  void aClientResumesOnOneReplicaWhatItBeganOnAnother() {
    ResumableSession session = Fixtures.ticket();
    one.sessions().save(session, Fixtures.SCOPE);

    await().untilAsserted(() -> assertThat(found(other, session)).hasSize(1));

    other.sessions().resumed(session, Fixtures.SCOPE);
    String id = one.sessions().publicId(session);
    assertThat(other.get(id).orElseThrow().resumptions()).isEqualTo(1);
    assertThat(one.get(id).orElseThrow().resumptions()).isEqualTo(1);
  }

  @Test
  void whatOneReplicaDeletesNoOtherResumesFromItsMemory() {
    ResumableSession alice = Fixtures.ticketOf(Fixtures.ALICE);
    ResumableSession bob = Fixtures.ticketOf(Fixtures.BOB);
    for (ResumableSession session : List.of(alice, bob)) {
      other.sessions().save(session, Fixtures.SCOPE);
      await().untilAsserted(() -> assertThat(found(one, session)).hasSize(1));
    }

    String fingerprint =
        String.valueOf(ClientIdentity.of(List.of(Fixtures.ALICE)).fingerprintSha256());
    long deleted =
        Fixtures.now(one.sessions().invalidate(SessionSelector.ofClients(Set.of(fingerprint))));

    // The other replica hears of it first, and may be first in the store, too.
    assertThat(deleted).isLessThanOrEqualTo(1);
    assertThat(one.get(one.sessions().publicId(alice))).isEmpty();
    assertThat(one.get(one.sessions().publicId(bob))).isPresent();
    assertThat(found(one, alice)).isEmpty();
    // The poll's interval is 100 ms here.
    await()
        .atMost(Duration.ofSeconds(2))
        .untilAsserted(() -> assertThat(found(other, alice)).isEmpty());
    assertThat(found(other, bob)).hasSize(1);
    assertThat(found(one, bob)).hasSize(1);
  }

  @Test
  void aReplicaThatHearsOfAChangeLaterKeepsWhatWasIssuedSince() {
    ResumableSession before = Fixtures.ticket();
    ResumableSession since = Fixtures.ticket();
    one.sessions().save(before, Fixtures.SCOPE);
    await().untilAsserted(() -> assertThat(found(other, before)).hasSize(1));
    long revision = Fixtures.SCOPE.clientAuthPolicyRevision() + 1;
    SessionSelector superseded = SessionSelector.ofEarlierRevisions("staff", revision);

    Fixtures.now(one.sessions().invalidate(superseded));
    one.sessions().save(since, new Sessions.Scope("shop", "", "shop.example", "staff", revision));
    Fixtures.now(other.sessions().invalidate(superseded));
    // Deletions arrive in their order: when this one has, so have those before it.
    ResumableSession last = Fixtures.ticketOf(Fixtures.BOB);
    other.sessions().save(last, new Sessions.Scope("shop", "", "shop.example"));
    await().untilAsserted(() -> assertThat(found(one, last)).hasSize(1));
    other.sessions().invalidate(SessionSelector.withIds(Set.of(other.sessions().publicId(last))));
    await().untilAsserted(() -> assertThat(found(one, last)).isEmpty());

    assertThat(found(one, before)).isEmpty();
    assertThat(found(other, before)).isEmpty();
    assertThat(found(one, since)).hasSize(1);
    assertThat(found(other, since)).hasSize(1);
    assertThat(one.get(one.sessions().publicId(since))).isPresent();
  }

  @Test
  void whatOthersDeleteIsGoneFromMemoryWhileTheStoreIsGone() {
    List<ResumableSession> sessions = Stream.generate(Fixtures::tls12).limit(3).toList();
    for (ResumableSession session : sessions) {
      one.sessions().save(session, Fixtures.SCOPE);
      await().untilAsserted(() -> assertThat(found(other, session)).hasSize(1));
    }

    storeOfOne.fail();
    for (ResumableSession session : sessions) {
      SessionSelector selector =
          SessionSelector.withIds(Set.of(other.sessions().publicId(session)));
      Fixtures.now(other.sessions().invalidate(selector));
    }

    for (ResumableSession session : sessions) {
      await().untilAsserted(() -> assertThat(found(one, session)).isEmpty());
    }
  }

  @Test
  void manyDeletionsOfManyReplicasAllArrive() {
    List<ResumableSession> sessions = Stream.generate(Fixtures::tls12).limit(40).toList();
    for (ResumableSession session : sessions) {
      one.sessions().save(session, Fixtures.SCOPE);
    }
    sessions.forEach(
        session -> await().untilAsserted(() -> assertThat(found(other, session)).hasSize(1)));

    for (int i = 0; i < sessions.size(); i++) {
      SessionStore replica = i % 2 == 0 ? one : other;
      replica
          .sessions()
          .invalidate(
              SessionSelector.withIds(Set.of(replica.sessions().publicId(sessions.get(i)))));
    }

    for (ResumableSession session : sessions) {
      await().untilAsserted(() -> assertThat(found(one, session)).isEmpty());
      await().untilAsserted(() -> assertThat(found(other, session)).isEmpty());
    }
    await().untilAsserted(() -> assertThat(one.summary().sessions()).isZero());
  }

  private static SessionStore start(DataSource database, SessionStorage storage) {
    SessionStore store =
        new SessionStore(
            Fixtures.properties(),
            storage,
            Fixtures.seal(KEY),
            Fixtures.invalidationLog(database),
            new SimpleMeterRegistry(),
            InstantSource.system());
    store.start();
    return store;
  }

  private static List<ResumableSession> found(SessionStore store, ResumableSession session) {
    return Fixtures.now(store.sessions().find(Fixtures.offering(session), Fixtures.SCOPE));
  }

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // Set before each test.
  private static <T> T unset() {
    return null;
  }
}
