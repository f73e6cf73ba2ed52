package dev.handfast.replica;

import static dev.handfast.replica.ThreeReplicas.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.handfast.testing.Api;
import dev.handfast.testing.HandshakeLoad;
import dev.handfast.testing.OpenSslSession;
import dev.handfast.testing.RequiresTool;
import dev.handfast.testing.TlsClients;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Three processes on one PostgreSQL that act as one. */
@RequiresTool("openssl")
class ThreeReplicasIT {

  private static final String CONNECTIONS = "/api/v1/connections";
  private static final String RENEGOTIATIONS = "/api/v1/renegotiations";
  private static final String PROFILES = "/api/v1/tls-profiles";
  private static final Duration A_SECOND_OR_SO = Duration.ofSeconds(3);

  private static ThreeReplicas replicas;

  @BeforeAll
  static void start() throws IOException {
    replicas = new ThreeReplicas();
  }

  @AfterAll
  static void stop() throws IOException {
    replicas.close();
  }

  @Test
  void aChangeIsInForceOnAllAndEachSaysWhatItRuns() {
    for (String name : replicas.names()) {
      String profile = "changed-on-" + name;
      createProfile(replicas.api(name), profile).expect(201);
      for (String other : replicas.names()) {
        await(profile + " on " + other)
            .pollInterval(Duration.ofMillis(20))
            .atMost(A_SECOND_OR_SO)
            .until(() -> metric(other, "handfast_configuration_revision") == revision(name));
        replicas.api(other).get(PROFILES + "/" + profile).expect(200);
      }
    }
    JsonNode items = replicas.api("b").get("/api/v1/replicas").expect(200).json().get("items");
    assertThat(items.findValuesAsString("name")).containsExactly("a", "b", "c");
    assertThat(items.findValuesAsString("state")).containsExactly("live", "self", "live");
    for (JsonNode item : items) {
      assertThat(item.get("address").asString()).matches(".+:\\d+");
      assertThat(item.get("version").asString()).isNotEmpty();
      assertThat(item.get("configurationInForce").asBoolean()).isTrue();
      assertThat(item.get("connections").asInt()).isNotNegative();
    }
  }

  @Test
  void aRotatedCertificateIsShownByAllAndNoHandshakeFails() throws IOException {
    replicas
        .api("a")
        .post("/api/v1/certificates", "{\"name\":\"rotated\"," + GENERATE + "}")
        .expect(201);
    createListener("rotation", "rotated");
    try (HandshakeLoad load = load("rotation", "a", "b", "c")) {
      for (int i = 0; i < 9; i++) {
        replicas
            .api(replicas.names().get(i % 3))
            .post("/api/v1/certificates/rotated/versions", "{" + GENERATE + "}")
            .expect(201);
        load.awaitMore(3);
      }
      JsonNode newest = replicas.api("a").get("/api/v1/certificates/rotated").json();
      assertThat(newest.get("version").asInt()).isEqualTo(10);
      for (String name : replicas.names()) {
        int port = replicas.port(name, "rotation");
        await("newest certificate on " + name)
            .atMost(A_SECOND_OR_SO)
            .until(() -> serialNumber(port).equals(newest.get("serialNumber").asString()));
      }
      load.assertNoneFailed();
    }
  }

  @Test
  void connectionsOfAllAreListedShownAndClosedThroughAnyOfThem() {
    createListener("listed", "default");
    Api api = replicas.api("a");
    try (OpenSslSession first = connect("b", "listed", "-tls1_2");
        OpenSslSession second = connect("c", "listed", "-tls1_3");
        OpenSslSession third = connect("a", "listed", "-tls1_3")) {
      awaitConnections("listed", 3);

      JsonNode all = list("a", "?listener=listed");
      assertThat(all.get("unreachableReplicas")).isEmpty();
      assertThat(all.get("items").findValuesAsString("replica"))
          .containsExactlyInAnyOrder("a", "b", "c");
      assertThat(all.get("items").findValuesAsString("id")).isSorted();
      assertThat(list("c", "?listener=listed").get("items").findValuesAsString("id"))
          .isEqualTo(all.get("items").findValuesAsString("id"));

      JsonNode page = list("a", "?listener=listed&limit=2");
      JsonNode rest =
          list("b", "?listener=listed&limit=2&cursor=" + page.get("nextCursor").asString());
      assertThat(rest.get("nextCursor").isNull()).isTrue();
      List<String> paged = new ArrayList<>(page.get("items").findValuesAsString("id"));
      paged.addAll(rest.get("items").findValuesAsString("id"));
      assertThat(paged).isEqualTo(all.get("items").findValuesAsString("id"));

      JsonNode old = list("a", "?listener=listed&protocol=TLSv1.2");
      assertThat(old.get("items").findValuesAsString("replica")).containsExactly("b");

      String id = old.at("/items/0/id").asString();
      assertThat(api.get(CONNECTIONS + "/" + id).expect(200).json().get("replica").asString())
          .isEqualTo("b");
      api.delete(CONNECTIONS + "/" + id).expect(204);
      first.awaitEnd();
      awaitConnections("listed", 2);
      api.get(CONNECTIONS + "/" + id).expect(404);
      assertThat(second.isConnected()).isTrue();
      assertThat(third.isConnected()).isTrue();
    }
  }

