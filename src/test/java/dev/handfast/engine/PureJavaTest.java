package dev.handfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.bouncycastle.tls.NamedGroup;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Without native code everything works, slower. */
@Isolated
class PureJavaTest {

  private static final TlsEngines ENGINES = createWithoutNativeCode();
  private static final TestPki PKI = new TestPki();

  private static TlsEngines createWithoutNativeCode() {
    System.setProperty(PrimitiveProviders.NATIVE_PROPERTY, "false");
    try {
      return TlsEngines.create();
    } finally {
      System.clearProperty(PrimitiveProviders.NATIVE_PROPERTY);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1.2, EC-P256, x25519", "1.2, RSA-2048, secp256r1", "1.3, EC-P256, secp256r1",
    "1.3, EC-P384, secp384r1", "1.3, RSA-2048, x25519", "1.3, ED25519, X25519MLKEM768",
    "1.0, RSA-2048, secp256r1",
  })
  void handshakesAndTalks(String version, String key, String group) {
    BcClient client = new BcClient();
    client.versions = ServerEngineTest.version(version).only();
    client.identity = PKI.client("CN=alice", "EC-P256");
    client.groups =
        new int[] {
          NamedGroup.X25519MLKEM768, NamedGroup.x25519, NamedGroup.secp256r1, NamedGroup.secp384r1
        };
    EngineSettings settings =
        EngineServer.demanding(
            EngineServer.settings(
                TestProfiles.withGroups(TestProfiles.OLD, group),
                ENGINES.prepare(PKI.server(key).credential(key))),
            dev.handfast.handshake.CertificateDemand.REQUIRE,
            TestAuthenticators.requireCertificate());
    Loopback loopback = new Loopback(ENGINES, client, settings).run();
    loopback.serverSends("pure");
    loopback.pump();

    assertThat(loopback.events.failures).isEmpty();
    assertThat(loopback.events.established.getFirst().group()).isEqualTo(group);
    assertThat(client.received()).isEqualTo("pure");
  }
}
