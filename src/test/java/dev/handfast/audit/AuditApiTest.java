package dev.handfast.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.configuration.ConfigurationChanges;
import dev.handfast.configuration.ConfigurationObjects;
import dev.handfast.configuration.ResourceType;
import dev.handfast.testing.Api;
import dev.handfast.testing.ManagementTest;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

@ManagementTest
class AuditApiTest {

  private static final String PASSWORD = "a password to be audited";

  @LocalServerPort private int port;
  @Autowired private ConfigurationChanges changes;
  @Autowired private ConfigurationObjects objects;
  private URI base;
  private Api api;

  @BeforeEach
  void connect() {
    base = URI.create("http://localhost:" + port);
    api = Api.basic(base, "admin", ManagementTest.PASSWORD);
  }

  @Test
  void aChangeIsRecordedWithBothDocuments() {
    String body =
        """
        {"name":"audited","minVersion":"%s","cipherSuites":["TLS_AES_128_GCM_SHA256"],
         "groups":["x25519"],"signatureSchemes":["ed25519"]}
        """;
    api.post("/api/v1/tls-profiles", body.formatted("TLSv1.3")).expect(201);
    api.put(
            "/api/v1/tls-profiles/audited",
            body.formatted("TLSv1.3").replace("x25519", "secp256r1"))
        .expect(200);
    api.delete("/api/v1/tls-profiles/audited").expect(204);
    JsonNode items = events("resourceType=tls-profiles&resourceName=audited");
    assertThat(items.findValuesAsString("action")).containsExactly("delete", "update", "create");
    JsonNode update = items.get(1);
    assertThat(update.at("/principal").asString()).isEqualTo("admin");
    assertThat(update.at("/clientAddress").asString()).isIn("127.0.0.1", "0:0:0:0:0:0:0:1");
    assertThat(update.at("/outcome").asString()).isEqualTo("success");
    assertThat(update.at("/before/groups/0").asString()).isEqualTo("x25519");
    assertThat(update.at("/after/groups/0").asString()).isEqualTo("secp256r1");
    assertThat(update.at("/at").asString()).endsWith("Z");
  }

  @Test
  void aChangeThatFailsLeavesNeitherItselfNorASuccess() {
    try {
      changes.apply(
          () -> {
            objects.create(ResourceType.TLS_PROFILE, "half", Map.of("a", 1));
            throw new IllegalStateException("on purpose");
          });
    } catch (IllegalStateException expected) {
      assertThat(expected).hasMessage("on purpose");
    }
    assertThat(events("resourceName=half")).isEmpty();
    assertThat(objects.find(ResourceType.TLS_PROFILE, "half", Map.class)).isEmpty();
  }

  @Test
  void deniedAndRefusedAttemptsAreRecorded() {
    Api.basic(base, "admin", "wrong").get("/api/v1/audit-events").expect(401);
    api.delete("/api/v1/tls-profiles/never-there").expect(404);
    api.delete("/api/v1/tls-profiles/modern").expect(409);
    JsonNode denied = events("outcome=denied&resourceType=audit-events");
    assertThat(denied.get(0).at("/principal").asString()).isEqualTo("admin");
    assertThat(denied.get(0).at("/status").asInt()).isEqualTo(401);
    JsonNode refused = events("outcome=refused&resourceName=never-there");
    assertThat(refused.get(0).at("/status").asInt()).isEqualTo(404);
    assertThat(refused.get(0).at("/action").asString()).isEqualTo("delete");
    assertThat(events("outcome=refused&resourceName=modern").get(0).at("/status").asInt())
        .isEqualTo(409);
  }

  @Test
  void aNameThatIsNoUsersIsNotRecorded() {
    Api.basic(base, PASSWORD, "wrong").get("/api/v1/audit-events").expect(401);
    assertThat(events("outcome=denied").toString()).doesNotContain(PASSWORD);
  }

  @Test
  void noSecretReachesTheAuditLog() {
    api.post(
            "/api/v1/users",
            "{\"name\":\"carl\",\"role\":\"viewer\",\"password\":\"" + PASSWORD + "\"}")
        .expect(201);
    api.delete("/api/v1/users/carl").expect(204);
    JsonNode items = events("resourceType=users&resourceName=carl");
    assertThat(items).hasSize(2);
    assertThat(items.toString()).doesNotContain(PASSWORD).doesNotContain("argon2");
  }

  @Test
  void eventsArePagedNewestFirst() {
    for (int i = 0; i < 5; i++) {
      api.delete("/api/v1/tls-profiles/page-" + i).expect(404);
    }
    String filter = "resourceType=tls-profiles&outcome=refused&limit=2";
    JsonNode first = api.get("/api/v1/audit-events?" + filter).expect(200).json();
    JsonNode second =
        api.get("/api/v1/audit-events?" + filter + "&cursor=" + first.at("/nextCursor").asString())
            .expect(200)
            .json();
    assertThat(first.at("/items/0/resourceName").asString()).isEqualTo("page-4");
    assertThat(second.at("/items/0/resourceName").asString()).isEqualTo("page-2");
  }

  private JsonNode events(String query) {
    return api.get("/api/v1/audit-events?" + query).expect(200).json().at("/items");
  }
}
