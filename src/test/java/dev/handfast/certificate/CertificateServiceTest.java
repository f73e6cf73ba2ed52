package dev.handfast.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.handfast.configuration.AlreadyExistsException;
import dev.handfast.configuration.ConfigurationChanges;
import dev.handfast.configuration.InUseException;
import dev.handfast.configuration.InvalidConfigurationException;
import dev.handfast.configuration.NotFoundException;
import dev.handfast.configuration.References;
import dev.handfast.configuration.ResourceType;
import dev.handfast.configuration.RevisionMismatchException;
import dev.handfast.handshake.Credential;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What can be done with certificates; run on H2 and on PostgreSQL. */
@SpringBootTest(
    properties = {
      "handfast.bootstrap.port=0",
      "handfast.master-key=AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA="
    })
@Import({CertificateServiceTest.Users.class, CertificateServiceTest.Listening.class})
abstract class CertificateServiceTest {

  private static final OptionalLong ANY = OptionalLong.empty();

  @TempDir Path directory;
  @Autowired CertificateService service;
  @Autowired CertificateRepository repository;
  @Autowired Certificates certificates;
  @Autowired ConfigurationChanges changes;
  @Autowired LocalCa localCa;
  @Autowired MeterRegistry meters;
  @Autowired JdbcClient jdbc;
  @Autowired Listening listening;

  @TestConfiguration
  static class Users {

    @Bean
    References.Source listenerThatUsesOne() {
      return (type, name) ->
          type == ResourceType.CERTIFICATE && name.equals("used")
              ? List.of("listener default")
              : List.of();
    }
  }

  @TestConfiguration(proxyBeanMethods = false)
  static class Listening {

    final List<CertificatesChanged> seen = new CopyOnWriteArrayList<>();

    @EventListener
    void on(CertificatesChanged changed) {
      seen.add(changed);
    }
  }

  @Test
  void everyChangeOfTheCurrentVersionIsToldAndNothingElse() {
    CertificateBody body =
        generate("told", "CN=told", List.of("told.example"), "EC-P256", "P90D", "self");
    listening.seen.clear();
    service.create(body);
    service.create(
        generate("other", "CN=other", List.of("other.example"), "EC-P256", "P90D", "self"));
    assertThat(listening.seen).as("nobody used them before").isEmpty();

    service.addVersion(
        "told", ANY, generate(null, "CN=told", List.of("told.example"), "EC-P256", "P90D", "self"));
    service.rollback("told", ANY, null);
    service.deleteVersion("told", 2);
    service.delete("told", ANY);

    assertThat(listening.seen)
        .as("added, rolled back, deleted")
        .containsExactly(
            new CertificatesChanged(Set.of("told")),
            new CertificatesChanged(Set.of("told")),
            new CertificatesChanged(Set.of("told")));
  }

  @ParameterizedTest
  @EnumSource(KeyType.class)
  void aCertificateOfTheLocalCaIsTrustedByOpenSsl(KeyType type) {
    OpenSsl openssl = new OpenSsl(directory);
    String name = "local-" + type.text().toLowerCase(Locale.ROOT);

    CertificateView created =
        service.create(
            generate(
                name,
                "CN=www.example,O=Example",
                List.of("www.example", "*.w.example", "192.0.2.1", "2001:db8::1"),
                type.text(),
                "P90D",
                "local-ca"));

    assertThat(created.keyType()).isEqualTo(type.text());
    assertThat(created.subject()).isEqualTo("CN=www.example,O=Example");
    assertThat(created.subjectAltNames())
        .containsExactly("www.example", "*.w.example", "192.0.2.1", "2001:db8:0:0:0:0:0:1");
    assertThat(created.warnings()).isEmpty();
    assertThat(created.origin()).isEqualTo("local-ca");
    openssl.write("root.crt", X509.toPem(List.of(localCa.root().orElseThrow())));
    openssl.write("chain.crt", String.valueOf(created.chainPem()));
    assertThat(
            openssl.run(
                "verify",
                "-x509_strict",
                "-purpose",
                "sslserver",
                "-verify_hostname",
                "a.w.example",
                "-CAfile",
                "@root.crt",
                "-untrusted",
                "@chain.crt",
                "@chain.crt"))
        .contains("OK");
    Credential credential = certificates.current(name).orElseThrow();
    assertThat(
            ServerChain.match(
                credential.chain().getFirst().getPublicKey(), credential.privateKey()))
        .isTrue();
  }

