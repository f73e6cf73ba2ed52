package dev.handfast.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.testing.Api;
import dev.handfast.testing.CommandLine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "handfast.data-dir=target/management-test",
      "handfast.admin.password=correct horse battery staple",
      "handfast.bootstrap.port=0",
      "handfast.configuration.poll-interval=100ms",
      "spring.datasource.url=jdbc:h2:mem:documents;DB_CLOSE_DELAY=-1"
    })
@DirtiesContext
class ConfigurationApiTest {

  private static final String CONFIGURATION = "/api/v1/configuration";
  private static final Map<String, String> YAML = Map.of("Content-Type", "application/yaml");
  private static final Duration SOON = Duration.ofSeconds(10);

  private static final String FILE_CERTIFICATE =
      "certificates: [{name: file-certificate, source: generate, subjectAltNames: [%s]}]\n";

  private static final String PROFILE =
      """
        - name: %s
          minVersion: TLSv1.3
          maxVersion: TLSv1.3
          cipherSuites: [TLS_AES_128_GCM_SHA256]
          groups: [%s]
          signatureSchemes: [ed25519]
      """;

  @TempDir private static Path directory;

  @LocalServerPort private int port;
  private Api api;

  @DynamicPropertySource
  static void configurationFile(DynamicPropertyRegistry properties) throws IOException {
    Path file = directory.resolve("handfast.yaml");
    Files.writeString(file, "tlsProfiles:\n" + PROFILE.formatted("from-file", "x25519"));
    properties.add("handfast.configuration-file", file::toString);
  }

  @BeforeEach
  void connect() {
    api =
        Api.basic(URI.create("http://localhost:" + port), "admin", "correct horse battery staple");
  }

  @Test
  void aDocumentIsAppliedAsAWholeAndOnlyOnce() {
    String document = "tlsProfiles:\n" + withFileProfile() + PROFILE.formatted("doc-a", "x25519");
    var dry = put(document, "?dryRun=true").expect(200).json();
    assertThat(dry.at("/dryRun").asBoolean()).isTrue();
    assertThat(dry.at("/changes/0/action").asString()).isEqualTo("create");
    assertThat(dry.at("/changes/0/resourceType").asString()).isEqualTo("tls-profiles");
    assertThat(dry.at("/changes/0/after/groups/0").asString()).isEqualTo("x25519");
    api.get("/api/v1/tls-profiles/doc-a").expect(404);

    var applied = put(document, "").expect(200).json();
    assertThat(applied.at("/changes").size()).isEqualTo(1);
    assertThat(applied.at("/revision").asLong()).isEqualTo(dry.at("/revision").asLong() + 1);
    var again = put(document, "").expect(200).json();
    assertThat(again.at("/changes").size()).isZero();
    assertThat(again.at("/revision")).isEqualTo(applied.at("/revision"));
    assertThat(api.get("/api/v1/tls-profiles/doc-a").expect(200).json().at("/revision").asLong())
        .isEqualTo(1);

    String other = "tlsProfiles:\n" + withFileProfile() + PROFILE.formatted("doc-a", "secp256r1");
    var changed = put(other, "").expect(200).json();
    assertThat(changed.at("/changes/0/action").asString()).isEqualTo("update");
    assertThat(changed.at("/changes/0/before/groups/0").asString()).isEqualTo("x25519");
    assertThat(changed.at("/changes/0/after/groups/0").asString()).isEqualTo("secp256r1");

    var removed = put("tlsProfiles:\n" + withFileProfile(), "").expect(200).json();
    assertThat(removed.at("/changes/0/action").asString()).isEqualTo("delete");
    assertThat(removed.at("/changes/0/before/minVersion").asString()).isEqualTo("TLSv1.3");
    api.get("/api/v1/tls-profiles/doc-a").expect(404);
  }

  @Test
  void whatWasExportedIsAcceptedAndChangesNothing() {
    String json = api.get(CONFIGURATION).expect(200).text();
    assertThat(json).contains("from-file");
    assertThat(
            api.call("PUT", CONFIGURATION, json, Map.of()).expect(200).json().at("/changes").size())
        .isZero();
    Api.Answer yaml =
        api.call("GET", CONFIGURATION, null, Map.of("Accept", "application/yaml")).expect(200);
    assertThat(yaml.text()).contains("tlsProfiles:\n");
    assertThat(put(yaml.text(), "").expect(200).json().at("/changes").size()).isZero();
  }

  @Test
  void oneWrongObjectRefusesTheWholeDocumentAndEverythingWrongIsSaid() {
    String document =
        "tlsProfiles:\n"
            + withFileProfile()
            + PROFILE.formatted("good", "x25519")
            + PROFILE.formatted("bad", "x25518")
            + "  - name: worse\n    minVersoin: TLSv1.3\n";
    var problem = put(document, "").expect(400).json();
    assertThat(problem.at("/violations").findValuesAsString("field"))
        .containsExactly("tlsProfiles[2].groups[0]", "tlsProfiles[3].minVersoin");
    api.get("/api/v1/tls-profiles/good").expect(404);
  }

