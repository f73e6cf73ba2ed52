package dev.handfast.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.handfast.HandfastApplication;
import dev.handfast.clientauth.ClientAuthPolicies;
import dev.handfast.testing.Api;
import dev.handfast.testing.ClientCertificates;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.annotation.DirtiesContext;

/** What a newer version stored, met by this one: after a roll-back, or beside it in an upgrade. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      NewerVersionTest.DATABASE,
      NewerVersionTest.DATA,
      "handfast.admin.password=" + NewerVersionTest.PASSWORD,
      "handfast.bootstrap.port=0",
      "handfast.configuration.poll-interval=100ms"
    })
@DirtiesContext
@ExtendWith(OutputCaptureExtension.class)
@ResourceLock(Resources.SYSTEM_OUT)
class NewerVersionTest {

  static final String DATABASE = "spring.datasource.url=jdbc:h2:mem:newer;DB_CLOSE_DELAY=-1";
  static final String DATA = "handfast.data-dir=target/test-data/newer";
  static final String PASSWORD = "correct horse battery staple";
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String POLICY = "/api/v1/client-auth-policies/staff";
  private static final String READINESS = "/actuator/health/readiness";

  @Autowired private JdbcClient jdbc;
  @Autowired private ClientAuthPolicies policies;
  @Autowired private ConfigurationChanges changes;
  @LocalServerPort private int port;

  @Test
  void aConditionThatIsNotKnownIsNotLeftOutAndTheConfigurationBeforeStays(CapturedOutput output) {
    Api api = Api.basic(URI.create("http://localhost:" + port), "admin", PASSWORD);
    ClientCertificates staff = new ClientCertificates("staff");
    staff.putBundle(api);
    staff.putPolicy(api, "require", "CN=alice");
    var before = policies.find("staff").orElseThrow();
    long revision = changes.publishedRevision();
    String document = document();
    api.get(READINESS).expect(200);

    store(document.replace("\"subject\"", "\"onlyFrom\":[\"192.0.2.0/24\"],\"subject\""));

    await().atMost(SOON).until(() -> api.get(READINESS).status() == 503);
    assertThat(api.get(READINESS).text())
        .contains("client auth policy 'staff' as stored is not understood by this version")
        .contains("rules[0].onlyFrom: unknown field");
    api.get("/actuator/health/liveness").expect(200);
    assertThat(policies.find("staff").orElseThrow()).isSameAs(before);
    assertThat(changes.publishedRevision()).isEqualTo(revision);
    assertThat(api.put(POLICY, document).expect(409).json().at("/type").asString())
        .isEqualTo("urn:handfast:problem:unreadable");
    api.get(POLICY).expect(409);
    api.post("/api/v1/tls-profiles", PROFILE).expect(409);
    assertThatThrownBy(this::startAnother).hasStackTraceContaining("onlyFrom: unknown field");
    assertThat(output).contains("APPLICATION FAILED TO START").contains("Start the newer version");

    store(document);

    await().atMost(SOON).until(() -> api.get(READINESS).status() == 200);
    api.get("/api/v1/tls-profiles/later").expect(404);
    api.post("/api/v1/tls-profiles", PROFILE).expect(201);
  }

  private static final String PROFILE =
      """
      {"name":"later","minVersion":"TLSv1.3","cipherSuites":["TLS_AES_128_GCM_SHA256"],
       "groups":["x25519"],"signatureSchemes":["ed25519"]}
      """;

  private String document() {
    return jdbc.sql(
            """
            select document from configuration_object
            where type = 'client-auth-policies' and name = 'staff'
            """)
        .query(String.class)
        .single();
  }

  private void store(String document) {
    jdbc.sql(
            """
            update configuration_object set document = ?
            where type = 'client-auth-policies' and name = 'staff'
            """)
        .param(document)
        .update();
    jdbc.sql("update configuration_revision set revision = revision + 1").update();
  }

  private void startAnother() {
    new SpringApplicationBuilder(HandfastApplication.class)
        .web(WebApplicationType.SERVLET)
        .run("--" + DATABASE, "--" + DATA, "--handfast.bootstrap.port=0", "--server.port=0")
        .close();
  }
}
