package dev.handfast.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.handshake.ClientAuthentication;
import dev.handfast.handshake.ClientHello;
import dev.handfast.handshake.Failure;
import dev.handfast.handshake.Handshake;
import dev.handfast.handshake.Negotiation.ServerCertificate;
import dev.handfast.handshake.ProtocolVersion;
import dev.handfast.handshake.Reason;
import dev.handfast.handshake.TlsProfile;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;

class SimulationTest {

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:30Z");
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final TlsProfile ONLY_TLS_1_3 =
      new TlsProfile(
          "planned",
          ProtocolVersion.TLS_1_3,
          ProtocolVersion.TLS_1_3,
          List.of("TLS_AES_128_GCM_SHA256"),
          List.of("x25519", "secp256r1"),
          List.of("ecdsa_secp256r1_sha256"));

  @ParameterizedTest
  @EnumSource
  void anotherProfileIsJudgedByTheCodeThatNegotiates(TestDatabase database) throws Exception {
    TestDatabase.Access access = database.open();
    write(
        access,
        List.of(
            completed("tls13.example", offer(List.of(0x0304, 0x0303)), List.of()),
            completed("tls12.example", offer(List.of(0x0303)), List.of()),
            completed("tls12.example", offer(List.of(0x0303)), List.of()),
            failed(Reason.NO_COMMON_VERSION, offer(List.of(0x0304))),
            failed(Reason.NO_COMMON_VERSION, offer(List.of(0x0302))),
            failed(Reason.SERVER_CERTIFICATE_UNTRUSTED, offer(List.of(0x0304)))));

    SimulationResult result = run(access, ONLY_TLS_1_3, null);

    assertThat(result.state()).isEqualTo("finished");
    assertThat(result.considered()).isEqualTo(6);
    assertThat(result.stillCompleting()).isEqualTo(1);
    assertThat(result.wouldFail()).isEqualTo(2);
    assertThat(result.byReason()).isEqualTo(Map.of("no_common_version", 2L));
    assertThat(result.wouldStartToComplete()).isEqualTo(1);
    assertThat(result.stillFailing()).isEqualTo(2);
    assertThat(result.examples())
        .filteredOn(example -> "no_common_version".equals(example.reason()))
        .hasSize(2)
        .allSatisfy(
            example -> {
              assertThat(example.serverName()).isEqualTo("tls12.example");
              assertThat(example.clientAddress()).isEqualTo("192.0.2.7");
              assertThat(example.ja4()).startsWith("t12d");
              assertThat(example.recorded()).isEqualTo("completed");
              assertThat(example.explanation()).contains("profile planned accepts only TLS 1.3");
            });
  }

  @ParameterizedTest
  @EnumSource
  void anotherPolicyIsAskedAboutTheChainsThatClientsSent(TestDatabase database) throws Exception {
    TestDatabase.Access access = database.open();
    X509Certificate alice = certificate("CN=alice");
    X509Certificate bob = certificate("CN=bob");
    ClientHello hello = offer(List.of(0x0304));
    write(
        access,
        List.of(
            completed("a.example", hello, List.of(alice)),
            completed("a.example", hello, List.of(bob)),
            completed("a.example", hello, List.of(bob)),
            completed("a.example", hello, List.of()),
            failed(Reason.NO_COMMON_VERSION, hello)));

    SimulationResult result = run(access, null, SimulationTest::onlyAlice);

    assertThat(result.stillCompleting()).isEqualTo(1);
    assertThat(result.wouldFail()).isEqualTo(3);
    assertThat(result.byReason())
        .isEqualTo(Map.of("client_not_authorized", 2L, "client_certificate_missing", 1L));
    assertThat(result.neverAsked()).isEqualTo(1);
    assertThat(result.stillFailing()).isEqualTo(1);
    assertThat(result.examples())
        .filteredOn(example -> "client_not_authorized".equals(example.reason()))
        .extracting(SimulationResult.Example::clientSubject)
        .containsOnly("CN=bob");
  }