  @ParameterizedTest
  @EnumSource(
      value = KeyType.class,
      names = {"EC_P256", "RSA_2048", "ED25519"})
  void aSelfSignedCertificateIsTrustedWhereItIsKnown(KeyType type) {
    OpenSsl openssl = new OpenSsl(directory);
    String name = "self-" + type.text().toLowerCase(Locale.ROOT);

    CertificateView created =
        service.create(generate(name, null, List.of("self.example"), type.text(), "PT1H", "self"));

    assertThat(created.subject()).isEqualTo("CN=self.example").isEqualTo(created.issuer());
    assertThat(created.renewAt()).isNull();
    openssl.write("self.crt", String.valueOf(created.chainPem()));
    assertThat(
            openssl.run(
                "verify", "-verify_hostname", "self.example", "-CAfile", "@self.crt", "@self.crt"))
        .contains("OK");
  }

  @Test
  void aNewVersionIsInForceWhenTheCallReturnsAndOthersKeepTheirInstance() {
    service.create(generate("turning"));
    service.create(generate("staying"));
    Credential turning = certificates.current("turning").orElseThrow();
    Credential staying = certificates.current("staying").orElseThrow();

    CertificateView rotated = service.addVersion("turning", OptionalLong.of(1), generate(null));

    assertThat(rotated.version()).isEqualTo(2);
    assertThat(rotated.revision()).isEqualTo(2);
    assertThat(certificates.current("turning").orElseThrow().version()).isEqualTo(2);
    assertThat(certificates.current("turning").orElseThrow().chain()).isNotEqualTo(turning.chain());
    assertThat(certificates.current("staying").orElseThrow()).isSameAs(staying);
  }

  @Test
  void aRollbackGoesBackStepByStepAndNoFurtherThanTheFirst() {
    CertificateView first = service.create(generate("back"));
    CertificateView second = service.addVersion("back", ANY, generate(null));
    service.addVersion("back", ANY, generate(null));

    CertificateView rolled = service.rollback("back", ANY, null);
    assertThat(rolled.version()).isEqualTo(2);
    assertThat(rolled.fingerprintSha256()).isEqualTo(second.fingerprintSha256());
    assertThat(service.rollback("back", ANY, null).fingerprintSha256())
        .isEqualTo(first.fingerprintSha256());
    assertThat(certificates.current("back").orElseThrow().version()).isEqualTo(1);
    assertThatThrownBy(() -> service.rollback("back", ANY, null))
        .hasMessageContaining("has no version before 1");

    assertThat(service.rollback("back", ANY, 3).version()).isEqualTo(3);
    assertThat(service.addVersion("back", ANY, generate(null)).version()).isEqualTo(4);
    assertThat(service.versions("back", Integer.MAX_VALUE, 10))
        .extracting(VersionView::version, VersionView::current)
        .containsExactly(tuple(4, true), tuple(3, false), tuple(2, false), tuple(1, false));
  }

  @Test
  void aVersionThatIsNotInUseCanBeDestroyed() {
    service.create(generate("pruned"));
    service.addVersion("pruned", ANY, generate(null));

    service.deleteVersion("pruned", 1);

    assertThat(service.versions("pruned", Integer.MAX_VALUE, 10)).hasSize(1);
    assertThatThrownBy(() -> service.deleteVersion("pruned", 2))
        .hasMessageContaining("version 2 is the current one");
    assertThatThrownBy(() -> service.deleteVersion("pruned", 1))
        .isInstanceOf(NotFoundException.class);
  }

