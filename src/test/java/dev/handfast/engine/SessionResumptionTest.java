package dev.handfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.handshake.CertificateDemand;
import dev.handfast.handshake.ClientAuthenticator;
import dev.handfast.handshake.ClientAuthenticator.Proof;
import dev.handfast.handshake.ClientHello;
import dev.handfast.handshake.Negotiated;
import dev.handfast.handshake.Reason;
import dev.handfast.handshake.ResumableSession;
import dev.handfast.handshake.Step;
import dev.handfast.handshake.TlsProfile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.ProtocolVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SessionResumptionTest {

  private static final TlsEngines ENGINES = TlsEngines.create();
  private static final TestPki PKI = new TestPki();
  private static final ServerCredential EC =
      ENGINES.prepare(PKI.server("EC-P256").credential("ec"));
  private static final ServerCredential RSA =
      ENGINES.prepare(PKI.server("RSA-2048").credential("rsa"));
  private static final TestPki.Identity ALICE = PKI.client("CN=alice", "EC-P256");

  @TempDir private Path directory;

  /** The sessions that were issued; a test may alter what is found. */
  private final List<ResumableSession> store = new CopyOnWriteArrayList<>();

  private UnaryOperator<ResumableSession> found = UnaryOperator.identity();
  private TlsProfile profile = TestProfiles.OLD;
  private CertificateDemand demand = CertificateDemand.NONE;
  private ClientAuthenticator authenticator = TestAuthenticators.allow();
  private int tickets = 2;

  private EngineSettings settings(ClientHello hello) {
    List<ResumableSession> offered = new ArrayList<>();
    for (ResumableSession session : store) {
      boolean byId = Arrays.equals(session.wireIdentity(), hello.sessionId());
      boolean byTicket =
          hello.pskIdentities().stream()
              .anyMatch(identity -> Arrays.equals(identity.identity(), session.wireIdentity()));
      if (byId || byTicket) {
        offered.add(found.apply(session));
      }
    }
    return new EngineSettings(
        profile,
        List.of(EC, RSA),
        demand,
        List.of(),
        authenticator,
        List.of(),
        offered,
        Duration.ofHours(1),
        EngineServer::newIdentity,
        tickets,
        false);
  }

  private EngineServer server() {
    return new EngineServer(ENGINES, this::settings);
  }

  /** One connection of OpenSSL, whose sessions then are in the store. */
  private EngineServer.Connection openSsl(EngineServer server, String... arguments) {
    OpenSsl.talk(server.port(), "hello", "HELLO", arguments);
    EngineServer.Connection connection = server.awaitConnection();
    store.addAll(connection.issued);
    return connection;
  }

  private String[] first(String... more) {
    return with(more, "-sess_out", directory.resolve("session.pem").toString());
  }

  private String[] again(String... more) {
    return with(more, "-sess_in", directory.resolve("session.pem").toString());
  }

  private static String[] with(String[] some, String... more) {
    List<String> all = new ArrayList<>(List.of(some));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private static ResumableSession changed(
      ResumableSession s, byte[] secret, int suite, Instant issued, Instant expires) {
    return new ResumableSession(
        s.wireIdentity(),
        s.protocol(),
        suite,
        secret,
        s.extendedMasterSecret(),
        s.ageAdd(),
        issued,
        expires,
        s.serverName(),
        s.alpn(),
        s.clientChain(),
        s.certificate(),
        s.certificateVersion(),
        s.fullHandshakeAt());
  }

  @ParameterizedTest
  @CsvSource({
    "-tls1, AES128-SHA", "-tls1_1, AES256-SHA", "-tls1_2, ECDHE-ECDSA-AES128-GCM-SHA256",
    "-tls1_2, ECDHE-RSA-AES128-SHA256", "-tls1_2, AES128-SHA", "-tls1_3, ALL",
  })
  void openSslResumesWhatItBegan(String version, String cipher) {
    try (EngineServer server = server()) {
      EngineServer.Connection full =
          openSsl(server, first(version, "-cipher", cipher + ":@SECLEVEL=0"));
      assertThat(full.failures).isEmpty();
      assertThat(full.established.getFirst().resumed()).isFalse();
      assertThat(full.issued).isNotEmpty();

      EngineServer.Connection abbreviated =
          openSsl(server, again(version, "-cipher", cipher + ":@SECLEVEL=0"));

      assertThat(abbreviated.failures).isEmpty();
      Negotiated negotiated = abbreviated.established.getFirst();
      assertThat(negotiated.resumed()).isTrue();
      assertThat(negotiated.certificate()).isNull();
      assertThat(negotiated.cipherSuite()).isEqualTo(full.established.getFirst().cipherSuite());
      assertThat(abbreviated.resumed).hasSize(1);
      assertThat(abbreviated.stepNames())
          .doesNotContain(Step.SERVER_CERTIFICATE, Step.SERVER_AUTHENTICATED);
    }
  }

  @Test
  void openSslSaysThatItReused() {
    try (EngineServer server = server()) {
      for (String version : new String[] {"-tls1_2", "-tls1_3"}) {
        openSsl(server, first(version));
        String output = OpenSsl.talk(server.port(), "hello", "HELLO", again(version));
        server.awaitConnection();
        assertThat(output).contains("Reused, TLSv1." + version.charAt(6));
      }
    }
  }

  @Test
  void tls13ResumesAgainAndAgainWithTheTicketsOfResumedHandshakes() {
    try (EngineServer server = server()) {
      openSsl(server, first("-tls1_3"));
      for (int i = 0; i < 4; i++) {
        EngineServer.Connection next = openSsl(server, with(again("-tls1_3"), first()));
        assertThat(next.established.getFirst().resumed()).as("resumption %d", i).isTrue();
        assertThat(next.issued).hasSize(1);
        assertThat(next.issued.getFirst().fullHandshakeAt())
            .isEqualTo(store.getFirst().fullHandshakeAt());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4})
  void aFullHandshakeSendsAsManyTicketsAsConfigured(int count) {
    tickets = count;
    try (EngineServer server = server()) {
      EngineServer.Connection connection = openSsl(server, "-tls1_3");
      assertThat(connection.issued).hasSize(count);
      assertThat(connection.stepNames().stream().filter(s -> s == Step.NEW_SESSION_TICKET))
          .hasSize(count);
      assertThat(connection.issued.stream().map(s -> List.of(s.wireIdentity())).distinct())
          .hasSize(count);
    }
  }

  @Test
  void tls13ResumesAfterAHelloRetryRequest() {
    try (EngineServer server = server()) {
      openSsl(server, first("-tls1_3", "-groups", "X25519"));
      profile = TestProfiles.withGroups(TestProfiles.OLD, "secp384r1");
      EngineServer.Connection resumed =
          openSsl(server, again("-tls1_3", "-groups", "X25519:P-384"));

      assertThat(resumed.failures).isEmpty();
      assertThat(resumed.stepNames()).contains(Step.HELLO_RETRY_REQUEST);
      assertThat(resumed.established.getFirst().resumed()).isTrue();
      assertThat(resumed.established.getFirst().group()).isEqualTo("secp384r1");
      assertThat(resumed.resumed).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-tls1_2", "-tls1_3"})
  void anUnknownSessionMakesTheHandshakeFull(String version) {
    try (EngineServer server = server()) {
      openSsl(server, first(version));
      store.clear();
      EngineServer.Connection full = openSsl(server, again(version));
      assertThat(full.established.getFirst().resumed()).isFalse();
      assertThat(full.resumed).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-tls1_2", "-tls1_3"})
  void anExpiredSessionMakesTheHandshakeFull(String version) {
    found = s -> changed(s, s.secret(), s.cipherSuite(), s.issuedAt(), Instant.now());
    assertFullOnSecond(version);
  }

  @Test
  void aTicketOfAnImplausibleAgeMakesTheHandshakeFull() {
    found =
        s ->
            changed(
                s,
                s.secret(),
                s.cipherSuite(),
                s.issuedAt().minus(Duration.ofMinutes(10)),
                s.expiresAt());
    assertFullOnSecond("-tls1_3");
    found =
        s ->
            changed(
                s,
                s.secret(),
                s.cipherSuite(),
                s.issuedAt().plus(Duration.ofMinutes(10)),
                s.expiresAt());
    assertFullOnSecond("-tls1_3");
  }

  @Test
  void aTicketOfAnotherHashMakesTheHandshakeFull() {
    found = s -> changed(s, s.secret(), 0x1302, s.issuedAt(), s.expiresAt());
    assertFullOnSecond("-tls1_3");
  }

  @Test
  void aCipherSuiteThatTheProfileNoLongerAcceptsIsNotResumed() {
    try (EngineServer server = server()) {
      openSsl(server, first("-tls1_2"));
      profile =
          TestProfiles.withCipherSuites(
              TestProfiles.OLD, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");
      EngineServer.Connection full = openSsl(server, again("-tls1_2"));
      assertThat(full.established.getFirst().resumed()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-tls1_2", "-tls1_3"})
  void anotherServerNameDoesNotResume(String version) {
    try (EngineServer server = server()) {
      openSsl(server, first(version, "-servername", "a.example"));
      EngineServer.Connection other = openSsl(server, again(version, "-servername", "b.example"));
      assertThat(other.failures).isEmpty();
      assertThat(other.established.getFirst().resumed()).isFalse();
    }
  }

  private void assertFullOnSecond(String version) {
    try (EngineServer server = server()) {
      openSsl(server, first(version));
      EngineServer.Connection full = openSsl(server, again(version));
      assertThat(full.failures).isEmpty();
      assertThat(full.established.getFirst().resumed()).isFalse();
      assertThat(full.resumed).isEmpty();
    }
  }

  @Test
  void aBinderThatDoesNotVerifyEndsTheHandshake() {
    found = s -> changed(s, new byte[32], s.cipherSuite(), s.issuedAt(), s.expiresAt());
    try (EngineServer server = server()) {
      openSsl(server, first("-tls1_3"));
      EngineServer.Connection forged = openSsl(server, again("-tls1_3"));
      assertThat(forged.failures.getFirst().reason()).isEqualTo(Reason.FINISHED_NOT_AUTHENTIC);
      assertThat(forged.failures.getFirst().explanation()).contains("binder");
      assertThat(forged.established).isEmpty();
    }
  }

  @Test
  void aSessionIdWithoutItsSecretResumesNothing() {
    found = s -> changed(s, new byte[48], s.cipherSuite(), s.issuedAt(), s.expiresAt());
    try (EngineServer server = server()) {
      openSsl(server, first("-tls1_2"));
      EngineServer.Connection forged = openSsl(server, again("-tls1_2"));
      assertThat(forged.established).isEmpty();
      assertThat(forged.failures).hasSize(1);
    }
  }

  // ---- Client identity

  @ParameterizedTest
  @ValueSource(strings = {"-tls1_2", "-tls1_3"})
  void theProvenChainIsAskedAboutAgain(String version) {
    List<Proof> proofs = new CopyOnWriteArrayList<>();
    List<List<X509Certificate>> chains = new CopyOnWriteArrayList<>();
    demand = CertificateDemand.REQUIRE;
    authenticator =
        (chain, proof) -> {
          proofs.add(proof);
          chains.add(chain);
          return TestAuthenticators.requireCertificate().authenticate(chain, proof);
        };
    String pem = ALICE.writePem(directory, "alice").toString();
    try (EngineServer server = server()) {
      openSsl(server, first(version, "-cert", pem, "-key", pem));
      EngineServer.Connection resumed = openSsl(server, again(version));

      assertThat(resumed.established.getFirst().resumed()).isTrue();
      assertThat(proofs).containsExactly(Proof.VERIFIED, Proof.RESUMED);
      assertThat(chains.getLast()).isEqualTo(ALICE.chain());
      assertThat(resumed.order)
          .containsSubsequence("clientAuthenticated", "sessionResumed", "established");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-tls1_2", "-tls1_3"})
  void anIdentityThatTodaysPolicyRefusesIsNotResumed(String version) {
    demand = CertificateDemand.REQUIRE;
    authenticator =
        (chain, proof) ->
            proof == Proof.RESUMED
                ? TestAuthenticators.deny(Reason.CLIENT_CERTIFICATE_REVOKED)
                    .authenticate(chain, proof)
                : TestAuthenticators.requireCertificate().authenticate(chain, proof);
    String pem = ALICE.writePem(directory, "alice").toString();
    try (EngineServer server = server()) {
      openSsl(server, first(version, "-cert", pem, "-key", pem));
      EngineServer.Connection full = openSsl(server, again(version, "-cert", pem, "-key", pem));

      assertThat(full.failures).isEmpty();
      assertThat(full.established.getFirst().resumed()).isFalse();
      assertThat(full.authentications).hasSize(1);
      assertThat(full.clientChains).containsExactly(ALICE.chain());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-tls1_2", "-tls1_3"})
  void aSessionWithoutIdentityDoesNotResumeWhereOneIsRequired(String version) {
    try (EngineServer server = server()) {
      openSsl(server, first(version));
      demand = CertificateDemand.REQUIRE;
      authenticator = TestAuthenticators.requireCertificate();
      EngineServer.Connection refused = openSsl(server, again(version));
      assertThat(refused.failures.getFirst().reason()).isEqualTo(Reason.CLIENT_CERTIFICATE_MISSING);
    }
  }

  // ---- Extended master secret (RFC 7627)

  @Test
  void withoutExtendedMasterSecretNoSessionIsIssued() {
    BcClient client = new BcClient();
    client.versions = ProtocolVersion.TLSv12.only();
    client.extendedMasterSecret = false;
    Loopback loopback =
        new Loopback(ENGINES, client, java.time.InstantSource.system(), this::settings).run();
    assertThat(loopback.events.established).hasSize(1);
    assertThat(loopback.events.issued).isEmpty();
  }

  @Test
  void aSessionWithExtendedMasterSecretIsNotResumedWithoutIt() throws Exception {
    try (EngineServer server = server()) {
      openSsl(server, first("-tls1_2"));
    }
    ResumableSession session = store.getFirst();
    byte[] hello =
        dev.handfast.handshake.Hellos.tls12()
            .sessionId(session.wireIdentity())
            .cipherSuites(session.cipherSuite())
            .records();
    Loopback loopback =
        new Loopback(ENGINES, new BcClient(), java.time.InstantSource.system(), this::settings);
    ServerEngine engine = loopback.start(hello);
    engine.receive(ByteBuffer.wrap(hello));
    assertThat(loopback.failure().reason()).isEqualTo(Reason.MISSING_EXTENSION);
    assertThat(loopback.failure().explanation()).contains("RFC 7627");
  }

  @Test
  void bouncyCastleResumesBySessionId() {
    BcClient client = new BcClient();
    client.versions = ProtocolVersion.TLSv12.only();
    Loopback full =
        new Loopback(ENGINES, client, java.time.InstantSource.system(), this::settings).run();
    store.addAll(full.events.issued);

    BcClient again = new BcClient();
    again.versions = ProtocolVersion.TLSv12.only();
    again.session = client.session;
    Loopback resumed =
        new Loopback(ENGINES, again, java.time.InstantSource.system(), this::settings).run();

    assertThat(resumed.events.failures).isEmpty();
    assertThat(resumed.events.established.getFirst().resumed()).isTrue();
    resumed.serverSends("hi");
    resumed.pump();
    assertThat(again.received()).isEqualTo("hi");
    assertThat(again.alertReceived).isNotEqualTo((int) AlertDescription.internal_error);
  }
}
