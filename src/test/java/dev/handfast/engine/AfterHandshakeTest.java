package dev.handfast.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handfast.handshake.CertificateDemand;
import dev.handfast.handshake.ClientAuthenticator;
import dev.handfast.handshake.ClientAuthenticator.Proof;
import dev.handfast.handshake.Failure;
import dev.handfast.handshake.Reason;
import dev.handfast.handshake.Step;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.ContentType;
import org.bouncycastle.tls.ProtocolVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Article step 11: renegotiation, KeyUpdate, post-handshake authentication. */
class AfterHandshakeTest {

  private static final TlsEngines ENGINES = TlsEngines.create();
  private static final TestPki PKI = new TestPki();
  private static final ServerCredential EC =
      ENGINES.prepare(PKI.server("EC-P256").credential("ec"));
  private static final ServerCredential RSA =
      ENGINES.prepare(PKI.server("RSA-2048").credential("rsa"));
  private static final TestPki.Identity ALICE = PKI.client("CN=alice", "EC-P256");
  private static final TestPki.Identity RSA_CLIENT = PKI.client("CN=bob", "RSA-2048");
  private static final TestPki.Identity ED_CLIENT = PKI.client("CN=eve", "ED25519");

  @TempDir private Path directory;

  private final List<Proof> proofs = new CopyOnWriteArrayList<>();
  private boolean allowClient;
  private CertificateDemand demand = CertificateDemand.REQUIRE;
  private ClientAuthenticator decider = TestAuthenticators.requireCertificate();

  private EngineSettings connectionSettings() {
    EngineSettings base = EngineServer.settings(TestProfiles.OLD, EC, RSA);
    return new EngineSettings(
        base.profile(),
        base.certificates(),
        CertificateDemand.NONE,
        List.of(),
        TestAuthenticators.allow(),
        List.of(),
        List.of(),
        Duration.ofHours(1),
        EngineServer::newIdentity,
        1,
        allowClient);
  }

  /** A server that obeys lines like {@code !renegotiate}. */
  private final class CommandedServer extends EngineServer {

    CommandedServer() {
      super(ENGINES, hello -> connectionSettings());
    }

    @Override
    void command(Connection connection, String command) {
      ServerEngine engine = connection.engine();
      ClientAuthenticator recording =
          (chain, proof) -> {
            proofs.add(proof);
            return decider.authenticate(chain, proof);
          };
      switch (command) {
        case "renegotiate" -> engine.renegotiate(demand, List.of(), recording);
        case "keyupdate" -> engine.updateKeys(true);
        case "reauthenticate" -> engine.requestCertificate(demand, List.of(), recording);
        default -> throw new AssertionError(command);
      }
    }
  }

