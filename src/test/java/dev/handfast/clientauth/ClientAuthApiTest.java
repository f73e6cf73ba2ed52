package dev.handfast.clientauth;

import static dev.handfast.testing.Pki.certificate;
import static dev.handfast.testing.Pki.root;
import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.handshake.CertificateDemand;
import dev.handfast.handshake.ClientAuthenticator.Proof;
import dev.handfast.handshake.Reason;
import dev.handfast.testing.Api;
import dev.handfast.testing.ManagementTest;
import dev.handfast.testing.Pki;
import dev.handfast.testing.Pki.Issued;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@ManagementTest
@Import(ClientAuthApiTest.Listening.class)
class ClientAuthApiTest {

  private static final String BUNDLES = "/api/v1/trust-bundles";
  private static final String POLICIES = "/api/v1/client-auth-policies";
  private static final JsonMapper JSON = new JsonMapper();
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final Issued root = root("CN=Root");
  private final Issued alice = certificate("CN=alice").dns("a.x.example").issue(root);
  private final String bundle = "bundle-" + NUMBER.incrementAndGet();
  private final String policy = "policy-" + NUMBER.get();

  @LocalServerPort private int port;
  @Autowired private ClientAuthPolicies policies;
  @Autowired private ClientAuthDecisions decisions;
  @Autowired private TrustBundles bundles;
  @Autowired private Listening events;
  private Api api;

  @BeforeEach
  void connect() {
    api = Api.basic(URI.create("http://localhost:" + port), "admin", ManagementTest.PASSWORD);
    events.seen.clear();
  }

  @Test
  void aBundleIsCreatedChangedAndDeleted() {
    Api.Answer created = createBundle(Map.of()).expect(201);

    assertThat(created.header("ETag")).isEqualTo("\"1\"");
    JsonNode json = created.json();
    assertThat(json.at("/revocation").asString()).isEqualTo("none");
    assertThat(json.at("/onUnknown").asString()).isEqualTo("deny");
    assertThat(json.at("/certificates/0/subject").asString()).isEqualTo("CN=Root");
    assertThat(bundles.certificates(bundle)).contains(List.of(root.certificate()));

    String changed = created.text().replace("\"none\"", "\"ocsp\"");
    String path = BUNDLES + "/" + bundle;
    api.call("PUT", path, changed, Map.of("If-Match", "\"7\"")).expect(412);
    Api.Answer replaced = api.call("PUT", path, changed, Map.of("If-Match", "\"1\"")).expect(200);
    assertThat(replaced.header("ETag")).isEqualTo("\"2\"");
    api.delete(path).expect(204);
    api.get(path).expect(404);
    assertThat(bundles.certificates(bundle)).isEmpty();
  }

  @Test
  void aBundleInUseIsNotDeleted() {
    createBundle(Map.of()).expect(201);
    createPolicy(Map.of()).expect(201);

    Api.Answer refused = api.delete(BUNDLES + "/" + bundle).expect(409);

    assertThat(refused.text()).contains("client auth policy " + policy);
    assertThat(api.get(BUNDLES + "/" + bundle).json().at("/usedBy/0").asString())
        .isEqualTo("client auth policy " + policy);
    api.delete(POLICIES + "/" + policy).expect(204);
    api.delete(BUNDLES + "/" + bundle).expect(204);
  }

  @Test
  void aBundleThatIsWrongIsRefusedWithEveryField() {
    Map<String, String> expected =
        Map.of(
            "certificatesPem", "no PEM entry found",
            "crlPem", "CRL 1 cannot be read",
            "crlUrls[0]", "'ftp://x' (expected: an http or https URL",
            "revocation", "'maybe' (expected: none, crl, ocsp or crl-and-ocsp)",
            "onUnknown", "'ask' (expected: allow or deny)");

    JsonNode json =
        createBundle(
                Map.of(
                    "certificatesPem", "nothing",
                    "crlPem", "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n",
                    "crlUrls", List.of("ftp://x"),
                    "revocation", "maybe",
                    "onUnknown", "ask"))
            .expect(400)
            .json();

    expected.forEach(
        (field, message) -> assertThat(violation(json, field)).as(field).contains(message));
    api.get(BUNDLES + "/" + bundle).expect(404);
  }

  @Test
  void aCertificateThatIsNoCaIsNotTakenIntoABundle() {
    JsonNode json =
        createBundle(Map.of("certificatesPem", root.pem() + alice.pem())).expect(400).json();

    assertThat(violation(json, "certificatesPem"))
        .startsWith("certificate 2, 'CN=alice', is not a CA's (expected: basicConstraints with cA");
    assertThat(
            violation(
                createBundle(Map.of("certificatesPem", root.keyPem())).json(), "certificatesPem"))
        .isEqualTo("found 'BEGIN PRIVATE KEY' (expected: only 'BEGIN CERTIFICATE')");
  }

