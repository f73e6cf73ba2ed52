package dev.handfast.certificate;

import static dev.handfast.testing.Pki.certificate;
import static dev.handfast.testing.Pki.root;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.handfast.handshake.Credential;
import dev.handfast.testing.Pki;
import dev.handfast.testing.Pki.Issued;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** Renewal, and a directory of secrets as cert-manager mounts them. */
@SpringBootTest(
    properties = {
      "spring.datasource.url=jdbc:h2:mem:current;DB_CLOSE_DELAY=-1",
      "handfast.data-dir=target/test-data/current",
      "handfast.bootstrap.port=0",
      "handfast.certificates.renewal-check-interval=200ms",
      "handfast.certificates.directory-poll-interval=200ms",
      "handfast.master-key=AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA="
    })
@DirtiesContext
class CertificatesKeptCurrentTest {

  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir static Path watched;
  @TempDir Path directory;
  @Autowired CertificateService service;
  @Autowired CertificateDirectory follower;
  @Autowired Certificates certificates;
  private OpenSsl openssl;

  CertificatesKeptCurrentTest() {
    openssl = new OpenSsl(Path.of("."));
  }

  @DynamicPropertySource
  static void watch(DynamicPropertyRegistry properties) {
    properties.add("handfast.certificates.directory", () -> watched);
  }

  @BeforeEach
  void inItsOwnDirectory() {
    openssl = new OpenSsl(directory);
  }

  @Test
  void whatTheLocalCaIssuedIsRenewedWithANewKeyBeforeItExpires() {
    // Five minutes of its life are already over when it is made, so a third is left at once.
    service.create(
        CertificateServiceTest.generate(
            "short", "CN=short", List.of("short.example"), "EC-P256", "PT2M", "local-ca"));
    Credential first = certificates.current("short").orElseThrow();

    await().atMost(SOON).until(() -> certificates.current("short").orElseThrow().version() >= 2);

    Credential renewed = certificates.current("short").orElseThrow();
    assertThat(renewed.chain().getFirst().getPublicKey())
        .isNotEqualTo(first.chain().getFirst().getPublicKey());
    assertThat(service.get("short").subjectAltNames()).containsExactly("short.example");
    assertThat(service.get("short").origin()).isEqualTo("local-ca");
  }

  @Test
  void whatIsSelfSignedIsLeftAlone() {
    service.create(
        CertificateServiceTest.generate(
            "pinned", "CN=pinned", List.of(), "EC-P256", "PT1M", "self"));
    assertThat(service.get("pinned").renewAt()).isNull();
  }

  @Test
  void aMountedSecretThatIsExchangedBecomesANewVersion() throws IOException {
    Path secret = Files.createDirectory(watched.resolve("mounted"));
    mount(secret, "first");

    await().atMost(SOON).until(() -> certificates.current("mounted").isPresent());
    assertThat(service.get("mounted").subject()).isEqualTo("CN=first");
    assertThat(service.get("mounted").origin()).isEqualTo("directory");

    mount(secret, "second");

    await().atMost(SOON).until(() -> certificates.current("mounted").orElseThrow().version() == 2);
    assertThat(service.get("mounted").subject()).isEqualTo("CN=second");
  }