  @Test
  void aDocumentOfAnotherFormIsRefused() {
    assertThat(violation(put("tlsProfile: []", "")))
        .isEqualTo(
            "tlsProfile: unknown field (expected: certificates, trustBundles, clientAuthPolicies,"
                + " tlsProfiles, listeners)");
    assertThat(violation(put("tlsProfiles: [", ""))).startsWith("body: not valid at line");
    assertThat(violation(put("tlsProfiles:\n  a: 1", "")))
        .isEqualTo("tlsProfiles: wrong type (expected: a list)");
    String twice = PROFILE.formatted("a", "x25519");
    assertThat(violation(put("tlsProfiles:\n" + twice + twice, ""))).contains("is there twice");
    assertThat(api.call("PUT", "/api/v1/tls-profiles/x", "minVersion: TLSv1.3", YAML).status())
        .isEqualTo(415);
  }

  @Test
  void everyKindOfObjectIsConfiguredByOneDocument() {
    Path key = directory.resolve("key.pem");
    Path chain = directory.resolve("chain.pem");
    CommandLine.run(
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "10",
        "-subj",
        "/CN=uploaded.example",
        "-addext",
        "subjectAltName=DNS:uploaded.example",
        "-keyout",
        key.toString(),
        "-out",
        chain.toString());
    String document =
        """
        certificates:
          - {name: doc-made, source: generate, subjectAltNames: [made.example]}
          - name: doc-given
            source: upload
            certificateChainFile: %s
            privateKeyFile: %s
        trustBundles:
          - name: doc-bundle
            certificatesPem: |
              %s
        clientAuthPolicies:
          - {name: doc-policy, mode: require, trustBundle: doc-bundle, defaultEffect: allow}
        tlsProfiles:
        %s%s
        listeners:
          - name: doc-listener
            address: 127.0.0.1
            port: 0
            upstream: 'inspect:'
            certificates: [doc-made, doc-given]
            tlsProfile: doc-profile
            clientAuthPolicy: doc-policy
        """
            .formatted(
                chain,
                key,
                read(chain).strip().replace("\n", "\n      "),
                withFileProfile(),
                PROFILE.formatted("doc-profile", "x25519"));
    var applied = put(document, "").expect(200).json();
    assertThat(applied.at("/changes").findValuesAsString("name"))
        .contains(
            "doc-made", "doc-given", "doc-bundle", "doc-policy", "doc-profile", "doc-listener");
    assertThat(applied.toString()).doesNotContain("PRIVATE KEY");
    assertThat(
            api.get("/api/v1/listeners/doc-listener")
                .expect(200)
                .json()
                .at("/status/state")
                .asString())
        .isEqualTo("running");
    assertThat(put(document, "").expect(200).json().at("/changes").size()).isZero();
    String exported = api.get(CONFIGURATION).expect(200).text();
    assertThat(exported).doesNotContain("PRIVATE KEY").contains("doc-given");
    assertThat(put(exported, "?dryRun=true").expect(200).json().at("/changes").size()).isZero();

    assertThat(violation(put(document.replace("doc-bundle, default", "nobody, default"), "")))
        .startsWith("clientAuthPolicies[0].");
    put("tlsProfiles:\n" + withFileProfile(), "").expect(409);
    String empty =
        "certificates: []\ntrustBundles: []\nclientAuthPolicies: []\nlisteners: []\ntlsProfiles:\n"
            + withFileProfile();
    put(empty, "").expect(200);
    api.get("/api/v1/listeners/doc-listener").expect(404);
    api.get("/api/v1/certificates/doc-given").expect(404);
  }

  @Test
  void aNewChainWithoutItsKeyIsRefused() {
    assertThat(
            violation(
                put(
                    "certificates: [{name: a, source: upload, certificateChainFile: /nowhere}]",
                    "")))
        .startsWith("certificates[0].privateKeyFile: is missing");
    assertThat(
            violation(
                put(
                    "certificates: [{name: a, source: upload, privateKeyEnv: HANDFAST_NO_SUCH}]",
                    "")))
        .contains("the environment has no variable 'HANDFAST_NO_SUCH'");
    assertThat(
            violation(put("certificates: [{name: a, source: upload, privateKeyPem: inline}]", "")))
        .startsWith("certificates[0].privateKeyPem: unknown field");
  }