  @Test
  void aPolicyIsInForceAtOnce() {
    createBundle(Map.of()).expect(201);

    Api.Answer created = createPolicy(Map.of("reauthenticateAfter", "PT1H")).expect(201);

    ClientAuthPolicy inForce = policies.find(policy).orElseThrow();
    assertThat(inForce.demand()).isEqualTo(CertificateDemand.REQUIRE);
    assertThat(inForce.authorities()).containsExactly(root.certificate().getSubjectX500Principal());
    assertThat(inForce.reauthenticateAfter()).hasValue(Duration.ofHours(1));
    assertThat(events.seen)
        .contains(new ClientAuthChanged(Set.of(policy), ClientAuthChanged.Cause.POLICY));
    String path = POLICIES + "/" + policy;
    String changed = created.text().replace("\"require\"", "\"request\"");
    api.call("PUT", path, changed, Map.of("If-Match", "\"2\"")).expect(412);
    api.put(path, changed).expect(200);
    ClientAuthPolicy next = policies.find(policy).orElseThrow();
    assertThat(next.demand()).isEqualTo(CertificateDemand.REQUEST);
    assertThat(next.revision()).isGreaterThan(inForce.revision());
  }

  @Test
  void aChangedBundleChangesItsPoliciesOnly() {
    createBundle(Map.of()).expect(201);
    createPolicy(Map.of()).expect(201);
    events.seen.clear();
    ClientAuthPolicy before = policies.find(policy).orElseThrow();

    api.put(
            BUNDLES + "/" + bundle,
            JSON.writeValueAsString(Map.of("certificatesPem", root("CN=New").pem())))
        .expect(200);

    assertThat(events.seen)
        .containsExactly(new ClientAuthChanged(Set.of(policy), ClientAuthChanged.Cause.POLICY));
    assertThat(policies.find(policy).orElseThrow().revision()).isGreaterThan(before.revision());
    assertThat(evaluate(alice.pem()).at("/reason").asString()).isEqualTo("client_issuer_untrusted");
  }

  @Test
  void whatIsNewInABundlesCrlIsARevocationAndNoOtherChange() {
    Map<String, Object> withCrl =
        Map.of("revocation", "crl", "crlPem", Pki.pem(root.crl()), "certificatesPem", root.pem());
    createBundle(withCrl).expect(201);
    createPolicy(Map.of()).expect(201);
    ClientAuthPolicy before = policies.find(policy).orElseThrow();
    events.seen.clear();
    Map<String, Object> revoking = new HashMap<>(withCrl);
    revoking.put("crlPem", Pki.pem(root.crl(alice)));

    api.put(BUNDLES + "/" + bundle, JSON.writeValueAsString(revoking)).expect(200);

    assertThat(events.seen)
        .containsExactly(new ClientAuthChanged(Set.of(policy), ClientAuthChanged.Cause.REVOCATION));
    assertThat(policies.find(policy).orElseThrow().revision()).isGreaterThan(before.revision());
    events.seen.clear();
    revoking.put("onUnknown", "allow");

    api.put(BUNDLES + "/" + bundle, JSON.writeValueAsString(revoking)).expect(200);

    assertThat(events.seen)
        .containsExactly(new ClientAuthChanged(Set.of(policy), ClientAuthChanged.Cause.POLICY));
  }

  @Test
  void aPolicyWithoutTrustBundleIsRefusedUnlessItAsksForNothing() {
    JsonNode json = post("{\"name\":\"%s\",\"mode\":\"require\"}").expect(400).json();

    assertThat(violation(json, "trustBundle")).startsWith("missing (expected: the trust bundle");
    assertThat(
            violation(
                post("{\"name\":\"%s\",\"mode\":\"require\",\"trustBundle\":\"none-such\"}").json(),
                "trustBundle"))
        .isEqualTo("there is no trust bundle 'none-such' (expected: the name of one)");
    post("{\"name\":\"%s\",\"mode\":\"none\"}").expect(201);
  }