  @Test
  void aStaleRevisionIsRefusedAndNothingChanges() {
    service.create(generate("guarded"));
    service.addVersion("guarded", ANY, generate(null));
    Credential before = certificates.current("guarded").orElseThrow();

    for (ThrowingCallable stale :
        List.<ThrowingCallable>of(
            () -> service.addVersion("guarded", OptionalLong.of(1), generate(null)),
            () -> service.rollback("guarded", OptionalLong.of(1), null),
            () -> service.request("guarded", OptionalLong.of(1), CsrBody.EMPTY),
            () -> service.delete("guarded", OptionalLong.of(1)))) {
      assertThatThrownBy(stale).isInstanceOf(RevisionMismatchException.class);
    }

    assertThat(service.get("guarded").revision()).isEqualTo(2);
    assertThat(certificates.current("guarded").orElseThrow()).isSameAs(before);
  }

  @Test
  void aCertificateInUseIsNotDeleted() {
    service.create(generate("used"));

    assertThat(service.get("used").usedBy()).containsExactly("listener default");
    assertThatThrownBy(() -> service.delete("used", ANY))
        .isInstanceOf(InUseException.class)
        .hasMessageContaining("listener default");
    assertThat(certificates.current("used")).isPresent();
  }

  @Test
  void aDeletedCertificateIsGoneEverywhereAndItsNameIsFree() {
    service.create(generate("gone"));
    Credential first = certificates.current("gone").orElseThrow();
    assertThat(notAfter("gone"))
        .isEqualTo(first.chain().getFirst().getNotAfter().toInstant().getEpochSecond());

    service.delete("gone", ANY);

    assertThat(certificates.current("gone")).isEmpty();
    assertThat(
            meters
                .find("handfast.certificate.not.after.timestamp")
                .tag("certificate", "gone")
                .gauge())
        .isNull();
    assertThatThrownBy(() -> service.get("gone")).isInstanceOf(NotFoundException.class);
    service.create(generate("gone"));
    assertThat(certificates.current("gone").orElseThrow().chain()).isNotEqualTo(first.chain());
    assertThatThrownBy(() -> service.create(generate("gone")))
        .isInstanceOf(AlreadyExistsException.class);
  }

  @Test
  void aRequestIsSignedByACaOutside() {
    OpenSsl openssl = new OpenSsl(directory);
    openssl.key("ca", "EC P-256");
    openssl.selfSigned("ca", true, 100);

    CertificateView pending =
        service.request(
            "ordered",
            ANY,
            new CsrBody("CN=ordered.example", List.of("ordered.example"), "EC-P384"));

    assertThat(pending.version()).isNull();
    assertThat(certificates.current("ordered")).isEmpty();
    openssl.write("ordered.csr", String.valueOf(pending.pendingCsrPem()));
    assertThat(openssl.run("req", "-verify", "-noout", "-text", "-in", "@ordered.csr"))
        .contains("verify OK", "DNS:ordered.example", "CN = ordered.example");
    openssl.run(
        "x509",
        "-req",
        "-in",
        "@ordered.csr",
        "-copy_extensions",
        "copy",
        "-CA",
        "@ca.crt",
        "-CAkey",
        "@ca.key",
        "-CAcreateserial",
        "-days",
        "30",
        "-out",
        "@ordered.crt");

    CertificateView signed =
        service.signed("ordered", ANY, openssl.read("ordered.crt") + openssl.read("ca.crt"));

    assertThat(signed.version()).isEqualTo(1);
    assertThat(signed.origin()).isEqualTo("signed");
    assertThat(signed.pendingCsrPem()).isNull();
    assertThat(signed.keyType()).isEqualTo("EC-P384");
    assertThat(certificates.current("ordered")).isPresent();
    assertThatThrownBy(() -> service.signed("ordered", ANY, openssl.read("ordered.crt")))
        .hasMessageContaining("no request is pending");

    CertificateView again = service.request("ordered", ANY, CsrBody.EMPTY);
    assertThat(again.pendingCsrPem()).isNotNull();
    assertThatThrownBy(() -> service.signed("ordered", ANY, openssl.read("ordered.crt")))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining("was not signed for the pending request");
    assertThat(certificates.current("ordered").orElseThrow().version()).isEqualTo(1);
  }