  private String[] identity(TestPki.Identity who, String... more) {
    String pem = who.writePem(directory, "client").toString();
    List<String> all =
        new java.util.ArrayList<>(List.of("-cert", pem, "-key", pem, "-cipher", "ALL@SECLEVEL=0"));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  // ---- Renegotiation with OpenSSL

  @ParameterizedTest
  @ValueSource(strings = {"-tls1", "-tls1_1", "-tls1_2"})
  void theServerRenegotiatesAndAsksForACertificate(String version) {
    try (EngineServer server = new CommandedServer()) {
      try (OpenSsl client = OpenSsl.start(server.port(), identity(ALICE, version))) {
        client.send("before\n");
        assertThat(client.awaitOutput("BEFORE")).isTrue();
        client.send("!renegotiate\nafter\n");
        assertThat(client.awaitOutput("AFTER")).as(client.output()).isTrue();
        client.send("!renegotiate\nthird\n");
        assertThat(client.awaitOutput("THIRD")).as(client.output()).isTrue();
      }
      EngineServer.Connection connection = server.awaitConnection();
      assertThat(connection.failures).isEmpty();
      assertThat(connection.established).hasSize(3);
      assertThat(proofs).containsExactly(Proof.VERIFIED, Proof.VERIFIED);
      assertThat(connection.clientChains).hasSize(2).allMatch(ALICE.chain()::equals);
      assertThat(connection.order)
          .containsSubsequence(
              "started",
              "established",
              "restarted",
              "clientHello",
              "clientCertificates",
              "clientAuthenticated",
              "established");
      assertThat(connection.stepNames())
          .containsSubsequence(
              Step.ESTABLISHED,
              Step.HELLO_REQUEST,
              Step.CLIENT_HELLO,
              Step.SERVER_HELLO,
              Step.CERTIFICATE_REQUEST,
              Step.CLIENT_AUTHENTICATION,
              Step.ESTABLISHED);
    }
  }

  @Test
  void aRenegotiationWithoutTheRequiredCertificateEndsTheConnection() {
    try (EngineServer server = new CommandedServer()) {
      String output = OpenSsl.talk(server.port(), "!renegotiate\nafter", "alert", "-tls1_2");
      EngineServer.Connection connection = server.awaitConnection();
      assertThat(connection.failures.getFirst().reason())
          .isEqualTo(Reason.CLIENT_CERTIFICATE_MISSING);
      assertThat(output).contains("alert handshake failure");
    }
  }

  @Test
  void theClientsWishIsDeniedAndTheConnectionKept() {
    BcClient client = new BcClient();
    client.versions = ProtocolVersion.TLSv12.only();
    Loopback loopback = new Loopback(ENGINES, client, connectionSettings()).run();
    byte[] hello = dev.handfast.handshake.Hellos.tls12().body();
    sendHandshake(client, (byte) 1, hello);
    // Bouncy Castle's client would give up at the warning, so it does not get to see it.
    client.send("still here");
    byte[] bytes = client.takeOutput();
    loopback.engine().receive(ByteBuffer.wrap(bytes));

    assertThat(loopback.events.order).endsWith("RENEGOTIATION_DENIED");
    assertThat(loopback.engine().alerts().sent())
        .isEqualTo(dev.handfast.handshake.Alert.NO_RENEGOTIATION);
    assertThat(loopback.engine().closed()).isFalse();
    assertThat(loopback.receivedByServer()).isEqualTo("still here");
  }

  @ParameterizedTest
  @CsvSource({"NONE,false", "REQUEST,false", "REQUIRE,true"})
  void aClientThatLeavesInsteadOfAnsweringIsServedUnlessItsAnswerIsRequired(
      CertificateDemand demanded, boolean required) {
    for (boolean says : new boolean[] {true, false}) {
      Loopback loopback = askedForRenegotiation(demanded);
      if (says) {
        alert(loopback.client, AlertDescription.close_notify);
        loopback.engine().receive(ByteBuffer.wrap(loopback.client.takeOutput()));
      } else {
        loopback.engine().inputClosed();
      }

      if (required) {
        assertThat(loopback.failure().reason()).isEqualTo(Reason.CLIENT_CLOSED);
      } else {
        assertThat(loopback.events.failures).isEmpty();
        int before = loopback.engine().pendingCiphertext();
        loopback.serverSends("the answer");
        assertThat(loopback.engine().pendingCiphertext()).isGreaterThan(before);
      }
    }
  }

  @Test
  void aClientThatIgnoresTheRequestCanBeAskedAgainAndAnswerLate() {
    Loopback loopback = askedForRenegotiation(CertificateDemand.REQUEST);
    assertThat(loopback.engine().handshaking()).isTrue();

    loopback.engine().renegotiationLapses();

    assertThat(loopback.engine().handshaking()).isFalse();
    assertThat(loopback.engine().mayBlock()).isFalse();
    sendHandshake(loopback.client, (byte) 1, dev.handfast.handshake.Hellos.tls12().body());
    loopback.engine().receive(ByteBuffer.wrap(loopback.client.takeOutput()));
    assertThat(loopback.events.order).containsSubsequence("restarted", "clientHello");
    assertThat(loopback.events.order).doesNotContain("RENEGOTIATION_DENIED");

    Loopback again = askedForRenegotiation(CertificateDemand.REQUEST);
    again.engine().renegotiationLapses();
    again.engine().renegotiate(CertificateDemand.REQUEST, List.of(), decider);
    assertThat(again.engine().handshaking()).isTrue();
  }

  /** In TLS 1.2, by a HelloRequest that the client does not get to see. */
  private Loopback askedForRenegotiation(CertificateDemand demanded) {
    BcClient client = new BcClient();
    client.versions = ProtocolVersion.TLSv12.only();
    Loopback loopback = new Loopback(ENGINES, client, connectionSettings()).run();
    loopback.engine().renegotiate(demanded, List.of(), decider);
    return loopback;
  }

  @Test
  void theClientMayRenegotiateWhereItIsAllowed() {
    allowClient = true;
    try (EngineServer server = new CommandedServer()) {
      try (OpenSsl client = OpenSsl.start(server.port(), "-tls1_2")) {
        client.send("before\n");
        assertThat(client.awaitOutput("BEFORE")).isTrue();
        client.send("R\n");
        assertThat(client.awaitOutput("RENEGOTIATING")).isTrue();
        client.send("after\n");
        assertThat(client.awaitOutput("AFTER")).as(client.output()).isTrue();
      }
      EngineServer.Connection connection = server.awaitConnection();
      assertThat(connection.failures).isEmpty();
      assertThat(connection.established).hasSize(2);
      assertThat(connection.order).contains("RENEGOTIATION", "restarted");
    }
  }

  @Test
  void aRenegotiationThatForgetsRfc5746IsRefused() {
    allowClient = true;
    BcClient client = new BcClient();
    client.versions = ProtocolVersion.TLSv12.only();
    Loopback loopback = new Loopback(ENGINES, client, connectionSettings()).run();
    sendHandshake(
        client, (byte) 1, dev.handfast.handshake.Hellos.tls12().cipherSuites(0xc02b).body());
    loopback.pump();

    assertThat(loopback.failure().reason()).isEqualTo(Reason.INSECURE_RENEGOTIATION);
  }

  @Test
  void aConnectionWithoutRfc5746IsNotRenegotiated() {
    byte[] hello = dev.handfast.handshake.Hellos.tls12().cipherSuites(0xc02b).records();
    Loopback loopback = new Loopback(ENGINES, new BcClient(), connectionSettings());
    ServerEngine engine = loopback.start(hello);
    engine.receive(ByteBuffer.wrap(hello));
    assertThat(loopback.events.failures).isEmpty();
    assertThat(engine.renegotiationSupport().renegotiation()).isFalse();
    assertThatThrownBy(() -> engine.renegotiate(CertificateDemand.NONE, List.of(), decider))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aClientMayDeclineByWarning() {
    BcClient client = new BcClient();
    client.versions = ProtocolVersion.TLSv12.only();
    Loopback loopback = new Loopback(ENGINES, client, connectionSettings()).run();
    loopback.engine().renegotiate(CertificateDemand.REQUIRE, List.of(), decider);
    assertThat(loopback.engine().handshaking()).isTrue();
    assertThat(loopback.engine().mayBlock()).isTrue();
    // Bouncy Castle's client answers a HelloRequest with the warning no_renegotiation.
    loopback.pump();

    assertThat(loopback.events.order).endsWith("restarted", "renegotiationDeclined");
    assertThat(loopback.engine().handshaking()).isFalse();
    loopback.serverSends("go on");
    loopback.pump();
    assertThat(client.received()).isEqualTo("go on");
  }

  @Test
  void onlyOneRenegotiationRunsAtATime() {
    BcClient client = new BcClient();
    client.versions = ProtocolVersion.TLSv12.only();
    Loopback loopback = new Loopback(ENGINES, client, connectionSettings()).run();
    loopback.engine().renegotiate(CertificateDemand.NONE, List.of(), decider);
    assertThatThrownBy(
            () -> loopback.engine().renegotiate(CertificateDemand.NONE, List.of(), decider))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("running");
  }

  @Test
  void theCallerMayEndAConnectionThatRenegotiatesTooOften() {
    allowClient = true;
    BcClient client = new BcClient();
    client.versions = ProtocolVersion.TLSv12.only();
    Failure tooOften = new Failure(Reason.RENEGOTIATION_LIMIT_EXCEEDED, "3 per minute");
    Loopback[] holder = new Loopback[1];
    holder[0] =
        new Loopback(ENGINES, client, connectionSettings()) {
          @Override
          RecordingEvents createEvents() {
            return new RecordingEvents() {
              @Override
              public void clientInitiated(ClientInitiated what) {
                holder[0].engine().abort(tooOften);
              }
            };
          }
        };
    holder[0].run();
    sendHandshake(client, (byte) 1, dev.handfast.handshake.Hellos.tls12().body());
    holder[0].pump();

    assertThat(holder[0].failure()).isEqualTo(tooOften);
    assertThat(client.alertReceived).isEqualTo(AlertDescription.no_renegotiation);
  }

  // ---- Data around renegotiations

  @Test
  void dataFlowsUnharmedThroughTenRenegotiations() throws Exception {
    int blocks = 2000;
    JdkEngineClient client = new JdkEngineClient(PKI, "TLSv1.2");
    Loopback loopback = new Loopback(ENGINES, new BcClient(), connectionSettings());
    client.handshakeWith(loopback);
    ServerEngine engine = loopback.engine();
    MessageDigest sent = MessageDigest.getInstance("SHA-256");
    MessageDigest received = MessageDigest.getInstance("SHA-256");
    Random random = new Random(1);
    int asked = 0;
    for (int i = 0; i < blocks; i++) {
      byte[] block = new byte[1 + random.nextInt(16000)];
      random.nextBytes(block);
      sent.update(block);
      client.send(block);
      if (i % (blocks / 10) == 50) {
        engine.renegotiate(CertificateDemand.NONE, List.of(), decider);
        asked++;
      }
      byte[] toServer = client.takeOutput();
      engine.receive(ByteBuffer.wrap(toServer));
      echo(engine);
      client.give(take(engine));
      received.update(client.takeReceived());
    }
    for (int i = 0; i < 10; i++) {
      byte[] toServer = client.takeOutput();
      engine.receive(ByteBuffer.wrap(toServer));
      echo(engine);
      client.give(take(engine));
      received.update(client.takeReceived());
    }

    assertThat(asked).isEqualTo(10);
    assertThat(loopback.events.failures).isEmpty();
    assertThat(loopback.events.established).hasSize(11);
    assertThat(received.digest()).isEqualTo(sent.digest());
  }

  private static void echo(ServerEngine engine) {
    byte[] plaintext = new byte[engine.pendingPlaintext()];
    engine.takePlaintext(ByteBuffer.wrap(plaintext));
    engine.send(ByteBuffer.wrap(plaintext));
  }

  @Test
  void whatIsSentDuringARenegotiationIsHeldAndThenFlows() throws Exception {
    // A JDK client whose second ClientHello has arrived, and nothing after it.
    JdkEngineClient client = new JdkEngineClient(PKI, "TLSv1.2");
    Loopback loopback = new Loopback(ENGINES, new BcClient(), connectionSettings());
    client.handshakeWith(loopback);
    ServerEngine engine = loopback.engine();
    engine.renegotiate(CertificateDemand.NONE, List.of(), decider);
    client.give(take(engine));
    byte[] hello = client.takeOutput();
    engine.receive(ByteBuffer.wrap(hello));

    byte[] text = "held".getBytes(StandardCharsets.UTF_8);
    engine.send(ByteBuffer.wrap(text));
    assertThat(engine.pendingHeld()).isEqualTo(4);
    client.pumpWith(loopback);

    assertThat(engine.pendingHeld()).isZero();
    assertThat(loopback.events.established).hasSize(2);
    assertThat(new String(client.takeReceived(), StandardCharsets.UTF_8)).isEqualTo("held");
  }

  private static byte[] take(ServerEngine engine) {
    byte[] bytes = new byte[engine.pendingCiphertext()];
    engine.takeCiphertext(ByteBuffer.wrap(bytes));
    return bytes;
  }

  private static void sendHandshake(BcClient client, byte type, byte[] body) {
    byte[] message = new byte[4 + body.length];
    message[0] = type;
    message[2] = (byte) (body.length >> 8);
    message[3] = (byte) body.length;
    System.arraycopy(body, 0, message, 4, body.length);
    try {
      client.protocol.record(ContentType.handshake, message);
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void alert(BcClient client, short description) {
    try {
      client.protocol.alert((short) 1, description);
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  // ---- KeyUpdate

  @Test
  void keysAreUpdatedFromBothSides() {
    try (EngineServer server = new CommandedServer()) {
      try (OpenSsl client = OpenSsl.start(server.port(), "-tls1_3")) {
        client.send("one\n");
        assertThat(client.awaitOutput("ONE")).isTrue();
        client.send("!keyupdate\ntwo\n");
        assertThat(client.awaitOutput("TWO")).isTrue();
        client.send("between\n");
        assertThat(client.awaitOutput("BETWEEN")).isTrue();
        client.send("K\n");
        assertThat(client.awaitOutput("KEYUPDATE")).isTrue();
        client.send("three\n");
        assertThat(client.awaitOutput("THREE")).as(client.output()).isTrue();
      }
      EngineServer.Connection connection = server.awaitConnection();
      assertThat(connection.failures).isEmpty();
      assertThat(connection.order.stream().filter("KEY_UPDATE"::equals)).hasSize(1);
      assertThat(connection.stepNames().stream().filter(s -> s == Step.KEY_UPDATE))
          .hasSizeGreaterThanOrEqualTo(3);
    }
  }

  @Test
  void tls12HasNoKeyUpdateAndTls13NoRenegotiation() {
    BcClient old = new BcClient();
    old.versions = ProtocolVersion.TLSv12.only();
    ServerEngine tls12 = new Loopback(ENGINES, old, connectionSettings()).run().engine();
    assertThat(tls12.renegotiationSupport())
        .isEqualTo(new ServerEngine.RenegotiationSupport(true, false, false));
    assertThatThrownBy(() -> tls12.updateKeys(true)).isInstanceOf(IllegalStateException.class);
    ServerEngine tls13 = new Loopback(ENGINES, new BcClient(), connectionSettings()).run().engine();
    assertThat(tls13.renegotiationSupport())
        .isEqualTo(new ServerEngine.RenegotiationSupport(false, true, false));
    assertThatThrownBy(
            () -> tls13.requestCertificate(CertificateDemand.REQUIRE, List.of(), decider))
        .isInstanceOf(IllegalStateException.class);
  }

  // ---- Post-handshake authentication

  @ParameterizedTest
  @CsvSource({"EC", "RSA", "ED"})
  void theClientProvesItselfAfterTheHandshakeMoreThanOnce(String who) {
    TestPki.Identity client =
        switch (who) {
          case "EC" -> ALICE;
          case "RSA" -> RSA_CLIENT;
          default -> ED_CLIENT;
        };
    try (EngineServer server = new CommandedServer()) {
      try (OpenSsl openSsl =
          OpenSsl.start(server.port(), identity(client, "-tls1_3", "-enable_pha"))) {
        openSsl.send("!reauthenticate\n");
        openSsl.send("one\n");
        assertThat(openSsl.awaitOutput("ONE")).as(openSsl.output()).isTrue();
        openSsl.send("!keyupdate\ntwo\n");
        assertThat(openSsl.awaitOutput("TWO")).isTrue();
        openSsl.send("!reauthenticate\n");
        openSsl.send("three\n");
        assertThat(openSsl.awaitOutput("THREE")).as(openSsl.output()).isTrue();
      }
      EngineServer.Connection connection = server.awaitConnection();
      assertThat(connection.failures).isEmpty();
      assertThat(proofs).containsExactly(Proof.VERIFIED, Proof.VERIFIED);
      assertThat(connection.clientChains).hasSize(2).allMatch(client.chain()::equals);
      assertThat(connection.order.stream().filter("reauthenticated"::equals)).hasSize(2);
      assertThat(connection.established).hasSize(1);
      assertThat(connection.stepNames())
          .containsSubsequence(
              Step.ESTABLISHED,
              Step.CERTIFICATE_REQUEST,
              Step.CLIENT_CERTIFICATE,
              Step.CLIENT_CERTIFICATE_VERIFY,
              Step.CLIENT_FINISHED,
              Step.CLIENT_AUTHENTICATION);
    }
  }

  @Test
  void anEmptyAnswerIsDecidedByThePolicy() {
    demand = CertificateDemand.REQUEST;
    decider = TestAuthenticators.allow();
    try (EngineServer server = new CommandedServer()) {
      OpenSsl.talk(server.port(), "!reauthenticate\nlast", "LAST", "-tls1_3", "-enable_pha");
      EngineServer.Connection connection = server.awaitConnection();
      assertThat(connection.failures).isEmpty();
      assertThat(proofs).containsExactly(Proof.NONE);
      assertThat(connection.order).contains("reauthenticated");
    }
  }

  @Test
  void aRefusedReauthenticationEndsTheConnection() {
    decider = TestAuthenticators.deny(Reason.CLIENT_IDENTITY_CHANGED);
    try (EngineServer server = new CommandedServer()) {
      String output =
          OpenSsl.talk(
              server.port(),
              "!reauthenticate\nlast",
              "alert",
              identity(ALICE, "-tls1_3", "-enable_pha"));
      EngineServer.Connection connection = server.awaitConnection();
      assertThat(connection.failures.getFirst().reason()).isEqualTo(Reason.CLIENT_IDENTITY_CHANGED);
      assertThat(output).contains("access denied");
    }
  }

  @Test
  void reauthenticationAlsoWorksOnAResumedConnection() {
    // Kept in SessionResumptionTest's manner: the transcript of an abbreviated handshake is
    // shorter.
    List<dev.handfast.handshake.ResumableSession> store = new CopyOnWriteArrayList<>();
    String file = directory.resolve("session").toString();
    try (EngineServer server =
        new EngineServer(
            ENGINES,
            hello -> {
              EngineSettings base = connectionSettings();
              return new EngineSettings(
                  base.profile(),
                  base.certificates(),
                  base.demand(),
                  base.authorities(),
                  base.authenticator(),
                  List.of(),
                  store,
                  Duration.ofHours(1),
                  EngineServer::newIdentity,
                  1,
                  false);
            }) {
          @Override
          void command(Connection connection, String command) {
            connection
                .engine()
                .requestCertificate(
                    CertificateDemand.REQUIRE, List.of(), TestAuthenticators.requireCertificate());
          }
        }) {
      OpenSsl.talk(
          server.port(),
          "first",
          "FIRST",
          identity(ALICE, "-tls1_3", "-enable_pha", "-sess_out", file));
      store.addAll(server.awaitConnection().issued);
      String output =
          OpenSsl.talk(
              server.port(),
              "!pha\nlast",
              "LAST",
              identity(ALICE, "-tls1_3", "-enable_pha", "-sess_in", file));
      EngineServer.Connection connection = server.awaitConnection();
      assertThat(connection.failures).as(output).isEmpty();
      assertThat(connection.established.getFirst().resumed()).isTrue();
      assertThat(connection.order).contains("reauthenticated");
    }
  }
}
