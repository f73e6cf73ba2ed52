package dev.handfast.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.handshake.ProtocolVersion;
import dev.handfast.handshake.ResumableSession;
import dev.handfast.session.SessionStorage.Batch;
import dev.handfast.session.SessionStorage.Position;
import dev.handfast.session.SessionStorage.Use;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store of sessions does. */
abstract class SessionStorageContract {

  private static final String UNKNOWN = "01931f5e-0000-8000-8000-000000000000";

  private final SessionCodec codec = new SessionCodec(Fixtures.seal(Fixtures.random(32)));
  private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
  private SessionStorage storage = unset();

  /** The store under test, empty. */
  abstract SessionStorage emptyStorage();

  @BeforeEach
  void empty() {
    storage = emptyStorage();
  }

  @Test
  void whatIsWrittenIsFoundWithItsSecret() {
    ResumableSession session = Fixtures.ticket();
    StoredSession stored = stored(session, Fixtures.SCOPE);
    insert(stored);

    List<FoundSession> found = storage.find(List.of(stored.row().id(), UNKNOWN, "unknown"), now);

    assertThat(found).hasSize(1);
    SessionEntry entry = codec.open(found.getFirst(), session.wireIdentity());
    assertThat(entry.session()).usingRecursiveComparison().isEqualTo(session);
    assertThat(entry.scope()).isEqualTo(Fixtures.SCOPE);
    assertThat(entry.client().subject()).isEqualTo("CN=alice,O=Example");
  }

  @Test
  void nothingStoredResumesOrNamesTheWireIdentity() {
    ResumableSession session = Fixtures.ticket();
    insert(stored(session, Fixtures.SCOPE));

    String everything = new String(storedBytes(), StandardCharsets.ISO_8859_1);

    assertThat(everything).isNotEmpty();
    assertThat(everything)
        .doesNotContain(new String(session.wireIdentity(), StandardCharsets.ISO_8859_1))
        .doesNotContain(new String(session.secret(), StandardCharsets.ISO_8859_1));
  }

  @Test
  void anExpiredSessionIsNotFoundAndIsRemovedInPieces() {
    for (int i = 0; i < 5; i++) {
      insert(stored(issuedAt(now.minus(Duration.ofHours(2)).plusSeconds(i)), Fixtures.SCOPE));
    }
    StoredSession living = stored(Fixtures.ticket(), Fixtures.SCOPE);
    insert(living);

    assertThat(storage.list(SessionSelector.ALL, null, 10, now))
        .extracting(SessionRow::id)
        .containsExactly(living.row().id());
    assertThat(storage.deleteExpired(now, 3) + storage.deleteExpired(now, 3))
        .isLessThanOrEqualTo(5);
    assertThat(storage.deleteExpired(now, 3)).isZero();
    assertThat(storage.count()).isEqualTo(1);
  }

  @Test
  void aUseIsCountedAndMayShortenTheLife() {
    StoredSession stored = stored(Fixtures.ticket(), Fixtures.SCOPE);
    insert(stored);
    Instant soon = now.plusSeconds(10);

    storage.write(
        new Batch(List.of(), List.of(new Use(stored.row().id(), 2, now, soon)), List.of()));

    SessionRow row = storage.get(stored.row().id(), now).orElseThrow();
    assertThat(row.resumptions()).isEqualTo(2);
    assertThat(row.lastUsedAt()).isEqualTo(now);
    assertThat(row.expiresAt()).isEqualTo(soon);
    assertThat(storage.get(stored.row().id(), soon)).isEmpty();
    assertThat(storage.find(List.of(stored.row().id()), soon)).isEmpty();
  }

  @Test
  void theUseOfAnUnknownSessionMakesNoRow() {
    storage.write(
        new Batch(
            List.of(),
            List.of(new Use(UNKNOWN, 1, now, now.plusSeconds(9))),
            List.of(UNKNOWN, "none")));

    assertThat(storage.count()).isZero();
    assertThat(storage.get(UNKNOWN, now)).isEmpty();
    assertThat(storage.get("unknown", now)).isEmpty();
  }

  @Test
  void aBatchWrittenTwiceIsThereOnce() {
    StoredSession stored = stored(Fixtures.ticket(), Fixtures.SCOPE);
    insert(stored);
    insert(stored);

    assertThat(storage.count()).isEqualTo(1);
  }

  @Test
  void aListIsReadInPages() {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      // Two expire at the same time, so that the order needs the identifier.
      StoredSession stored = stored(issuedAt(now.minusSeconds(i / 2)), Fixtures.SCOPE);
      insert(stored);
      ids.add(stored.row().id());
    }

