package dev.handfast.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handfast.configuration.InvalidConfigurationException;
import dev.handfast.configuration.Violation;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

/** Uploads of what OpenSSL made, good and bad. */
@SpringBootTest(
    properties = {
      "spring.datasource.url=jdbc:h2:mem:upload;DB_CLOSE_DELAY=-1",
      "handfast.data-dir=target/test-data/upload",
      "handfast.bootstrap.port=0",
      "handfast.master-key=AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA="
    })
class UploadTest {

  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final String CHAIN = "certificateChainPem";
  private static final String KEY = "privateKeyPem";

  @TempDir Path directory;
  @Autowired CertificateService service;
  @Autowired Certificates certificates;
  private OpenSsl openssl;

  UploadTest() {
    openssl = new OpenSsl(Path.of("."));
  }

  @BeforeEach
  void inItsOwnDirectory() {
    openssl = new OpenSsl(directory);
  }

  @ParameterizedTest
  @CsvSource({
    "EC P-256, EC-P256",
    "EC P-384, EC-P384",
    "EC P-521, EC-P521",
    "RSA 2048, RSA-2048",
    "RSA 3072, RSA-3072",
    "ED25519, ED25519"
  })
  void everyKeyTypeIsAccepted(String type, String expected) {
    openssl.key("www", type);
    openssl.selfSigned("www", false, 10);

    CertificateView uploaded = upload(openssl.read("www.crt"), openssl.read("www.key"), null);

    assertThat(uploaded.keyType()).isEqualTo(expected);
    assertThat(uploaded.origin()).isEqualTo("upload");
    assertThat(uploaded.subjectAltNames()).containsExactly("www.example");
    assertThat(certificates.current(uploaded.name())).isPresent();
  }