  @Test
  void twoHundredRotationsAtOnceAreAllKeptInOrder() throws Exception {
    service.create(generate("busy"));
    List<Callable<Integer>> rotations = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      rotations.add(
          () -> {
            Integer version = service.addVersion("busy", ANY, generate(null)).version();
            int served = certificates.current("busy").orElseThrow().version();
            assertThat(served).isGreaterThanOrEqualTo(version == null ? 0 : version);
            return version == null ? 0 : version;
          });
    }

    List<Integer> versions = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (Future<Integer> rotation : threads.invokeAll(rotations)) {
        versions.add(rotation.get());
      }
    }

    assertThat(versions).doesNotHaveDuplicates().hasSize(200).allMatch(v -> v > 1 && v <= 201);
    assertThat(service.get("busy").revision()).isEqualTo(201);
    assertThat(certificates.current("busy").orElseThrow().version()).isEqualTo(201);
    Credential served = certificates.current("busy").orElseThrow();
    assertThat(ServerChain.match(served.chain().getFirst().getPublicKey(), served.privateKey()))
        .isTrue();
  }

  @Test
  void aChangeThatFailsHalfwayLeavesNothing() {
    service.create(generate("whole"));
    Credential before = certificates.current("whole").orElseThrow();
    long revision = changes.currentRevision();

    assertThatThrownBy(
            () ->
                changes.apply(
                    () -> {
                      service.addVersion(
                          "update",
                          "whole",
                          ANY,
                          () -> {
                            throw new IllegalStateException("the power went");
                          });
                      return true;
                    }))
        .hasMessage("the power went");

    assertThat(changes.currentRevision()).isEqualTo(revision);
    assertThat(service.get("whole").revision()).isEqualTo(1);
    assertThat(certificates.current("whole").orElseThrow()).isSameAs(before);
  }

  @Test
  void privateKeysAreUnreadableInTheDatabase() {
    service.create(generate("sealed"));
    byte[] encoded = certificates.current("sealed").orElseThrow().privateKey().getEncoded();
    byte[] stored =
        jdbc.sql("select private_key from certificate_version where name = 'sealed'")
            .query((row, number) -> row.getBytes(1))
            .single();

    assertThat(new String(stored, StandardCharsets.ISO_8859_1))
        .doesNotContain(new String(encoded, encoded.length - 32, 32, StandardCharsets.ISO_8859_1));
    assertThat(stored).hasSizeGreaterThan(encoded.length);
  }

  @Test
  void aListIsPagedByName() {
    for (String name : List.of("page-a", "page-b", "page-c")) {
      service.create(generate(name));
    }
    assertThat(service.list("page-", 2))
        .extracting(CertificateView::name)
        .containsExactly("page-a", "page-b");
    assertThat(service.list("page-b", 1))
        .extracting(CertificateView::name)
        .containsExactly("page-c");
  }

  @Test
  void aCertificateThatWouldOutliveTheCaIsRefused() {
    GenerationSpec tooLong =
        new GenerationSpec(
            "CN=x",
            List.of(),
            KeyType.EC_P256,
            Duration.ofDays(16 * 366),
            GenerationSpec.Issuer.LOCAL_CA);
    assertThatThrownBy(
            () -> changes.apply(() -> localCa.issue(tooLong, KeyType.EC_P256.generate())))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining("when the local CA expires");
  }

  private double notAfter(String name) {
    return meters
        .get("handfast.certificate.not.after.timestamp")
        .tag("certificate", name)
        .gauge()
        .value();
  }

  static CertificateBody generate(@Nullable String name) {
    return generate(name, "CN=www.example", List.of("www.example"), "EC-P256", "P90D", "local-ca");
  }

  static CertificateBody generate(
      @Nullable String name,
      @Nullable String subject,
      List<String> names,
      String keyType,
      String validity,
      String issuer) {
    return new CertificateBody(
        name, "generate", subject, names, keyType, validity, issuer, null, null, null, null);
  }
}