    List<String> read = new ArrayList<>();
    Position position = null;
    List<SessionRow> page = storage.list(SessionSelector.ALL, null, 3, now);
    while (!page.isEmpty()) {
      page.forEach(row -> read.add(row.id()));
      position = new Position(page.getLast().expiresAt(), page.getLast().id());
      page = storage.list(SessionSelector.ALL, position, 3, now);
    }

    assertThat(read).containsExactlyInAnyOrderElementsOf(ids).doesNotHaveDuplicates();
    assertThat(read.getFirst()).isIn(ids.get(0), ids.get(1));
  }

  @Test
  void aSelectorDeletesExactlyWhatItSelects() {
    StoredSession alice = stored(Fixtures.ticketOf(Fixtures.ALICE), Fixtures.SCOPE);
    StoredSession bob = stored(Fixtures.ticketOf(Fixtures.BOB), Fixtures.SCOPE);
    StoredSession anonymous =
        stored(Fixtures.tls12(), new Sessions.Scope("other", "*.example", "a.example"));
    insert(alice);
    insert(bob);
    insert(anonymous);

    String fingerprint = String.valueOf(alice.row().client().fingerprintSha256());
    assertThat(storage.delete(SessionSelector.ofClients(Set.of(fingerprint)))).isEqualTo(1);
    assertThat(ids()).containsExactlyInAnyOrder(bob.row().id(), anonymous.row().id());
    assertThat(storage.delete(SessionSelector.ofListener("nowhere"))).isZero();
    assertThat(storage.delete(SessionSelector.ofOtherVersions("server", 1))).isZero();
    assertThat(storage.delete(SessionSelector.ofPolicy("staff"))).isEqualTo(1);
    assertThat(ids()).containsExactly(anonymous.row().id());
    assertThat(storage.delete(SessionSelector.ofOtherVersions("server", 2))).isEqualTo(1);
    assertThat(ids()).isEmpty();
  }

  @Test
  void whatWasIssuedUnderThePolicysRevisionInForceStays() {
    StoredSession before = stored(Fixtures.ticket(), under("staff", 7));
    StoredSession now = stored(Fixtures.ticket(), under("staff", 8));
    StoredSession ofOthers = stored(Fixtures.ticket(), under("guests", 7));
    List.of(before, now, ofOthers).forEach(this::insert);

    assertThat(storage.delete(SessionSelector.ofEarlierRevisions("staff", 8))).isEqualTo(1);

    assertThat(ids()).containsExactlyInAnyOrder(now.row().id(), ofOthers.row().id());
    assertThat(storage.delete(SessionSelector.ofEarlierRevisions("staff", 8))).isZero();
  }

  private static Sessions.Scope under(String policy, long revision) {
    return new Sessions.Scope("shop", "", "shop.example", policy, revision);
  }

  @Test
  void manySessionsAreDeletedInPieces() {
    List<StoredSession> many = new ArrayList<>();
    for (int i = 0; i < 1100; i++) {
      many.add(stored(Fixtures.tls12(), Fixtures.SCOPE));
    }
    storage.write(new Batch(many, List.of(), List.of()));

    assertThat(storage.delete(SessionSelector.ofListener("shop"))).isEqualTo(1100);
    assertThat(storage.count()).isZero();
  }

  @Test
  void sessionsAreCountedByListenerAndProtocol() {
    insert(stored(Fixtures.ticket(), Fixtures.SCOPE));
    insert(stored(Fixtures.ticket(), Fixtures.SCOPE));
    insert(stored(Fixtures.tls12(), new Sessions.Scope("other", "", null)));

    assertThat(storage.groups(now))
        .containsExactly(
            new SessionStorage.Group("other", "TLSv1.2", 1),
            new SessionStorage.Group("shop", "TLSv1.3", 2));
  }

  /** Everything that the store holds, as its files or its memory would show it. */
  abstract byte[] storedBytes();

  private List<String> ids() {
    return storage.list(SessionSelector.ALL, null, 10, now).stream().map(SessionRow::id).toList();
  }

  private ResumableSession issuedAt(Instant issuedAt) {
    return Fixtures.session(ProtocolVersion.TLS_1_3, issuedAt, List.of(), "server", 1);
  }

  private StoredSession stored(ResumableSession session, Sessions.Scope scope) {
    return codec.seal(
        SessionEntry.issued(Fixtures.IDENTITIES.idOf(session.wireIdentity()), session, scope));
  }

  private void insert(StoredSession stored) {
    storage.write(new Batch(List.of(stored), List.of(), List.of()));
  }

  @SuppressWarnings("NullAway") // Set before each test.
  private static SessionStorage unset() {
    return null;
  }
}
