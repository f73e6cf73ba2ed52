package dev.handfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.handshake.CertificateDemand;
import dev.handfast.handshake.Failure;
import dev.handfast.handshake.Reason;
import dev.handfast.handshake.ResumableSession;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The JDK's own client against the engine. */
class JdkClientTest {

  private static final TlsEngines ENGINES = TlsEngines.create();
  private static final TestPki PKI = new TestPki();

  private static void talk(SSLSocket socket) throws IOException {
    try (socket) {
      socket.getOutputStream().write("hello\n".getBytes(StandardCharsets.UTF_8));
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      assertThat(in.readLine()).isEqualTo("HELLO");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "TLSv1.2, EC-P256", "TLSv1.3, EC-P256", "TLSv1.2, RSA-2048", "TLSv1.3, RSA-2048",
    "TLSv1.2, ED25519", "TLSv1.3, ED25519", "TLSv1.3, EC-P384", "TLSv1.2, EC-P521",
  })
  void trustsAndTalks(String version, String key) throws IOException {
    ServerCredential credential = ENGINES.prepare(PKI.server(key).credential(key));
    try (EngineServer server =
        new EngineServer(
            ENGINES, hello -> EngineServer.settings(TestProfiles.INTERMEDIATE, credential))) {
      talk(JdkClient.connect(PKI, server.port(), version));
      EngineServer.Connection connection = server.awaitConnection();
      assertThat(connection.failures).isEmpty();
      assertThat(connection.established.getFirst().protocol().label()).isEqualTo(version);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "TLSv1.2, EC-P256",
    "TLSv1.3, EC-P256",
    "TLSv1.2, RSA-2048",
    "TLSv1.3, RSA-4096",
    "TLSv1.3, ED25519",
  })
  void provesItself(String version, String key) throws IOException {
    TestPki.Identity alice = PKI.client("CN=alice", key);
    ServerCredential credential = ENGINES.prepare(PKI.server("EC-P256").credential("ec"));
    try (EngineServer server =
        new EngineServer(
            ENGINES,
            hello ->
                EngineServer.demanding(
                    EngineServer.settings(TestProfiles.INTERMEDIATE, credential),
                    CertificateDemand.REQUIRE,
                    TestAuthenticators.requireCertificate()))) {
      talk(JdkClient.connect(JdkClient.context(PKI, alice), server.port(), version));
      EngineServer.Connection connection = server.awaitConnection();
      assertThat(connection.failures).isEmpty();
      assertThat(connection.clientChains.getFirst()).isEqualTo(alice.chain());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void resumes(String version) throws IOException {
    List<ResumableSession> store = new CopyOnWriteArrayList<>();
    ServerCredential credential = ENGINES.prepare(PKI.server("EC-P256").credential("ec"));
    SSLContext context = JdkClient.context(PKI, null);
    try (EngineServer server =
        new EngineServer(
            ENGINES,
            hello ->
                new EngineSettings(
                    TestProfiles.INTERMEDIATE,
                    List.of(credential),
                    CertificateDemand.NONE,
                    List.of(),
                    TestAuthenticators.allow(),
                    List.of(),
                    store.stream()
                        .filter(
                            s ->
                                Arrays.equals(s.wireIdentity(), hello.sessionId())
                                    || hello.pskIdentities().stream()
                                        .anyMatch(
                                            p -> Arrays.equals(p.identity(), s.wireIdentity())))
                        .toList(),
                    Duration.ofHours(1),
                    EngineServer::newIdentity,
                    2,
                    false))) {
      talk(JdkClient.connect(context, server.port(), version));
      store.addAll(server.awaitConnection().issued);
      talk(JdkClient.connect(context, server.port(), version));
      EngineServer.Connection second = server.awaitConnection();
      assertThat(second.failures).isEmpty();
      assertThat(second.established.getFirst().resumed()).isTrue();
    }
  }

  @Test
  void refusesAChainThatItDoesNotTrust() throws IOException {
    ServerCredential foreign = ENGINES.prepare(new TestPki().server("EC-P256").credential("ec"));
    try (EngineServer server =
        new EngineServer(
            ENGINES, hello -> EngineServer.settings(TestProfiles.INTERMEDIATE, foreign))) {
      for (String version : new String[] {"TLSv1.2", "TLSv1.3"}) {
        org.assertj.core.api.Assertions.assertThatThrownBy(
                () -> JdkClient.connect(PKI, server.port(), version))
            .hasRootCauseInstanceOf(java.security.GeneralSecurityException.class);
        Failure failure = server.awaitConnection().failures.getFirst();
        assertThat(failure.reason())
            .isIn(Reason.SERVER_CERTIFICATE_REJECTED, Reason.SERVER_CERTIFICATE_UNTRUSTED);
        assertThat(failure.explanation()).contains("issuer CN=Test Root");
      }
    }
  }
}
