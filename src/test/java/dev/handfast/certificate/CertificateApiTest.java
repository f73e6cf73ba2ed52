package dev.handfast.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.testing.Api;
import dev.handfast.testing.CommandLine;
import dev.handfast.testing.ManagementTest;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** Certificates over HTTP, as the contract has them. */
@ManagementTest
class CertificateApiTest {

  private static final String CERTIFICATES = "/api/v1/certificates";

  @LocalServerPort private int port;
  private Api api;

  CertificateApiTest() {
    api = Api.anonymous(URI.create("http://localhost"));
  }

  @BeforeEach
  void connect() {
    api = Api.basic(URI.create("http://localhost:" + port), "admin", ManagementTest.PASSWORD);
  }

  @Test
  void aCertificateIsGeneratedShownListedRotatedRolledBackAndDeleted() {
    Api.Answer created = api.post(CERTIFICATES, generate("api-life")).expect(201);
    assertThat(created.header("ETag")).isEqualTo("\"1\"");
    assertThat(created.header("Location")).isEqualTo(CERTIFICATES + "/api-life");
    JsonNode shown = api.get(CERTIFICATES + "/api-life").expect(200).json();
    assertThat(shown).isEqualTo(created.json());
    assertThat(shown.at("/version").asInt()).isEqualTo(1);
    assertThat(shown.at("/subject").asString()).isEqualTo("CN=www.example");
    assertThat(shown.at("/issuer").asString()).startsWith("CN=Handfast local issuing CA");
    assertThat(shown.at("/subjectAltNames/0").asString()).isEqualTo("www.example");
    assertThat(shown.at("/serialNumber").asString()).matches("[0-9a-f]{20,40}");
    assertThat(shown.at("/keyType").asString()).isEqualTo("EC-P256");
    assertThat(shown.at("/notAfter").asString()).endsWith("Z");
    assertThat(shown.at("/fingerprintSha256").asString()).matches("[0-9a-f]{64}");
    assertThat(shown.at("/chainPem").asString()).startsWith("-----BEGIN CERTIFICATE-----");
    assertThat(shown.at("/usedBy").isArray()).isTrue();
    assertThat(api.get(CERTIFICATES + "?limit=500").json().at("/items").findValuesAsString("name"))
        .contains("api-life");

    Api.Answer rotated =
        api.call(
                "POST",
                CERTIFICATES + "/api-life/versions",
                generate(null),
                Map.of("If-Match", "\"1\""))
            .expect(201);
    assertThat(rotated.json().at("/version").asInt()).isEqualTo(2);
    assertThat(rotated.header("ETag")).isEqualTo("\"2\"");
    JsonNode newest =
        api.get(CERTIFICATES + "/api-life/versions?limit=1").expect(200).json().at("/items/0");
    assertThat(newest.at("/version").asInt()).isEqualTo(2);
    assertThat(newest.at("/current").asBoolean()).isTrue();
    Api.Answer back = api.call("POST", CERTIFICATES + "/api-life/rollback", null, Map.of());
    assertThat(back.expect(200).json().at("/version").asInt()).isEqualTo(1);
    assertThat(
            api.call("POST", CERTIFICATES + "/api-life/rollback", null, Map.of())
                .expect(409)
                .json()
                .at("/detail")
                .asString())
        .contains("no version before 1");
    api.call("DELETE", CERTIFICATES + "/api-life", null, Map.of("If-Match", "\"1\"")).expect(412);
    api.delete(CERTIFICATES + "/api-life").expect(204);
    api.get(CERTIFICATES + "/api-life").expect(404);
    assertThat(
            api.get("/api/v1/audit-events?resourceName=api-life")
                .expect(200)
                .json()
                .at("/items")
                .findValuesAsString("action"))
        .contains("create", "update", "rollback", "delete");
  }

