package dev.handfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.handshake.Negotiated;
import dev.handfast.handshake.Step;
import dev.handfast.handshake.TlsProfile;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every version with every kind of key and every group, as OpenSSL sees it. */
class OpenSslHandshakeTest {

  private static final TlsEngines ENGINES = TlsEngines.create();
  private static final TestPki PKI = new TestPki();
  private static final Map<String, ServerCredential> CREDENTIALS = new LinkedHashMap<>();

  @BeforeAll
  static void prepare() {
    for (String type : new String[] {"EC-P256", "EC-P384", "EC-P521", "RSA-2048", "ED25519"}) {
      CREDENTIALS.put(type, ENGINES.prepare(PKI.server(type).credential(type)));
    }
  }

  private static ServerCredential credential(String key) {
    return Objects.requireNonNull(CREDENTIALS.get(key));
  }

  static Stream<Arguments> combinations() {
    Stream.Builder<Arguments> rows = Stream.builder();
    for (String key : new String[] {"EC-P256", "EC-P384", "RSA-2048", "ED25519"}) {
      for (String group : new String[] {"x25519", "secp256r1", "secp384r1", "secp521r1"}) {
        for (String version : new String[] {"TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"}) {
          boolean possible = !key.equals("ED25519") || version.compareTo("TLSv1.2") >= 0;
          if (possible) {
            rows.add(Arguments.of(version, key, group));
          }
        }
      }
    }
    return rows.build();
  }

  @ParameterizedTest
  @MethodSource("combinations")
  void handshakesAndTalks(String version, String key, String group) {
    TlsProfile profile = TestProfiles.withGroups(TestProfiles.OLD, group);
    try (EngineServer server =
        new EngineServer(ENGINES, hello -> EngineServer.settings(profile, credential(key)))) {
      String output =
          OpenSsl.talk(
              server.port(),
              "hello " + version,
              "HELLO " + version.toUpperCase(java.util.Locale.ROOT),
              "-" + version.replace("v", "").replace(".", "_").toLowerCase(java.util.Locale.ROOT),
              "-cipher",
              "ALL@SECLEVEL=0",
              "-groups",
              "X25519:P-256:P-384:P-521");
      EngineServer.Connection connection = server.awaitConnection();
      assertThat(connection.failures).as(output).isEmpty();
      assertThat(output).contains("HELLO TLSV1");
      Negotiated negotiated = connection.established.getFirst();
      assertThat(negotiated.protocol().label()).isEqualTo(version);
      assertThat(negotiated.group()).isEqualTo(group);
      assertThat(negotiated.certificate()).isEqualTo(key);
      assertThat(connection.stepNames()).endsWith(Step.ESTABLISHED);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "TLS_AES_128_GCM_SHA256, EC-P256",
    "TLS_AES_256_GCM_SHA384, EC-P256",
    "TLS_CHACHA20_POLY1305_SHA256, EC-P256",
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, EC-P256",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, RSA-2048",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, EC-P256",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, RSA-2048",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, EC-P256",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, RSA-2048",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256, EC-P256",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256, RSA-2048",
    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384, EC-P256",
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384, RSA-2048",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, EC-P256",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, RSA-2048",
    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA, EC-P256",
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA, RSA-2048",
    "TLS_RSA_WITH_AES_128_GCM_SHA256, RSA-2048",
    "TLS_RSA_WITH_AES_256_GCM_SHA384, RSA-2048",
    "TLS_RSA_WITH_AES_128_CBC_SHA256, RSA-2048",
    "TLS_RSA_WITH_AES_256_CBC_SHA256, RSA-2048",
    "TLS_RSA_WITH_AES_128_CBC_SHA, RSA-2048",
    "TLS_RSA_WITH_AES_256_CBC_SHA, RSA-2048",
  })
  void executesEveryCipherSuiteThatOpenSslHas(String suite, String key) {
    TlsProfile profile = TestProfiles.withCipherSuites(TestProfiles.OLD, suite);
    String version =
        suite.startsWith("TLS_AES") || suite.startsWith("TLS_CHACHA") ? "-tls1_3" : "-tls1_2";
    try (EngineServer server =
        new EngineServer(ENGINES, hello -> EngineServer.settings(profile, credential(key)))) {
      String output =
          OpenSsl.talk(server.port(), "over it", "OVER IT", version, "-cipher", "ALL@SECLEVEL=0");
      EngineServer.Connection connection = server.awaitConnection();
      assertThat(connection.failures).as(output).isEmpty();
      assertThat(output).contains("OVER IT");
      assertThat(connection.established.getFirst().cipherSuite()).isEqualTo(suite);
    }
  }
}