  @Test
  void aClientOfAnotherReplicaIsRenegotiatedAndAnyReplicaKnowsHowItWent() {
    createListener("renegotiated", "default");
    try (OpenSslSession there = connect("c", "renegotiated", "-tls1_2");
        OpenSslSession here = connect("a", "renegotiated", "-tls1_3")) {
      awaitConnections("renegotiated", 2);

      String path = renegotiate("a", "{\"listener\":\"renegotiated\"}", "auto").header("Location");

      JsonNode done = awaitFinished("b", path);
      assertThat(done.get("matched").asInt()).isEqualTo(2);
      assertThat(done.get("succeeded").asInt()).isEqualTo(2);
      assertThat(done.get("unreachableReplicas")).isEmpty();
      JsonNode result = ofReplica(done, "c");
      assertThat(result.get("mechanism").asString()).isEqualTo("renegotiation");
      assertThat(result.get("outcome").asString()).isEqualTo("succeeded");
      assertThat(ofReplica(done, "a").get("mechanism").asString()).isEqualTo("key_update");
      assertThat(
              replicas
                  .api("c")
                  .get(RENEGOTIATIONS)
                  .expect(200)
                  .json()
                  .at("/items")
                  .findValuesAsString("id"))
          .contains(done.get("id").asString());
      assertAnswers(there);
      assertAnswers(here);
    }
  }

  @Test
  void aRenegotiationIsCancelledThroughAnyReplica() {
    createListener("cancelled", "default");
    try (OpenSslSession frozen = connect("c", "cancelled", "-tls1_2")) {
      awaitConnections("cancelled", 1);
      frozen.freeze();
      String path =
          renegotiate("a", "{\"listener\":\"cancelled\"}", "renegotiate").header("Location");

      replicas.api("b").delete(path).expect(204);

      assertThat(awaitFinished("a", path).get("cancelled").asBoolean()).isTrue();
      replicas.api("b").delete(RENEGOTIATIONS + "/unknown").expect(404);
    }
  }

  @Test
  void aKilledReplicaTakesNothingWithItThatWasAcknowledged() {
    createListener("killed", "default");
    try (OpenSslSession lost = connect("c", "killed", "-tls1_3");
        HandshakeLoad load = load("killed", "a", "b")) {
      await("the connection to c")
          .atMost(SOON)
          .until(
              () ->
                  list("a", "?listener=killed")
                      .get("items")
                      .findValuesAsString("replica")
                      .contains("c"));
      createProfile(replicas.api("c"), "acknowledged").expect(201);
      replicas.get("c").kill();

      JsonNode without = list("a", "?listener=killed");
      assertThat(without.get("unreachableReplicas").valueStream().map(JsonNode::asString))
          .containsExactly("c");
      JsonNode problem = replicas.api("a").get(CONNECTIONS + "/unknown").expect(503).json();
      assertThat(problem.get("type").asString())
          .isEqualTo("urn:handfast:problem:replicas-unreachable");
      assertThat(problem.at("/unreachableReplicas/0").asString()).isEqualTo("c");
      assertThat(
              renegotiate("b", "{\"listener\":\"killed\"}", "auto")
                  .json()
                  .get("unreachableReplicas")
                  .valueStream()
                  .map(JsonNode::asString))
          .containsExactly("c");
      for (String name : List.of("a", "b")) {
        replicas.api(name).get(PROFILES + "/acknowledged").expect(200);
      }
      createProfile(replicas.api("b"), "meanwhile").expect(201);
      lost.awaitEnd();
      load.awaitMore(20);

      replicas.get("c").restart();

      replicas.awaitLive(3);
      replicas.api("c").get(PROFILES + "/acknowledged").expect(200);
      replicas.api("c").get(PROFILES + "/meanwhile").expect(200);
      assertThat(list("a", "?listener=killed").get("unreachableReplicas")).isEmpty();
      load.assertNoneFailed();
    }
  }