  @ParameterizedTest
  @EnumSource
  void aCancelledSimulationKeepsWhatItFound(TestDatabase database) throws Exception {
    TestDatabase.Access access = database.open();
    write(access, List.of(completed("a.example", offer(List.of(0x0304)), List.of())));
    Simulation simulation = simulation(access, ONLY_TLS_1_3, null);
    simulation.cancel();
    simulation.run();
    assertThat(simulation.result().state()).isEqualTo("cancelled");
    assertThat(simulation.isRunning()).isFalse();
  }

  private static SimulationResult run(
      TestDatabase.Access access, @Nullable TlsProfile profile, @Nullable PolicyJudge policy)
      throws Exception {
    Simulation simulation = simulation(access, profile, policy);
    simulation.run();
    return simulation.result();
  }

  private static Simulation simulation(
      TestDatabase.Access access, @Nullable TlsProfile profile, @Nullable PolicyJudge policy)
      throws Exception {
    X509Certificate server = certificate("CN=server");
    SimulationPlan plan =
        new SimulationPlan(
            "web",
            NOW.minus(Duration.ofHours(1)),
            profile,
            policy,
            List.of(),
            name -> List.of(new ServerCertificate("default", 1, List.of(server))));
    return new Simulation(
        "simulation-1",
        plan,
        access.client(),
        new HandshakeJudge(plan, new SharedContentReader(access.client(), JSON)),
        new HandshakeQueries(access.client(), JSON));
  }

  private static ClientAuthentication onlyAlice(
      List<X509Certificate> chain, @Nullable String serverName) {
    String subject = chain.isEmpty() ? null : chain.getFirst().getSubjectX500Principal().getName();
    Reason reason =
        subject == null
            ? Reason.CLIENT_CERTIFICATE_MISSING
            : subject.equals("CN=alice") ? null : Reason.CLIENT_NOT_AUTHORIZED;
    return new ClientAuthentication(
        "planned",
        0,
        reason == null ? ClientAuthentication.Decision.ALLOW : ClientAuthentication.Decision.DENY,
        reason,
        true,
        subject,
        null,
        List.of());
  }

  private static void write(TestDatabase.Access access, List<Handshake> handshakes)
      throws Exception {
    HandshakeStore store =
        new HandshakeStore(access.template(), access.transaction(), JSON, InstantSource.fixed(NOW));
    Journal journal =
        new Journal(
            new JournalSettings(true, 1, 50, Map.of(), 100, Duration.ofDays(1), 1_000),
            store,
            new SimpleMeterRegistry(),
            InstantSource.fixed(NOW),
            System::nanoTime);
    handshakes.forEach(journal::record);
    journal.destroy();
  }

  private static Handshake completed(
      String serverName, ClientHello hello, List<X509Certificate> chain) {
    return TestHandshakes.handshake(
        "web", NOW, null, TestHandshakes.negotiated(), named(hello, serverName), chain);
  }

  private static Handshake failed(Reason reason, ClientHello hello) {
    return TestHandshakes.handshake(
        "web", NOW, new Failure(reason, "as provoked"), null, named(hello, "f.example"), List.of());
  }

  private static ClientHello named(ClientHello hello, String serverName) {
    return ClientOffer.of(hello).asClientHello(serverName);
  }

  private static ClientHello offer(List<Integer> versions) {
    ClientOffer like = ClientOffer.of(TestHandshakes.hello(null));
    return new ClientOffer(
            0x0303,
            versions,
            like.cipherSuites(),
            like.extensions(),
            like.groups(),
            like.keyShareGroups(),
            like.signatureSchemes(),
            like.certificateSignatureSchemes(),
            like.pointFormats(),
            like.applicationProtocols(),
            like.pskModes())
        .asClientHello(null);
  }

  static X509Certificate certificate(String subject) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair pair = generator.generateKeyPair();
    X500Name name = new X500Name(subject);
    return new JcaX509CertificateConverter()
        .getCertificate(
            new JcaX509v3CertificateBuilder(
                    name,
                    BigInteger.valueOf(subject.hashCode() & 0xffff),
                    Date.from(NOW.minus(Duration.ofDays(1))),
                    Date.from(NOW.plus(Duration.ofDays(1))),
                    name,
                    pair.getPublic())
                .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
  }
}