  @Test
  void aPolicyThatIsWrongIsRefusedWithEveryField() {
    createBundle(Map.of()).expect(201);

    JsonNode json =
        createPolicy(
                Map.of(
                    "mode", "sometimes",
                    "defaultEffect", "maybe",
                    "enforcement", "later",
                    "reauthenticateAfter", "soon",
                    "rules",
                        List.of(
                            Map.of("effect", "allow", "subject", "alice"),
                            Map.of(
                                "sanDns", List.of("ok.example", "**.x"),
                                "sanUri", List.of("x"),
                                "sanEmail", List.of("x"),
                                "fingerprintSha256", List.of("abc"),
                                "serialNumber", List.of("xyz"),
                                "path", List.of("admin")))))
            .expect(400)
            .json();

    for (String field :
        List.of(
            "mode",
            "defaultEffect",
            "enforcement",
            "reauthenticateAfter",
            "rules[0].subject",
            "rules[1].effect",
            "rules[1].sanDns[1]",
            "rules[1].sanUri[0]",
            "rules[1].sanEmail[0]",
            "rules[1].fingerprintSha256[0]",
            "rules[1].serialNumber[0]",
            "rules[1].path[0]")) {
      assertThat(violation(json, field)).as(field).isNotEmpty();
    }
    assertThat(policies.find(policy)).isEmpty();
  }

  @Test
  void aMisspeltFieldOfARuleIsRefusedInsteadOfMatchingEveryone() {
    createBundle(Map.of()).expect(201);

    createPolicy(Map.of("rules", List.of(Map.of("effect", "allow", "subjet", "CN=alice"))))
        .expect(400);
  }

  @Test
  void anEvaluationAnswersEveryQuestion() {
    createBundle(Map.of()).expect(201);
    createPolicy(
            Map.of(
                "defaultEffect",
                "deny",
                "rules",
                List.of(Map.of("effect", "allow", "sanDns", List.of("*.x.example")))))
        .expect(201);

    JsonNode allowed = evaluate(alice.pem());
    JsonNode denied = evaluate(certificate("CN=bob").dns("b.y.example").issue(root).pem());

    assertThat(allowed.at("/decision").asString()).isEqualTo("allow");
    assertThat(allowed.at("/questions").findValuesAsString("question"))
        .containsExactly(
            "certificate",
            "signature",
            "validity",
            "issuer",
            "chain",
            "authorization",
            "revocation");
    assertThat(allowed.at("/questions/5/evidence").asString())
        .isEqualTo("rule 1 (allow) matches: DNS name 'a.x.example' matches *.x.example");
    assertThat(denied.at("/decision").asString()).isEqualTo("deny");
    assertThat(denied.at("/reason").asString()).isEqualTo("client_not_authorized");
    assertThat(denied.at("/questions/5/verdict").asString()).isEqualTo("no");
    assertThat(evaluate("").at("/reason").asString()).isEqualTo("client_certificate_missing");
    api.post(POLICIES + "/" + policy + "/evaluations", "{\"certificateChainPem\":\"x\"}")
        .expect(400);
    api.post(POLICIES + "/none-such/evaluations", "{}").expect(404);
  }

  @Test
  void anEvaluationIsOfATimeThatACertificateCanName() {
    createBundle(Map.of("revocation", "crl", "crlPem", Pki.pem(root.crl()))).expect(201);
    createPolicy(Map.of()).expect(201);

    for (String wrong :
        List.of(
            "-0001-12-31T23:59:59Z",
            "+10000-01-01T00:00:00Z",
            "+300000000-01-01T00:00:00Z",
            Instant.MIN.toString(),
            Instant.MAX.toString())) {
      assertThat(violation(evaluateAt(wrong).expect(400).json(), "at"))
          .isEqualTo(
              "'%s' (expected: 0000-01-01T00:00:00Z to 9999-12-31T23:59:59Z)".formatted(wrong));
    }
    assertThat(evaluateAt("0000-01-01T00:00:00Z").expect(200).json().at("/reason").asString())
        .isEqualTo("client_certificate_not_yet_valid");
    assertThat(evaluateAt("9999-12-31T23:59:59Z").expect(200).json().at("/reason").asString())
        .isEqualTo("client_certificate_expired");
  }

  private Api.Answer evaluateAt(String at) {
    return api.post(
        POLICIES + "/" + policy + "/evaluations",
        JSON.writeValueAsString(Map.of("certificateChainPem", alice.pem(), "at", at)));
  }

  @Test
  void aRevokedClientIsRefusedByTheCrlOfTheBundle() {
    createBundle(Map.of("revocation", "crl", "crlPem", Pki.pem(root.crl(alice)))).expect(201);
    createPolicy(Map.of()).expect(201);

    JsonNode revoked = evaluate(alice.pem());

    assertThat(revoked.at("/reason").asString()).isEqualTo("client_certificate_revoked");
    assertThat(revoked.at("/questions/6/evidence").asString())
        .startsWith("'CN=alice' was revoked on ");
    assertThat(evaluate(certificate("CN=bob").issue(root).pem()).at("/decision").asString())
        .isEqualTo("allow");
    assertThat(api.get(BUNDLES + "/" + bundle).json().at("/crls/0/issuer").asString())
        .isEqualTo("CN=Root");
  }

