package dev.handfast.clientauth;

import static dev.handfast.testing.Pki.root;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.handfast.testing.Api;
import dev.handfast.testing.ManagementTest;
import dev.handfast.testing.Pki.Issued;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** A change that the database cuts off is in force as a whole or not at all. */
@ManagementTest
@Import(ClientAuthApiTest.Listening.class)
class ClientAuthSnapshotTest {

  private static final String BUNDLES = "/api/v1/trust-bundles";
  private static final String POLICIES = "/api/v1/client-auth-policies";
  private static final JsonMapper JSON = new JsonMapper();

  @LocalServerPort private int port;
  @Autowired private TrustBundles bundles;
  @Autowired private ClientAuthApiTest.Listening events;
  @Autowired private JdbcClient jdbc;
  private Api api;

  @BeforeEach
  void connect() {
    api = Api.basic(URI.create("http://localhost:" + port), "admin", ManagementTest.PASSWORD);
  }

  @AfterEach
  void delete() {
    api.delete(POLICIES + "/cut-off");
    api.delete(BUNDLES + "/cut-off");
  }

  @Test
  void aBundleWhoseCrlsCannotBeFollowedIsPutInForceLaterAndAnnouncedThen() {
    Issued before = root("CN=Before");
    Issued after = root("CN=After");
    api.post(BUNDLES, bundle(before)).expect(201);
    api.post(
            POLICIES,
            JSON.writeValueAsString(
                Map.of("name", "cut-off", "mode", "require", "trustBundle", "cut-off")))
        .expect(201);
    events.seen.clear();

    jdbc.sql("alter table trust_bundle_crl rename to gone").update();
    try {
      assertThat(api.put(BUNDLES + "/cut-off", bundle(after)).status()).isGreaterThanOrEqualTo(500);

      assertThat(bundles.certificates("cut-off")).contains(List.of(before.certificate()));
      assertThat(announced()).isEmpty();
    } finally {
      jdbc.sql("alter table gone rename to trust_bundle_crl").update();
    }

    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(announced())
                    .extracting(ClientAuthChanged::cause)
                    .containsExactly(ClientAuthChanged.Cause.POLICY));
    assertThat(bundles.certificates("cut-off")).contains(List.of(after.certificate()));
  }

  private Stream<ClientAuthChanged> announced() {
    return events.seen.stream().filter(changed -> changed.policies().contains("cut-off"));
  }

  private static String bundle(Issued authority) {
    return JSON.writeValueAsString(Map.of("name", "cut-off", "certificatesPem", authority.pem()));
  }
}
