package dev.handfast.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handfast.handshake.Alert;
import dev.handfast.handshake.CertificateDemand;
import dev.handfast.handshake.ClientAuthentication;
import dev.handfast.handshake.ClientAuthenticator;
import dev.handfast.handshake.Failure;
import dev.handfast.handshake.HandshakeStep;
import dev.handfast.handshake.Negotiated;
import dev.handfast.handshake.Reason;
import dev.handfast.handshake.Step;
import dev.handfast.handshake.StepDetail;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.ContentType;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.ProtocolVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerEngineTest {

  private static final TlsEngines ENGINES = TlsEngines.create();
  private static final TestPki PKI = new TestPki();
  private static final ServerCredential EC =
      ENGINES.prepare(PKI.server("EC-P256").credential("ec"));
  private static final ServerCredential RSA =
      ENGINES.prepare(PKI.server("RSA-2048").credential("rsa"));

  private final BcClient client = new BcClient();

  private static EngineSettings old() {
    return EngineServer.settings(TestProfiles.OLD, EC, RSA);
  }

  private static EngineSettings asking(CertificateDemand demand, ClientAuthenticator decider) {
    return EngineServer.demanding(old(), demand, decider);
  }

  private Loopback run(EngineSettings settings) {
    return new Loopback(ENGINES, client, settings).run();
  }

  private void only(ProtocolVersion version) {
    client.versions = version.only();
  }

  static ProtocolVersion version(String name) {
    return switch (name) {
      case "1.3" -> ProtocolVersion.TLSv13;
      case "1.2" -> ProtocolVersion.TLSv12;
      case "1.1" -> ProtocolVersion.TLSv11;
      default -> ProtocolVersion.TLSv10;
    };
  }

  // ---- Completing

  @Test
  void tls13TellsItsStepsInTheOrderInWhichTheyHappened() {
    Loopback loopback = run(old());

    assertThat(loopback.events.stepNames())
        .containsExactly(
            Step.CLIENT_HELLO,
            Step.SERVER_HELLO,
            Step.ENCRYPTED_EXTENSIONS,
            Step.SERVER_CERTIFICATE,
            Step.SERVER_CERTIFICATE_VERIFY,
            Step.SERVER_FINISHED,
            Step.SESSION_KEYS,
            Step.SERVER_AUTHENTICATED,
            Step.CLIENT_FINISHED,
            Step.ESTABLISHED);
    Duration last = Duration.ZERO;
    for (HandshakeStep step : loopback.events.steps) {
      assertThat(step.at()).isGreaterThanOrEqualTo(last);
      last = step.at();
    }
    assertThat(loopback.events.order).containsExactly("started", "established");
  }

  @Test
  void tls12TellsItsStepsWithClientCertificate() {
    only(ProtocolVersion.TLSv12);
    client.identity = PKI.client("CN=alice", "EC-P256");

    Loopback loopback = run(asking(CertificateDemand.REQUIRE, TestAuthenticators.allow()));

    assertThat(loopback.events.stepNames())
        .containsExactly(
            Step.CLIENT_HELLO,
            Step.SERVER_HELLO,
            Step.SERVER_CERTIFICATE,
            Step.SERVER_KEY_EXCHANGE,
            Step.CERTIFICATE_REQUEST,
            Step.SERVER_HELLO_DONE,
            Step.SERVER_AUTHENTICATED,
            Step.CLIENT_CERTIFICATE,
            Step.CLIENT_KEY_EXCHANGE,
            Step.SESSION_KEYS,
            Step.CLIENT_CERTIFICATE_VERIFY,
            Step.CLIENT_AUTHENTICATION,
            Step.CLIENT_CHANGE_CIPHER_SPEC,
            Step.CLIENT_FINISHED,
            Step.SERVER_CHANGE_CIPHER_SPEC,
            Step.SERVER_FINISHED,
            Step.ESTABLISHED);
  }

  @Test
  void theHybridGroupIsPreferred() {
    client.groups = new int[] {NamedGroup.x25519, NamedGroup.X25519MLKEM768};
    client.earlyGroups = new int[] {NamedGroup.X25519MLKEM768, NamedGroup.x25519};

    assertThat(run(old()).events.established.getFirst().group()).isEqualTo("X25519MLKEM768");
  }

  @Test
  void aMissingKeyShareIsAskedForAgain() {
    client.groups = new int[] {NamedGroup.x25519, NamedGroup.secp384r1};
    client.earlyGroups = new int[] {NamedGroup.x25519};
    EngineSettings settings =
        EngineServer.settings(TestProfiles.withGroups(TestProfiles.OLD, "secp384r1"), EC);

    Loopback loopback = run(settings);

    assertThat(loopback.events.stepNames())
        .startsWith(
            Step.CLIENT_HELLO, Step.HELLO_RETRY_REQUEST, Step.CLIENT_HELLO, Step.SERVER_HELLO);
    assertThat(loopback.events.established.getFirst().group()).isEqualTo("secp384r1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.0", "1.1", "1.2"})
  void tripleDesWithRsaKeyExchangeServesTheOldestClients(String version) {
    only(version(version));
    client.suites = new int[] {CipherSuite.TLS_RSA_WITH_3DES_EDE_CBC_SHA};

    Loopback loopback = run(old());
    loopback.client.send("ping");
    loopback.pump();
    loopback.serverSends("pong");
    loopback.pump();

    Negotiated negotiated = loopback.events.established.getFirst();
    assertThat(negotiated.cipherSuite()).isEqualTo("TLS_RSA_WITH_3DES_EDE_CBC_SHA");
    assertThat(negotiated.group()).isNull();
    assertThat(negotiated.signatureScheme()).isNull();
    assertThat(loopback.receivedByServer()).isEqualTo("ping");
    assertThat(client.received()).isEqualTo("pong");
  }

  @Test
  void applicationProtocolFollowsTheServersPreference() {
    client.alpn = new String[] {"http/1.1", "h2"};
    EngineSettings base = old();
    EngineSettings settings =
        new EngineSettings(
            base.profile(),
            base.certificates(),
            base.demand(),
            base.authorities(),
            base.authenticator(),
            List.of("h2", "http/1.1"),
            List.of(),
            Duration.ZERO,
            EngineServer::newIdentity,
            0,
            false);

    assertThat(run(settings).events.established.getFirst().alpn()).isEqualTo("h2");
  }

  @Test
  void plaintextFlowsInBothDirectionsInAnyPieces() {
    Loopback loopback = run(old());
    String text = "x".repeat(100_000);
    client.send(text);
    byte[] bytes = client.takeOutput();
    for (int i = 0; i < bytes.length; i += 7) {
      loopback.engine().receive(ByteBuffer.wrap(bytes, i, Math.min(7, bytes.length - i)));
    }
    assertThat(loopback.receivedByServer()).isEqualTo(text);
    loopback.serverSends(text);
    loopback.pump();
    assertThat(client.received()).isEqualTo(text);
  }

  // ---- Client authentication

  @ParameterizedTest
  @CsvSource({
    "1.0, EC-P256", "1.1, EC-P256", "1.2, EC-P256", "1.3, EC-P256",
    "1.0, RSA-2048", "1.1, RSA-2048", "1.2, RSA-2048", "1.3, RSA-2048",
    "1.2, ED25519", "1.3, ED25519", "1.3, RSA-4096",
  })
  void theClientIsAuthenticatedAfterItsSignatureWasVerified(String version, String key) {
    only(version(version));
    client.identity = PKI.client("CN=alice", key);
    List<ClientAuthenticator.Proof> proofs = new ArrayList<>();

    Loopback loopback =
        run(
            asking(
                CertificateDemand.REQUIRE,
                (chain, proof) -> {
                  proofs.add(proof);
                  return TestAuthenticators.allow().authenticate(chain, proof);
                }));

    assertThat(loopback.events.failures).isEmpty();
    assertThat(proofs).containsExactly(ClientAuthenticator.Proof.VERIFIED);
    assertThat(loopback.events.clientChains.getFirst()).isEqualTo(client.identity.chain());
    assertThat(loopback.events.order)
        .containsExactly("started", "clientCertificates", "clientAuthenticated", "established");
  }

  @ParameterizedTest
  @CsvSource({"1.0, HANDSHAKE_FAILURE", "1.2, HANDSHAKE_FAILURE", "1.3, CERTIFICATE_REQUIRED"})
  void aClientWithoutCertificateIsRefusedWhereOneIsRequired(String version, Alert alert) {
    only(version(version));
    Loopback loopback =
        run(asking(CertificateDemand.REQUIRE, TestAuthenticators.requireCertificate()));

    assertThat(loopback.failure().reason()).isEqualTo(Reason.CLIENT_CERTIFICATE_MISSING);
    assertThat(loopback.failure().explanation()).contains("sent no certificate");
    assertThat(client.alertReceived).isEqualTo(alert.code());
    assertThat(loopback.engine().alerts().sent()).isEqualTo(alert);
    assertThat(loopback.engine().closed()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.2", "1.3"})
  void aClientWithoutCertificateComesInWhereOneIsOnlyRequested(String version) {
    only(version(version));
    Loopback loopback = run(asking(CertificateDemand.REQUEST, TestAuthenticators.allow()));

    assertThat(loopback.events.established).hasSize(1);
    assertThat(loopback.events.clientChains).containsExactly(List.of());
  }

  @ParameterizedTest
  @CsvSource({
    "1.2, CLIENT_CERTIFICATE_EXPIRED", "1.3, CLIENT_CERTIFICATE_EXPIRED",
    "1.2, CLIENT_CERTIFICATE_NOT_YET_VALID", "1.3, CLIENT_ISSUER_UNTRUSTED",
    "1.3, CLIENT_CHAIN_INVALID", "1.3, CLIENT_CERTIFICATE_UNSUITABLE",
    "1.2, CLIENT_NOT_AUTHORIZED", "1.3, CLIENT_NOT_AUTHORIZED",
    "1.3, CLIENT_CERTIFICATE_REVOKED", "1.3, CLIENT_REVOCATION_UNKNOWN",
  })
  void aRefusalReachesTheClientAsTheReasonsAlert(String version, Reason reason) {
    only(version(version));
    client.identity = PKI.client("CN=mallory", "EC-P256");
    Loopback loopback = run(asking(CertificateDemand.REQUIRE, TestAuthenticators.deny(reason)));

    assertThat(loopback.failure().reason()).isEqualTo(reason);
    assertThat(client.alertReceived).isEqualTo(reason.alert(null).orElseThrow().code());
    assertThat(loopback.events.established).isEmpty();
  }

  @Test
  void aShadowPolicyRecordsAndLetsIn() {
    client.identity = PKI.client("CN=alice", "EC-P256");
    Loopback loopback =
        run(
            asking(
                CertificateDemand.REQUIRE,
                TestAuthenticators.shadow(Reason.CLIENT_NOT_AUTHORIZED)));

    assertThat(loopback.events.established).hasSize(1);
    assertThat(loopback.events.authentications.getFirst().decision())
        .isEqualTo(ClientAuthentication.Decision.DENY);
  }

  @Test
  void anAuthenticatorThatFailsLetsNobodyIn() {
    client.identity = PKI.client("CN=alice", "EC-P256");
    Loopback loopback =
        run(
            asking(
                CertificateDemand.REQUIRE,
                (chain, proof) -> {
                  throw new IllegalStateException("secret detail");
                }));

    assertThat(loopback.failure().reason()).isEqualTo(Reason.INTERNAL_ERROR);
    assertThat(loopback.failure().explanation()).doesNotContain("secret detail");
    assertThat(client.alertReceived).isEqualTo(AlertDescription.internal_error);
  }

  @ParameterizedTest
  @CsvSource({
    "1.0, RSA-2048",
    "1.1, EC-P256",
    "1.2, EC-P256",
    "1.2, RSA-2048",
    "1.3, EC-P256",
    "1.3, RSA-2048",
    "1.3, ED25519",
  })
  void aSignatureThatDoesNotVerifyLetsNobodyIn(String version, String key) {
    only(version(version));
    client.identity = PKI.client("CN=thief", key);
    client.breakSignature = true;
    List<ClientAuthenticator.Proof> proofs = new ArrayList<>();

    Loopback loopback =
        run(
            asking(
                CertificateDemand.REQUIRE,
                (chain, proof) -> {
                  proofs.add(proof);
                  return TestAuthenticators.allow().authenticate(chain, proof);
                }));

    assertThat(loopback.failure().reason()).isEqualTo(Reason.CLIENT_SIGNATURE_INVALID);
    assertThat(proofs).containsExactly(ClientAuthenticator.Proof.FAILED);
    assertThat(client.alertReceived).isEqualTo(AlertDescription.decrypt_error);
  }

  @Test
  void aChainOfTenIntermediatesIsTaken() {
    client.identity = PKI.behindIntermediates(10, "CN=deep");
    Loopback loopback = run(asking(CertificateDemand.REQUIRE, TestAuthenticators.allow()));

    assertThat(loopback.events.failures).isEmpty();
    assertThat(loopback.events.clientChains.getFirst()).hasSize(11);
  }

  @Test
  void aChainThatIsTooLongIsRefused() {
    client.identity = PKI.behindIntermediates(17, "CN=deeper");
    Loopback loopback = run(asking(CertificateDemand.REQUIRE, TestAuthenticators.allow()));

    assertThat(loopback.failure().reason()).isEqualTo(Reason.CLIENT_CHAIN_INVALID);
    assertThat(loopback.failure().explanation()).contains("at most 16");
  }

  @Test
  void theRequestNamesTheAuthorities() {
    EngineSettings base = asking(CertificateDemand.REQUEST, TestAuthenticators.allow());
    EngineSettings settings =
        new EngineSettings(
            base.profile(),
            base.certificates(),
            base.demand(),
            List.of(PKI.root().certificate().getSubjectX500Principal()),
            base.authenticator(),
            List.of(),
            List.of(),
            Duration.ZERO,
            EngineServer::newIdentity,
            0,
            false);
    Loopback loopback = run(settings);

    assertThat(client.request().getCertificateAuthorities()).hasSize(1);
    assertThat(loopback.events.steps)
        .anySatisfy(
            step -> assertThat(step.detail()).isEqualTo(new StepDetail.CertificateAsked(1, false)));
  }

  // ---- Failing

  @ParameterizedTest
  @CsvSource({
    "48, SERVER_CERTIFICATE_UNTRUSTED",
    "45, SERVER_CERTIFICATE_EXPIRED",
    "44, SERVER_CERTIFICATE_REVOKED",
    "42, SERVER_CERTIFICATE_REJECTED",
    "43, SERVER_CERTIFICATE_REJECTED",
    "46, SERVER_CERTIFICATE_REJECTED",
    "80, CLIENT_ALERT",
    "40, CLIENT_ALERT",
  })
  void aClientsAlertIsInterpreted(short alert, Reason reason) {
    for (String version : new String[] {"1.2", "1.3"}) {
      BcClient refusing = new BcClient();
      refusing.versions = version(version).only();
      refusing.rejectServerWith = alert;
      Loopback loopback = new Loopback(ENGINES, refusing, old()).run();

      assertThat(loopback.failure().reason()).as(version).isEqualTo(reason);
      assertThat(loopback.engine().alerts().received())
          .isEqualTo(Alert.ofCode(alert).orElseThrow());
      assertThat(loopback.engine().alerts().sent()).isNull();
      assertThat(loopback.events.stepNames()).endsWith(Step.ALERT_RECEIVED);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "unknown_ca | issuer CN=Test Root; does it need an intermediate?",
        "certificate_expired | certificate ec of issuer CN=Test Root expired or not yet valid: ",
        "certificate_revoked | certificate ec revoked: serial number ",
        "bad_certificate | the client asked for other.example, and the certificate is for ",
        "certificate_unknown | the client asked for other.example, and the certificate is for ",
        "unsupported_certificate | a key of type EC and was signed with ",
        "bad_certificate_status_response | no OCSP response was stapled",
        "handshake_failure | does not accept what was chosen from its own offer (TLSv1.3, TLS_",
        "insufficient_security | demands stronger parameters than TLSv1.3, TLS_",
        "protocol_version | does not accept TLSv1.3",
        "no_application_protocol | another application protocol (ALPN) than none",
        "decrypt_error | cannot verify a signature",
        "internal_error | the client's own; its log says more",
        "user_canceled | its program canceled",
        "ech_required | Encrypted Client Hello",
      })
  void aClientsAlertIsExplainedWithTheEvidenceAndWhatToDo(String alert, String explanation) {
    client.serverName = "other.example";
    client.rejectServerWith = (short) Alert.valueOf(alert.toUpperCase(Locale.ROOT)).code();
    assertThat(run(old()).failure().explanation()).contains(explanation);
  }

  @Test
  void anAlertThatNobodyAssignedIsReportedByItsNumber() {
    client.rejectServerWith = 199;
    assertThat(run(old()).failure().explanation()).contains("alert 199, which is not assigned");
  }

  @Test
  void whatIsNotCommonFailsBeforeTheProtocolBegins() {
    only(ProtocolVersion.TLSv10);
    Loopback loopback = run(EngineServer.settings(TestProfiles.INTERMEDIATE, EC));

    assertThat(loopback.failure())
        .isEqualTo(
            new Failure(
                Reason.NO_COMMON_VERSION,
                "offered TLS 1.0; profile intermediate accepts TLS 1.2 to 1.3"));
    assertThat(client.alertReceived).isEqualTo(AlertDescription.protocol_version);
    assertThat(loopback.events.stepNames()).containsExactly(Step.CLIENT_HELLO, Step.ALERT_SENT);
    assertThat(loopback.events.order).containsExactly("started", "failed");
  }

  @Test
  void withoutCertificateEveryHandshakeFails() {
    assertThat(run(EngineServer.settings(TestProfiles.OLD)).failure().reason())
        .isEqualTo(Reason.NO_CERTIFICATE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.2", "1.3"})
  void anAlteredRecordIsNotAuthentic(String version) {
    only(version(version));
    Loopback loopback = run(old());
    client.send("money for alice");
    byte[] bytes = client.takeOutput();
    bytes[bytes.length - 1] ^= 1;
    loopback.engine().receive(ByteBuffer.wrap(bytes));
    loopback.pump();

    assertThat(loopback.failure().reason()).isEqualTo(Reason.RECORD_NOT_AUTHENTIC);
    assertThat(client.alertReceived).isEqualTo(AlertDescription.bad_record_mac);
  }

  @Test
  void anOversizedRecordIsRefusedBeforeItIsBuffered() {
    Loopback loopback = run(old());
    loopback.engine().receive(ByteBuffer.wrap(new byte[] {23, 3, 3, 0x7f, (byte) 0xff}));

    assertThat(loopback.failure().reason()).isEqualTo(Reason.RECORD_TOO_LARGE);
  }

  /** What is altered between two honest sides shows at the latest in Finished. */
  @Test
  void anAlteredHelloShowsInFinished() {
    only(ProtocolVersion.TLSv12);
    client.extendedMasterSecret = false;
    client.connect();
    byte[] first = client.takeOutput();
    alterCipherSuite(first);
    Loopback loopback = new Loopback(ENGINES, client, old());
    ServerEngine engine = loopback.start(first);
    engine.receive(ByteBuffer.wrap(first));
    loopback.pump();

    assertThat(loopback.failure().reason()).isEqualTo(Reason.FINISHED_NOT_AUTHENTIC);
    assertThat(client.alertReceived).isEqualTo(AlertDescription.decrypt_error);
  }

  @Test
  void theSecondHelloMustBeTheFirst() {
    client.groups = new int[] {NamedGroup.x25519, NamedGroup.secp384r1};
    EngineSettings settings =
        EngineServer.settings(TestProfiles.withGroups(TestProfiles.OLD, "secp384r1"), EC);
    client.connect();
    byte[] first = client.takeOutput();
    Loopback loopback = new Loopback(ENGINES, client, settings);
    ServerEngine engine = loopback.start(first);
    engine.receive(ByteBuffer.wrap(first));
    byte[] retry = new byte[engine.pendingCiphertext()];
    engine.takeCiphertext(ByteBuffer.wrap(retry));
    client.give(retry);
    byte[] second = client.takeOutput();
    alterCipherSuite(second);
    engine.receive(ByteBuffer.wrap(second));

    assertThat(loopback.failure().reason()).isEqualTo(Reason.ILLEGAL_PARAMETER);
    assertThat(loopback.failure().explanation()).contains("cipher_suites changed");
  }

  private static void alterCipherSuite(byte[] record) {
    int changeCipherSpec = record[0] == ContentType.change_cipher_spec ? 6 : 0;
    int sessionId = changeCipherSpec + 5 + 4 + 2 + 32;
    int suites = sessionId + 1 + record[sessionId];
    int length = (record[suites] & 0xff) << 8 | (record[suites + 1] & 0xff);
    // The very last one signals RFC 5746.
    record[suites + 2 + length - 4] = (byte) 0xfe;
  }

  @ParameterizedTest
  @ValueSource(ints = {0x001d, 0x0017})
  void aKeyShareThatIsNoKeyIsRefused(int group) {
    // All zero: for X25519 a point of low order, for P-256 not even a point.
    byte[] hello = dev.handfast.handshake.Hellos.modern().groups(group).keyShares(group).records();
    Loopback loopback = new Loopback(ENGINES, client, old());
    ServerEngine engine = loopback.start(hello);
    engine.receive(ByteBuffer.wrap(hello));

    assertThat(loopback.failure().reason()).isEqualTo(Reason.ILLEGAL_PARAMETER);
    assertThat(loopback.engine().alerts().sent()).isEqualTo(Alert.ILLEGAL_PARAMETER);
  }

  @Test
  void aPointThatIsNotOnItsCurveIsRefused() {
    byte[] share = new byte[2 + 2 + 2 + 65];
    share[1] = 69;
    share[3] = 0x17;
    share[5] = 65;
    share[6] = 4;
    share[70] = 1;
    byte[] hello =
        dev.handfast.handshake.Hellos.modern().groups(0x0017).extension(51, share).records();
    Loopback loopback = new Loopback(ENGINES, client, old());
    loopback.start(hello).receive(ByteBuffer.wrap(hello));

    assertThat(loopback.failure().reason()).isEqualTo(Reason.ILLEGAL_PARAMETER);
  }

  @Test
  void anUnexpectedMessageIsRefused() throws Exception {
    Loopback loopback = run(old());
    client.protocol.record(ContentType.handshake, new byte[] {20, 0, 0, 1, 0});
    loopback.pump();

    assertThat(loopback.failure().reason()).isEqualTo(Reason.UNEXPECTED_MESSAGE);
  }

  @Test
  void aMessageThatIsTooLongIsRefusedByItsHeader() throws Exception {
    Loopback loopback = run(old());
    client.protocol.record(ContentType.handshake, new byte[] {11, 2, 0, 0});
    loopback.pump();

    assertThat(loopback.failure().reason()).isEqualTo(Reason.ILLEGAL_PARAMETER);
    assertThat(loopback.failure().explanation()).contains("too long");
  }

  @Test
  void aMalformedMessageIsRefused() throws Exception {
    Loopback loopback = run(old());
    client.protocol.record(ContentType.handshake, new byte[] {24, 0, 0, 2, 0, 0});
    loopback.pump();

    assertThat(loopback.failure().reason()).isEqualTo(Reason.MALFORMED_MESSAGE);
  }

  @Test
  void aFloodOfWarningsEnds() throws Exception {
    only(ProtocolVersion.TLSv12);
    Loopback loopback = run(old());
    for (int i = 0; i < 6; i++) {
      client.protocol.alert((short) 1, AlertDescription.unrecognized_name);
    }
    loopback.pump();

    assertThat(loopback.failure().reason()).isEqualTo(Reason.UNEXPECTED_MESSAGE);
  }

  @Test
  void theEndOfInputWithinAHandshakeIsAFailure() {
    client.connect();
    byte[] first = client.takeOutput();
    Loopback loopback = new Loopback(ENGINES, client, old());
    ServerEngine engine = loopback.start(first);
    engine.receive(ByteBuffer.wrap(first));
    engine.inputClosed();

    assertThat(loopback.failure().reason()).isEqualTo(Reason.CLIENT_CLOSED);
    assertThat(loopback.failure().explanation()).contains("after session_keys");
  }

  @Test
  void theCallerCanAbort() {
    client.connect();
    byte[] first = client.takeOutput();
    Loopback loopback = new Loopback(ENGINES, client, old());
    ServerEngine engine = loopback.start(first);
    engine.receive(ByteBuffer.wrap(first));
    engine.abort(new Failure(Reason.HANDSHAKE_TIMEOUT, "10 s are over"));
    loopback.pump();

    assertThat(loopback.failure().reason()).isEqualTo(Reason.HANDSHAKE_TIMEOUT);
    assertThat(client.alertReceived).isEqualTo(AlertDescription.user_canceled);
    assertThat(engine.closed()).isTrue();
  }

  @Test
  void closeNotifyClosesOneDirection() throws Exception {
    Loopback loopback = run(old());
    client.protocol.alert((short) 1, AlertDescription.close_notify);
    loopback.pump();
    assertThat(loopback.events.order).endsWith("inputClosed");
    assertThat(loopback.engine().closed()).isFalse();

    loopback.serverSends("last words");
    loopback.engine().closeOutput();
    loopback.pump();

    assertThat(client.received()).isEqualTo("last words");
    assertThat(loopback.engine().closed()).isTrue();
    assertThat(loopback.events.failures).isEmpty();
  }

  @Test
  void sendingBeforeTheHandshakeIsACallersMistake() {
    client.connect();
    Loopback loopback = new Loopback(ENGINES, client, old());
    ServerEngine engine = loopback.start(client.takeOutput());
    assertThatThrownBy(() -> engine.send(ByteBuffer.allocate(1)))
        .isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.0", "1.2", "1.3"})
  void everyAlteredByteOfTheClientsSecondFlightEndsInOneReason(String version) {
    int length = secondFlight(version, -1, -1);
    for (int i = 0; i < length; i += 13) {
      secondFlight(version, i, 0);
    }
  }

  @Test
  void everyTruncationEndsAsClosedByTheClient() {
    int length = secondFlight("1.3", -1, -1);
    for (int i = 0; i < length - 1; i += 17) {
      secondFlight("1.3", -1, i);
    }
  }

  /** Alters one byte, or cuts the flight short; returns its length. */
  private static int secondFlight(String version, int alter, int cut) {
    BcClient someone = new BcClient();
    someone.versions = version(version).only();
    someone.identity = SOMEBODY;
    Loopback loopback =
        new Loopback(
            ENGINES, someone, asking(CertificateDemand.REQUIRE, TestAuthenticators.allow()));
    someone.connect();
    byte[] first = someone.takeOutput();
    ServerEngine engine = loopback.start(first);
    engine.receive(ByteBuffer.wrap(first));
    byte[] answer = new byte[engine.pendingCiphertext()];
    engine.takeCiphertext(ByteBuffer.wrap(answer));
    someone.give(answer);
    byte[] second = someone.takeOutput();
    if (alter >= 0) {
      // An ECDSA signature is a byte or two longer or shorter each time.
      second[Math.min(alter, second.length - 1)] ^= 0x55;
    }
    boolean whole = cut < 0 || alter >= 0;
    engine.receive(
        ByteBuffer.wrap(second, 0, whole ? second.length : Math.min(cut, second.length - 1)));
    if (alter >= 0 || cut >= 0) {
      engine.inputClosed();
      boolean harmless = loopback.events.established.size() == 1;
      assertThat(loopback.events.failures.size() + (harmless ? 1 : 0))
          .as("byte %d, cut %d", alter, cut)
          .isEqualTo(1);
      assertThat(loopback.events.failures)
          .allSatisfy(f -> assertThat(f.reason()).isNotEqualTo(Reason.INTERNAL_ERROR));
    }
    return second.length;
  }

  private static final TestPki.Identity SOMEBODY = PKI.client("CN=somebody", "EC-P256");
}