  @Test
  void whatNobodyKnowsIsDecidedByTheBundle() {
    String pem = Pki.pem(root("CN=Root").crl());
    createBundle(Map.of("revocation", "crl", "crlPem", pem)).expect(201);
    createPolicy(Map.of()).expect(201);
    assertThat(evaluate(alice.pem()).at("/reason").asString())
        .isEqualTo("client_revocation_unknown");
    assertThat(api.get(BUNDLES + "/" + bundle).json().at("/crls/0/lastError").asString())
        .isEqualTo("the CRL of crlPem[0] is not signed by the key of 'CN=Root'");

    api.put(
            BUNDLES + "/" + bundle,
            JSON.writeValueAsString(
                Map.of(
                    "certificatesPem",
                    root.pem(),
                    "revocation",
                    "crl",
                    "crlPem",
                    pem,
                    "onUnknown",
                    "allow")))
        .expect(200);

    JsonNode allowed = evaluate(alice.pem());
    assertThat(allowed.at("/decision").asString()).isEqualTo("allow");
    assertThat(allowed.at("/questions/6/verdict").asString()).isEqualTo("unknown");
  }

  @Test
  void aPolicyCanBeTriedBeforeItIsStored() {
    createBundle(Map.of()).expect(201);
    ClientAuthPolicyDefinition inline =
        new ClientAuthPolicyDefinition(null, "require", bundle, "deny", null, null, null);

    var decided =
        decisions
            .of(inline)
            .decide(
                List.of(alice.certificate()),
                Proof.NONE,
                new Resource("default", null, null),
                Instant.now(),
                RevocationLookup.KNOWN);

    assertThat(decided.reason()).isEqualTo(Reason.CLIENT_NOT_AUTHORIZED);
    assertThat(decisions.inForce("none-such")).isEmpty();
  }

  @Test
  void theConfigurationDocumentHasBundlesAndPolicies() {
    createBundle(Map.of()).expect(201);
    createPolicy(Map.of("rules", List.of(Map.of("effect", "allow", "subject", "CN=*"))))
        .expect(201);

    Api.Answer document =
        api.call("GET", "/api/v1/configuration", null, Map.of("Accept", "application/json"));
    JsonNode json = document.expect(200).json();

    assertThat(json.toString()).contains("\"" + bundle + "\"").contains("\"" + policy + "\"");
    Api.Answer same = api.put("/api/v1/configuration?dryRun=true", document.text()).expect(200);
    assertThat(same.json().at("/changes").size()).isZero();
    Api.Answer changed =
        api.put(
                "/api/v1/configuration?dryRun=true",
                document.text().replace("\"CN=*\"", "\"CN=a*\""))
            .expect(200);
    assertThat(changed.json().at("/changes/0/name").asString()).isEqualTo(policy);
  }

  private JsonNode evaluate(String pem) {
    return api.post(
            POLICIES + "/" + policy + "/evaluations",
            JSON.writeValueAsString(
                Map.of("certificateChainPem", pem, "serverName", "www.example", "path", "/")))
        .expect(200)
        .json();
  }

  private Api.Answer createBundle(Map<String, Object> changes) {
    Map<String, Object> body = new HashMap<>(Map.of("certificatesPem", root.pem()));
    body.putAll(changes);
    body.put("name", bundle);
    return api.post(BUNDLES, JSON.writeValueAsString(body));
  }

  private Api.Answer createPolicy(Map<String, Object> changes) {
    Map<String, Object> body =
        new HashMap<>(Map.of("mode", "require", "trustBundle", bundle, "defaultEffect", "allow"));
    body.putAll(changes);
    body.put("name", policy);
    return api.post(POLICIES, JSON.writeValueAsString(body));
  }

  private Api.Answer post(String json) {
    return api.post(POLICIES, json.formatted(policy));
  }

  private static String violation(JsonNode problem, String field) {
    for (JsonNode violation : problem.at("/violations")) {
      if (violation.at("/field").asString().equals(field)) {
        return violation.at("/message").asString();
      }
    }
    return "";
  }

  @TestConfiguration(proxyBeanMethods = false)
  static class Listening {

    final List<ClientAuthChanged> seen = new CopyOnWriteArrayList<>();

    @EventListener
    void on(ClientAuthChanged changed) {
      seen.add(changed);
    }
  }
}