  @Test
  void traditionalKeysAreAccepted() {
    openssl.key("rsa", "RSA 2048");
    openssl.selfSigned("rsa", false, 10);
    openssl.run("rsa", "-traditional", "-in", "@rsa.key", "-out", "@pkcs1.key");
    openssl.run("ecparam", "-name", "prime256v1", "-genkey", "-out", "@ec.key");
    openssl.selfSigned("ec", false, 10);

    assertThat(openssl.read("pkcs1.key")).startsWith("-----BEGIN RSA PRIVATE KEY-----");
    assertThat(openssl.read("ec.key"))
        .contains("BEGIN EC PARAMETERS", "-----BEGIN EC PRIVATE KEY-----");
    upload(openssl.read("rsa.crt"), openssl.read("pkcs1.key"), null);
    upload(openssl.read("ec.crt"), openssl.read("ec.key"), null);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pkcs8 -topk8 -v2 aes-256-cbc",
        "pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA512 -iter 10000",
        "pkcs8 -topk8 -v2 des3",
        "pkcs8 -topk8 -scrypt",
        "pkcs8 -topk8 -v1 PBE-SHA1-3DES",
        "rsa -traditional -aes128"
      })
  void encryptedKeysAreOpenedWithTheirPassword(String command) {
    openssl.key("www", "RSA 2048");
    openssl.selfSigned("www", false, 10);
    String arguments = command + " -in @www.key -out @encrypted.key -passout pass:secret";
    openssl.run(arguments.split(" "));
    String key = openssl.read("encrypted.key");

    upload(openssl.read("www.crt"), key, "secret");

    refused(openssl.read("www.crt"), key, "wrong", "password", "does not decrypt the private key");
    refused(openssl.read("www.crt"), key, null, "password", "missing");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-certpbe AES-256-CBC -keypbe AES-256-CBC -macalg sha256",
        "-certpbe PBE-SHA1-3DES -keypbe PBE-SHA1-3DES -macalg sha1",
        "-legacy"
      })
  void pkcs12FilesAreAcceptedModernAndLegacy(String options) {
    openssl.hierarchy();
    String arguments =
        "pkcs12 -export -inkey @www.key -in @www.crt -certfile @intermediate.crt"
            + " -out @www.p12 -passout pass:secret "
            + options;
    openssl.run(arguments.split(" "));

    CertificateView uploaded = pkcs12(openssl.readBase64("www.p12"), "secret");

    assertThat(X509.fromPem(String.valueOf(uploaded.chainPem()))).hasSize(2);
    assertThat(uploaded.warnings()).isEmpty();
    pkcs12Refused(openssl.readBase64("www.p12"), "wrong", "password", "does not open");
    pkcs12Refused(openssl.readBase64("www.p12"), null, "password", "missing");
  }

  @Test
  void pkcs12FilesWithoutAKeyOrWithSeveralAreRefused() throws Exception {
    openssl.hierarchy();
    openssl.run(
        "pkcs12",
        "-export",
        "-nokeys",
        "-in",
        "@www.crt",
        "-out",
        "@nokey.p12",
        "-passout",
        "pass:secret");
    pkcs12Refused(
        openssl.readBase64("nokey.p12"), "secret", "pkcs12Base64", "holds no private key");
    pkcs12Refused("bm90IGEgcGZ4", "secret", "pkcs12Base64", "not a PKCS#12 file");
    pkcs12Refused("***", "secret", "pkcs12Base64", "not");

    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    for (String alias : List.of("one", "two")) {
      KeyPair keys = KeyType.EC_P256.generate();
      X509Certificate certificate =
          CertificateBuilder.endEntity(
              GenerationSpec.of("CN=" + alias, null, null, null, "self"),
              keys.getPublic(),
              new CertificateBuilder.Signer(
                  new X500Principal("CN=" + alias),
                  keys.getPrivate(),
                  keys.getPublic(),
                  "SHA256withECDSA"),
              Instant.now(),
              Instant.now().plusSeconds(60));
      store.setKeyEntry(
          alias, keys.getPrivate(), "secret".toCharArray(), new Certificate[] {certificate});
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    store.store(bytes, "secret".toCharArray());
    pkcs12Refused(
        Base64.getEncoder().encodeToString(bytes.toByteArray()),
        "secret",
        "pkcs12Base64",
        "holds 2 private keys: one, two (expected: one)");
  }

  @Test
  void aChainInAnyOrderIsSorted() {
    openssl.hierarchy();
    String key = openssl.read("www.key");
    String www = openssl.read("www.crt");
    String intermediate = openssl.read("intermediate.crt");
    String root = openssl.read("root.crt");

    CertificateView sorted = upload(root + intermediate + www + www, key, null);

    assertThat(X509.fromPem(String.valueOf(sorted.chainPem())))
        .extracting(X509::subject)
        .containsExactly("CN=www", "CN=intermediate", "CN=root");
    assertThat(sorted.warnings()).singleElement().asString().contains("includes its root");
    assertThat(upload(www + intermediate, key, null).warnings()).isEmpty();
    assertThat(upload(www, key, null).warnings())
        .singleElement()
        .asString()
        .contains("no intermediate was given", "CN=intermediate");
  }

  @Test
  void aCertificateThatDoesNotBelongToTheChainIsRefused() {
    openssl.hierarchy();
    openssl.key("stranger", "EC P-256");
    openssl.selfSigned("stranger", true, 10);
    refused(
        openssl.read("www.crt") + openssl.read("stranger.crt"),
        openssl.read("www.key"),
        null,
        CHAIN,
        "'CN=stranger' does not belong to the chain");

    openssl.run(
        "req",
        "-x509",
        "-key",
        "@stranger.key",
        "-subj",
        "/CN=intermediate",
        "-days",
        "9",
        "-out",
        "@forged.crt");
    refused(
        openssl.read("www.crt") + openssl.read("forged.crt"),
        openssl.read("www.key"),
        null,
        CHAIN,
        "was not signed by the key");
  }

  @Test
  void anIssuerThatIsNoCaIsRefused() {
    openssl.key("middle", "EC P-256");
    openssl.selfSigned("middle", false, 10);
    openssl.key("leaf", "EC P-256");
    openssl.issued("leaf", "middle", 5, "basicConstraints=CA:FALSE");
    refused(
        openssl.read("leaf.crt") + openssl.read("middle.crt"),
        openssl.read("leaf.key"),
        null,
        CHAIN,
        "is no CA");
  }

  @Test
  void aKeyOfAnotherCertificateIsRefused() {
    openssl.hierarchy();
    openssl.key("other", "RSA 2048");
    refused(
        openssl.read("www.crt"),
        openssl.read("other.key"),
        null,
        KEY,
        "an RSA private key that does not match the certificate 'CN=www' with its EC-P256 key");
    openssl.key("other", "EC P-256");
    refused(openssl.read("www.crt"), openssl.read("other.key"), null, KEY, "does not match");
  }

  @Test
  void certificatesOutsideTheirTimeAreRefused() {
    KeyPair keys = KeyType.EC_P256.generate();
    String key = X509.toPem("PRIVATE KEY", keys.getPrivate().getEncoded());
    Instant now = Instant.now();
    Instant yesterday = now.minusSeconds(86_400);
    Instant tomorrow = now.plusSeconds(86_400);

    refused(
        selfSigned(keys, yesterday, now.minusSeconds(60)),
        key,
        null,
        CHAIN,
        "'CN=timed' expired at");
    refused(
        selfSigned(keys, tomorrow, tomorrow.plusSeconds(60)),
        key,
        null,
        CHAIN,
        "'CN=timed' is not valid before");
    upload(selfSigned(keys, now.plusSeconds(60), tomorrow), key, null);
  }

  @Test
  void anExpiredIntermediateIsRefused() {
    openssl.hierarchy();
    X509Certificate root = X509.fromPem(openssl.read("root.crt")).getFirst();
    X509Certificate valid = X509.fromPem(openssl.read("intermediate.crt")).getFirst();
    Instant now = Instant.now();
    X509Certificate expired =
        CertificateBuilder.authority(
            valid.getSubjectX500Principal(),
            valid.getPublicKey(),
            new CertificateBuilder.Signer(
                root.getSubjectX500Principal(),
                PemInput.privateKey(KEY, openssl.read("root.key"), null),
                root.getPublicKey(),
                "SHA256withECDSA"),
            0,
            now.minusSeconds(86_400),
            now.minusSeconds(60));
    refused(
        openssl.read("www.crt") + X509.toPem(List.of(expired)),
        openssl.read("www.key"),
        null,
        CHAIN,
        "'CN=intermediate' expired at");
  }

  private static String selfSigned(KeyPair keys, Instant notBefore, Instant notAfter) {
    return X509.toPem(
        List.of(
            CertificateBuilder.endEntity(
                GenerationSpec.of("CN=timed", null, null, null, "self"),
                keys.getPublic(),
                new CertificateBuilder.Signer(
                    new X500Principal("CN=timed"),
                    keys.getPrivate(),
                    keys.getPublic(),
                    "SHA256withECDSA"),
                notBefore,
                notAfter)));
  }

  @ParameterizedTest
  @CsvSource({
    "RSA 1024, RSA-1024 (expected: RSA of 2048..8192 bits)",
    "EC secp256k1, expected: RSA",
    "EC brainpoolP256r1, expected: RSA",
    "ED448, expected: RSA"
  })
  void keysThatClientsCannotUseAreRefused(String type, String message) {
    openssl.key("www", type);
    openssl.selfSigned("www", false, 10);
    assertThatThrownBy(() -> upload(openssl.read("www.crt"), openssl.read("www.key"), null))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aSha1SignatureIsRefused() {
    openssl.hierarchy();
    openssl.run(
        "x509",
        "-req",
        "-sha1",
        "-in",
        "@www.csr",
        "-CA",
        "@intermediate.crt",
        "-CAkey",
        "@intermediate.key",
        "-CAcreateserial",
        "-days",
        "5",
        "-out",
        "@www.crt");
    refused(openssl.read("www.crt"), openssl.read("www.key"), null, CHAIN, "is signed with SHA1");
  }

  @Test
  void malformedPemIsRefusedWithWhatWasFound() {
    openssl.hierarchy();
    String key = openssl.read("www.key");
    String chain = openssl.read("www.crt");

    refused("", key, null, CHAIN, "no PEM block (expected: -----BEGIN CERTIFICATE-----)");
    refused("hello", key, null, CHAIN, "no PEM block");
    refused(
        openssl.read("www.csr"),
        key,
        null,
        CHAIN,
        "block 1 is a CERTIFICATE REQUEST block (expected: CERTIFICATE)");
    refused(
        chain + key, key, null, CHAIN, "block 2 is a PRIVATE KEY block (expected: CERTIFICATE)");
    refused(chain.substring(0, 300), key, null, CHAIN, "block 1 is not valid PEM");
    refused(chain.replace("A", "!"), key, null, CHAIN, "block 1 is not");
    refused(
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        key,
        null,
        CHAIN,
        "block 1 is not an X.509 certificate");
    refused("x".repeat(300_000), key, null, CHAIN, "300000 characters (expected: at most 262144)");
    refused(chain.repeat(21), key, null, CHAIN, "21 certificates (expected: at most 20)");

    refused(chain, "", null, KEY, "no PEM block (expected: -----BEGIN PRIVATE KEY-----)");
    refused(chain, chain, null, KEY, "a CERTIFICATE block (expected: PRIVATE KEY");
    refused(chain, key + key, null, KEY, "2 PEM blocks (expected: one private key)");
    refused(
        chain,
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        null,
        KEY,
        "the PRIVATE KEY block holds no such key");
    openssl.run("pkey", "-in", "@www.key", "-pubout", "-out", "@www.pub");
    refused(chain, openssl.read("www.pub"), null, KEY, "a PUBLIC KEY block (expected: PRIVATE KEY");
  }

  @Test
  void anEncryptionThatWouldRunForHoursIsRefused() {
    openssl.key("www", "EC P-256");
    openssl.selfSigned("www", false, 10);
    openssl.run(
        "pkcs8",
        "-topk8",
        "-in",
        "@www.key",
        "-iter",
        "5000001",
        "-passout",
        "pass:x",
        "-out",
        "@slow.key");
    refused(
        openssl.read("www.crt"),
        openssl.read("slow.key"),
        "x",
        KEY,
        "5000001 PBKDF2 iterations (expected: at most 5000000)");
  }

  @Test
  void aRefusedVersionDisturbsNothing() {
    openssl.hierarchy();
    CertificateView good = upload(openssl.read("www.crt"), openssl.read("www.key"), null);
    var before = certificates.current(good.name()).orElseThrow();

    assertThatThrownBy(
            () ->
                service.addVersion(
                    good.name(), OptionalLong.empty(), body(null, "broken", "broken", null)))
        .isInstanceOf(InvalidConfigurationException.class);

    assertThat(service.get(good.name()).revision()).isEqualTo(1);
    assertThat(certificates.current(good.name()).orElseThrow()).isSameAs(before);
  }

  @Test
  void requestsThatMakeNoSenseAreRefused() {
    violates(body("bad name", "x", "y", null), "name");
    violates(body(null, "x", "y", null), "name");
    violates(body("UPPER", "x", "y", null), "name");
    violates(
        new CertificateBody("a", null, null, null, null, null, null, "x", "y", null, null),
        "source");
    violates(
        new CertificateBody("a", "steal", null, null, null, null, null, null, null, null, null),
        "source");
    violates(
        new CertificateBody("a", "upload", null, null, null, null, null, null, null, null, null),
        CHAIN);
    violates(
        new CertificateBody("a", "upload", null, null, null, null, null, "x", null, "eA==", null),
        "pkcs12Base64");
    violates(generate("CN", List.of("www.example"), "EC-P256", "P90D", "self"), "subject");
    violates(
        generate(
            "CN=a",
            List.of("exa mple", "300.1.1.1", "a::b::c", "*", "ex*.com", "ü.example"),
            "EC-P256",
            "P90D",
            "self"),
        "subjectAltNames[0]",
        "subjectAltNames[1]",
        "subjectAltNames[2]",
        "subjectAltNames[3]",
        "subjectAltNames[4]",
        "subjectAltNames[5]");
    violates(generate(null, List.of(), "EC-P256", "P90D", "self"), "subject");
    violates(generate("CN=a", List.of(), "DSA-1024", "P90D", "self"), "keyType");
    violates(generate("CN=a", List.of(), "EC-P256", "90 days", "self"), "validity");
    violates(generate("CN=a", List.of(), "EC-P256", "P9000D", "self"), "validity");
    violates(generate("CN=a", List.of(), "EC-P256", "-P1D", "self"), "validity");
    violates(generate("CN=a", List.of(), "EC-P256", "P1D", "letsencrypt"), "issuer");
  }

  private void violates(CertificateBody body, String... fields) {
    assertThatThrownBy(() -> service.create(body))
        .isInstanceOfSatisfying(
            InvalidConfigurationException.class,
            e ->
                assertThat(e.violations())
                    .allMatch(violation -> violation.message().contains("expected"))
                    .extracting(Violation::field)
                    .containsExactly(fields));
  }

  private static CertificateBody generate(
      @Nullable String subject,
      List<String> names,
      String keyType,
      String validity,
      String issuer) {
    return CertificateServiceTest.generate("a", subject, names, keyType, validity, issuer);
  }

  private CertificateView upload(String chain, String key, @Nullable String password) {
    return service.create(body("upload-" + NUMBER.incrementAndGet(), chain, key, password));
  }

  private CertificateView pkcs12(String base64, @Nullable String password) {
    return service.create(
        new CertificateBody(
            "upload-" + NUMBER.incrementAndGet(),
            "upload",
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            base64,
            password));
  }

  private void refused(
      String chain, String key, @Nullable String password, String field, String message) {
    assertThatThrownBy(() -> upload(chain, key, password))
        .isInstanceOfSatisfying(
            InvalidConfigurationException.class,
            e -> {
              Violation violation = e.violations().getFirst();
              assertThat(violation.field()).isEqualTo(field);
              assertThat(violation.message()).contains(message).contains("expected");
              if (key.contains("PRIVATE KEY") && key.length() > 100) {
                assertThat(violation.message()).doesNotContain(key.substring(40, 60));
              }
            });
  }

  private void pkcs12Refused(
      String base64, @Nullable String password, String field, String message) {
    assertThatThrownBy(() -> pkcs12(base64, password))
        .isInstanceOfSatisfying(
            InvalidConfigurationException.class,
            e -> {
              assertThat(e.violations().getFirst().field()).isEqualTo(field);
              assertThat(e.violations().getFirst().message()).contains(message);
            });
  }

  private static CertificateBody body(
      @Nullable String name, String chain, String key, @Nullable String password) {
    return new CertificateBody(
        name, "upload", null, null, null, null, null, chain, key, null, password);
  }
}
