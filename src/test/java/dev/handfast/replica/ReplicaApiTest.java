package dev.handfast.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.testing.Api;
import dev.handfast.testing.ManagementTest;
import java.net.URI;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** A single instance, on H2. */
@ManagementTest
class ReplicaApiTest {

  @LocalServerPort private int port;
  @Autowired private JdbcClient jdbc;
  private Api api;

  @BeforeEach
  void connect() {
    api = Api.basic(URI.create("http://localhost:" + port), "admin", ManagementTest.PASSWORD);
  }

  @Test
  void aSingleInstanceIsItsOnlyReplicaAndWritesNothingAboutIt() {
    JsonNode items = api.get("/api/v1/replicas").expect(200).json().get("items");

    assertThat(items).hasSize(1);
    assertThat(items.at("/0/state").asString()).isEqualTo("self");
    assertThat(items.at("/0/address").asString()).endsWith(":" + port);
    assertThat(items.at("/0/version").asString()).isNotEmpty();
    assertThat(items.at("/0/revision").asLong()).isNotNegative();
    assertThat(items.at("/0/configurationInForce").asBoolean()).isTrue();
    assertThat(jdbc.sql("select count(*) from replica").query(Integer.class).single()).isZero();
  }

  @Test
  void itsListsHaveNobodyMissing() {
    for (String list : new String[] {"connections", "renegotiations"}) {
      assertThat(api.get("/api/v1/" + list).expect(200).json().get("unreachableReplicas"))
          .as(list)
          .isEmpty();
    }
    api.get("/api/v1/connections/unknown").expect(404);
    api.delete("/api/v1/connections/unknown").expect(404);
  }
}