  @Test
  void aRestartOfTheDatabaseLosesNoAcknowledgedChangeAndFailsNoHandshake() throws IOException {
    createListener("restart", "default");
    List<String> acknowledged = new ArrayList<>();
    try (HandshakeLoad load = load("restart", "a", "b", "c")) {
      change(acknowledged, 0);
      assertThat(acknowledged).hasSize(3);
      replicas.stopDatabase();
      load.awaitMore(20);
      change(acknowledged, 1);
      assertThat(acknowledged).as("acknowledged without a database").hasSize(3);

      replicas.startDatabase();

      for (String name : replicas.names()) {
        await(name + " has the database again")
            .atMost(SOON)
            .until(() -> replicas.api(name).get(PROFILES).status() == 200);
      }
      change(acknowledged, 2);
      assertThat(acknowledged).hasSize(6);
      load.awaitMore(20).assertNoneFailed();
    }
    replicas.awaitLive(3);
    for (String name : replicas.names()) {
      await("newest configuration on " + name)
          .atMost(SOON)
          .until(() -> metric(name, "handfast_configuration_revision") == revision("a"));
      for (String profile : acknowledged) {
        replicas.api(name).get(PROFILES + "/" + profile).expect(200);
      }
    }
    assertThat(list("a", "").get("unreachableReplicas")).isEmpty();
  }

  private static final String GENERATE =
      """
      "source":"generate","subject":"CN=localhost","subjectAltNames":["localhost"],\
      "keyType":"EC-P256","validity":"P30D","issuer":"local-ca"\
      """;

  /** A change on each replica; keeps what was acknowledged. */
  private static void change(List<String> acknowledged, int round) {
    for (String name : replicas.names()) {
      String profile = "restart-%d-%s".formatted(round, name);
      if (createProfile(replicas.api(name), profile).status() == 201) {
        acknowledged.add(profile);
      }
    }
  }

  private static Api.Answer createProfile(Api api, String name) {
    return api.post(
        PROFILES,
        """
        {"name":"%s","minVersion":"TLSv1.3","cipherSuites":["TLS_AES_128_GCM_SHA256"],
         "groups":["x25519"],"signatureSchemes":["ed25519"]}
        """
            .formatted(name));
  }

  private static void createListener(String name, String certificate) {
    replicas
        .api("a")
        .post(
            "/api/v1/listeners",
            """
            {"name":"%s","address":"127.0.0.1","port":0,"upstream":"inspect:",
             "tlsProfile":"intermediate","certificates":["%s"]}
            """
                .formatted(name, certificate))
        .expect(201);
  }

  private static HandshakeLoad load(String listener, String... names) {
    return HandshakeLoad.on(
        replicas.trusting(),
        List.of(names).stream().map(name -> replicas.port(name, listener)).toList());
  }

  private static OpenSslSession connect(String replica, String listener, String version) {
    return OpenSslSession.connect(
        replicas.port(replica, listener), "-servername", "localhost", version);
  }

  private static JsonNode list(String replica, String query) {
    return replicas.api(replica).get(CONNECTIONS + query).expect(200).json();
  }

  private static void awaitConnections(String listener, int count) {
    await("connections of " + listener)
        .atMost(SOON)
        .until(() -> list("a", "?listener=" + listener).get("items").size() >= count);
  }

  private static Api.Answer renegotiate(String replica, String selector, String mode) {
    return replicas
        .api(replica)
        .post(RENEGOTIATIONS, "{\"selector\":%s,\"mode\":\"%s\"}".formatted(selector, mode))
        .expect(202);
  }

  private static JsonNode awaitFinished(String replica, String path) {
    return await(path)
        .atMost(SOON)
        .until(
            () -> replicas.api(replica).get(path).expect(200).json(),
            job -> job.get("state").asString().equals("finished"));
  }

  private static JsonNode ofReplica(JsonNode job, String replica) {
    return job.get("results")
        .valueStream()
        .filter(result -> result.get("replica").asString().equals(replica))
        .findFirst()
        .orElseThrow();
  }

  private static long revision(String replica) {
    return (long) metric(replica, "handfast_configuration_revision");
  }

  private static double metric(String replica, String name) {
    return replicas
        .api(replica)
        .get("/actuator/prometheus")
        .expect(200)
        .text()
        .lines()
        .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .findFirst()
        .orElseThrow();
  }

  private static String serialNumber(int port) throws IOException {
    try (SSLSocket socket = TlsClients.connect(replicas.trusting(), port)) {
      X509Certificate certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      return certificate.getSerialNumber().toString(16);
    }
  }

  private static void assertAnswers(OpenSslSession client) {
    client.type("GET / HTTP/1.1");
    client.type("Host: localhost");
    client.type("");
    client.awaitOutput("HTTP/1.1 200", 1);
  }
}