  @ParameterizedTest
  @ValueSource(strings = {"  \n", "# nothing\n", "---\n", "null"})
  void anEmptyDocumentIsRefused(String document) {
    assertThat(violation(put(document, ""))).startsWith("body: is empty (expected: an object; {}");
    assertThat(put("{}", "").expect(200).json().at("/changes").size()).isZero();
  }

  @Test
  void aStaleDocumentIsRefused() {
    String document = api.get(CONFIGURATION).expect(200).text();
    api.call("PUT", CONFIGURATION, document, Map.of("If-Match", "\"999999\"")).expect(412);
  }

  @Test
  void whatTheFileOwnsIsRefusedToOthersAndFollowsTheFile() throws IOException {
    var refused = api.delete("/api/v1/tls-profiles/from-file").expect(409).json();
    assertThat(refused.at("/type").asString()).isEqualTo("urn:handfast:problem:managed");
    assertThat(refused.at("/managedBy").asString()).startsWith("file ").endsWith("handfast.yaml");
    put("tlsProfiles: []", "").expect(409);
    assertThat(api.get(CONFIGURATION + "/managed").expect(200).json().at("/items").toString())
        .contains("from-file");

    Path file = directory.resolve("handfast.yaml");
    String before = Files.readString(file);
    String second =
        FILE_CERTIFICATE.formatted("file.example")
            + "tlsProfiles:\n"
            + PROFILE.formatted("second", "x25519");
    replace(file, second);
    Awaitility.await()
        .atMost(SOON)
        .until(() -> api.get("/api/v1/tls-profiles/second").status() == 200);
    api.get("/api/v1/tls-profiles/from-file").expect(404);
    theFilesCertificateIsRefusedToOtherDocuments();
    theFilesCertificateIsRefusedHoweverItsPathIsWritten();

    for (String refusedContent : List.of("tlsProfiles: [{name: Broken}]", "", "# nothing\n")) {
      replace(file, refusedContent);
      awaitLastApplySuccess(0);
      api.get("/api/v1/tls-profiles/second").expect(200);
      replace(file, second);
      awaitLastApplySuccess(1);
    }

    replace(file, before);
    Awaitility.await()
        .atMost(SOON)
        .until(() -> api.get("/api/v1/tls-profiles/from-file").status() == 200);
    assertThat(
            api.get("/api/v1/audit-events?resourceName=second")
                .json()
                .at("/items")
                .findValuesAsString("principal"))
        .allMatch(principal -> principal.startsWith("file "))
        .hasSize(2);
    assertThat(api.get("/actuator/prometheus").text())
        .contains("handfast_configuration_last_apply_success 1.0")
        .contains("handfast_configuration_revision ");
  }

  private void theFilesCertificateIsRefusedToOtherDocuments() {
    ObjectNode without =
        ((ObjectNode) api.get(CONFIGURATION).expect(200).json()).retain("certificates");
    ((ArrayNode) without.at("/certificates"))
        .removeIf(certificate -> certificate.at("/name").asString().equals("file-certificate"));
    String changed = FILE_CERTIFICATE.formatted("other.example");
    for (String document : List.of(changed, without.toString())) {
      var refused = put(document, "").expect(409).json();
      assertThat(refused.at("/type").asString()).isEqualTo("urn:handfast:problem:managed");
    }
    api.get("/api/v1/certificates/file-certificate").expect(200);
  }

  private void theFilesCertificateIsRefusedHoweverItsPathIsWritten() {
    for (String path :
        List.of(
            "certificates/file-certificate",
            "certificates/file%2Dcertificate",
            "%63ertificates/file-certificate")) {
      for (Api.Answer answer :
          List.of(
              api.delete("/api/v1/" + path),
              api.post("/api/v1/" + path + "/versions", "nonsense"),
              api.post("/api/v1/" + path + "/rollback", "{}"))) {
        assertThat(answer.expect(409).json().at("/type").asString())
            .as(path)
            .isEqualTo("urn:handfast:problem:managed");
      }
    }
  }

  private void awaitLastApplySuccess(int value) {
    Awaitility.await()
        .atMost(SOON)
        .until(
            () ->
                api.get("/actuator/prometheus")
                    .text()
                    .contains(
                        "handfast_configuration_file_last_apply_success %d.0".formatted(value)));
  }

  /** As Kubernetes does: who follows the file never sees it empty or in part. */
  private static void replace(Path file, String content) throws IOException {
    Path next = Files.writeString(file.resolveSibling("next.yaml"), content);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static String withFileProfile() {
    return PROFILE.formatted("from-file", "x25519");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Api.Answer put(String document, String query) {
    return api.call("PUT", CONFIGURATION + query, document, YAML);
  }

  private static String violation(Api.Answer answer) {
    var first = answer.expect(400).json().at("/violations/0");
    return first.at("/field").asString() + ": " + first.at("/message").asString();
  }
}