  @Test
  void aRequestIsAnsweredAsJsonOrAsPem() {
    String body = "{\"subject\":\"CN=csr.example\",\"subjectAltNames\":[\"csr.example\"]}";
    String json =
        api.post(CERTIFICATES + "/api-csr/csr", body).expect(201).json().at("/csrPem").asString();
    assertThat(json).startsWith("-----BEGIN CERTIFICATE REQUEST-----");
    assertThat(CommandLine.runWithInput(json, "openssl", "req", "-verify", "-noout").exitCode())
        .isZero();
    Api.Answer pem =
        api.call(
                "POST",
                CERTIFICATES + "/api-csr/csr",
                body,
                Map.of("Accept", "application/x-pem-file"))
            .expect(201);
    assertThat(pem.text()).startsWith("-----BEGIN CERTIFICATE REQUEST-----");
    JsonNode pending = api.get(CERTIFICATES + "/api-csr").expect(200).json();
    assertThat(pending.at("/version").isNull()).isTrue();
    assertThat(pending.at("/pendingCsrPem").asString()).isEqualTo(pem.text());
    JsonNode refused =
        api.call(
                "PUT",
                CERTIFICATES + "/api-csr/signed",
                "nonsense",
                Map.of("Content-Type", "application/x-pem-file"))
            .expect(400)
            .json();
    assertThat(refused.at("/violations/0/field").asString()).isEqualTo("certificateChainPem");
  }

  @Test
  void badInputIsAnsweredWithTheFieldAndWhatWasExpected() {
    Api.Answer refused =
        api.post(
                CERTIFICATES,
                "{\"name\":\"api-bad\",\"source\":\"upload\",\"certificateChainPem\":\"x\",\"privateKeyPem\":\"y\"}")
            .expect(400);
    assertThat(refused.header("Content-Type")).startsWith("application/problem+json");
    assertThat(refused.json().at("/violations/0/field").asString())
        .isEqualTo("certificateChainPem");
    assertThat(refused.json().at("/violations/0/message").asString())
        .isEqualTo("no PEM block (expected: -----BEGIN CERTIFICATE-----)");
    api.get(CERTIFICATES + "/api-bad").expect(404);
    api.post(CERTIFICATES + "/missing/versions", generate(null)).expect(404);
    api.post(CERTIFICATES, generate("api-twice")).expect(201);
    api.post(CERTIFICATES, generate("api-twice")).expect(409);
  }

  @Test
  void theGaugesAppearAndGoWithTheCertificate() {
    api.post(CERTIFICATES, generate("api-gauge")).expect(201);
    assertThat(api.get("/actuator/prometheus").expect(200).text())
        .contains("handfast_certificate_not_after_timestamp_seconds{certificate=\"api-gauge\"}")
        .contains("handfast_certificate_not_before_timestamp_seconds{certificate=\"api-gauge\"}");
    api.delete(CERTIFICATES + "/api-gauge").expect(204);
    assertThat(api.get("/actuator/prometheus").expect(200).text())
        .doesNotContain("certificate=\"api-gauge\"");
  }

  @Test
  void noAnswerHoldsAPrivateKey() {
    api.post(CERTIFICATES, generate("api-secret")).expect(201);
    for (String path :
        new String[] {
          CERTIFICATES,
          CERTIFICATES + "/api-secret",
          CERTIFICATES + "/api-secret/versions",
          "/api/v1/local-ca",
          "/api/v1/audit-events"
        }) {
      assertThat(api.get(path).expect(200).text()).doesNotContain("PRIVATE KEY");
    }
    assertThat(api.get("/api/v1/local-ca").json().at("/rootPem").asString())
        .startsWith("-----BEGIN CERTIFICATE-----");
  }

  @Test
  void nobodyIsAnsweredWithoutCredentials() {
    Api anonymous = Api.anonymous(URI.create("http://localhost:" + port));
    anonymous.get(CERTIFICATES).expect(401);
    anonymous.post(CERTIFICATES, generate("api-anonymous")).expect(401);
    anonymous.get("/api/v1/local-ca").expect(401);
  }

  private static String generate(@Nullable String name) {
    return (name == null ? "{" : "{\"name\":\"" + name + "\",")
        + "\"source\":\"generate\",\"subject\":\"CN=www.example\","
        + "\"subjectAltNames\":[\"www.example\"],\"keyType\":\"EC-P256\","
        + "\"validity\":\"P90D\",\"issuer\":\"local-ca\"}";
  }
}