  @Test
  void anotherChainOfTheSameCertificateBecomesANewVersion() throws IOException {
    KeyPair issuing = Pki.keyPair("EC");
    Issued old = certificate("CN=Issuing").authority().key(issuing).issue(root("CN=Old Root"));
    Issued next = certificate("CN=Issuing").authority().key(issuing).issue(root("CN=New Root"));
    Issued server =
        certificate("CN=crossed")
            .purposes(KeyPurposeId.id_kp_serverAuth)
            .dns("crossed.example")
            .issue(old);
    Path secret = Files.createDirectory(watched.resolve("crossed"));
    Files.writeString(secret.resolve("tls.crt"), server.pem() + old.pem());
    Files.writeString(secret.resolve("tls.key"), server.keyPem());
    follower.follow();
    assertThat(certificates.current("crossed").orElseThrow().version()).isEqualTo(1);

    Files.writeString(secret.resolve("tls.crt"), server.pem() + next.pem());
    follower.follow();

    Credential current = certificates.current("crossed").orElseThrow();
    assertThat(current.version()).isEqualTo(2);
    assertThat(current.chain()).containsExactly(server.certificate(), next.certificate());
    Files.writeString(secret.resolve("tls.crt"), "\n" + server.pem() + next.pem());
    follower.follow();
    assertThat(certificates.current("crossed").orElseThrow().version())
        .as("other bytes, the same certificates")
        .isEqualTo(2);
  }

  @Test
  void brokenContentReplacesNothingAndItsRepairIsNoticed() throws IOException {
    Path secret = Files.createDirectory(watched.resolve("fragile"));
    mount(secret, "good");
    await().atMost(SOON).until(() -> certificates.current("fragile").isPresent());
    Credential before = certificates.current("fragile").orElseThrow();

    for (String broken : List.of("", "garbage", openssl.read("good.crt").substring(0, 200))) {
      Files.writeString(secret.resolve("tls.crt"), broken);
      follower.follow();
      assertThat(certificates.current("fragile").orElseThrow()).isSameAs(before);
    }
    openssl.key("late", "EC P-256");
    openssl.selfSigned("late", false, 10);
    Files.writeString(secret.resolve("tls.crt"), openssl.read("late.crt"));
    follower.follow();
    assertThat(certificates.current("fragile").orElseThrow()).isSameAs(before);

    Files.writeString(secret.resolve("tls.key"), openssl.read("late.key"));

    await().atMost(SOON).until(() -> certificates.current("fragile").orElseThrow().version() == 2);
    Files.delete(secret.resolve("tls.key"));
    follower.follow();
    assertThat(certificates.current("fragile")).isPresent();
  }

  @Test
  void aRollbackIsNotUndoneByTheDirectory() throws IOException {
    Path secret = Files.createDirectory(watched.resolve("rolled"));
    mount(secret, "one");
    await().atMost(SOON).until(() -> certificates.current("rolled").isPresent());
    mount(secret, "two");
    await().atMost(SOON).until(() -> certificates.current("rolled").orElseThrow().version() == 2);

    service.rollback("rolled", OptionalLong.empty(), null);
    follower.follow();

    assertThat(certificates.current("rolled").orElseThrow().version()).isEqualTo(1);
  }

  @Test
  void aDirectoryWithABadNameIsLeftAlone() throws IOException {
    Path secret = Files.createDirectory(watched.resolve("Bad Name"));
    mount(secret, "bad");
    Files.createDirectory(watched.resolve("..data"));
    Files.createDirectory(watched.resolve("empty"));
    follower.follow();
    assertThat(service.list("", 100))
        .extracting(CertificateView::name)
        .doesNotContain("Bad Name", "..data", "empty");
  }

  /** As the kubelet does it: a new directory, and a link that is exchanged. */
  private void mount(Path secret, String name) throws IOException {
    openssl.key(name, "EC P-256");
    openssl.selfSigned(name, false, 10);
    Path data = Files.createDirectory(secret.resolve("..2026_" + name));
    Files.writeString(data.resolve("tls.crt"), openssl.read(name + ".crt"));
    Files.writeString(data.resolve("tls.key"), openssl.read(name + ".key"));
    Path link = Files.createSymbolicLink(secret.resolve("..data_tmp"), data.getFileName());
    Files.move(link, secret.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    for (String file : List.of("tls.crt", "tls.key")) {
      if (!Files.isSymbolicLink(secret.resolve(file))) {
        Files.createSymbolicLink(secret.resolve(file), Path.of("..data", file));
      }
    }
  }
}
