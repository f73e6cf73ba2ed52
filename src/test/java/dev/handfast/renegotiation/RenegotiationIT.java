package dev.handfast.renegotiation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.handfast.testing.Api;
import dev.handfast.testing.ClientCertificates;
import dev.handfast.testing.ClientCertificates.Client;
import dev.handfast.testing.OpenSslSession;
import dev.handfast.testing.RequiresTool;
import dev.handfast.testing.RunningHandfast;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** OpenSSL's client on live connections that are renegotiated by hand and by rule. */
@RequiresTool("openssl")
class RenegotiationIT {

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String PATH = "/api/v1/renegotiations";

  private static RunningHandfast handfast = unset();

  @TempDir private Path directory = Path.of("");

  @BeforeAll
  static void start() {
    handfast =
        RunningHandfast.start(
            Map.of(
                "handfast.renegotiation.response-timeout",
                "2s",
                "handfast.renegotiation.check-interval",
                "200ms"));
  }

  @AfterAll
  static void stop() {
    handfast.close();
  }

  @Test
  void aTls12ClientIsRenegotiatedAndDataGoesOn() {
    ClientCertificates world = listener("renegotiate");
    try (OpenSslSession client = connect(world, "-tls1_2")) {
      awaitConnection(world);

      JsonNode done = renegotiate(world, "renegotiate", false);

      assertResult(done, "renegotiation", "succeeded");
      assertAnswers(client);
      assertThat(connection(world).get("renegotiations").asInt()).isEqualTo(1);
    }
  }

  @Test
  void aTls13ClientGetsFreshKeysAndDataGoesOn() {
    ClientCertificates world = listener("key-update");
    try (OpenSslSession client = connect(world, "-tls1_3")) {
      awaitConnection(world);

      assertResult(renegotiate(world, "auto", false), "key_update", "succeeded");
      assertResult(renegotiate(world, "key-update", false), "key_update", "succeeded");

      assertAnswers(client);
    }
  }

  @Test
  void whatAVersionDoesNotHaveIsUnsupportedAndTheConnectionLives() {
    ClientCertificates world = listener("unsupported");
    try (OpenSslSession client = connect(world, "-tls1_3")) {
      awaitConnection(world);

      JsonNode done = renegotiate(world, "renegotiate", false);

      JsonNode result = done.get("results").get(0);
      assertThat(result.get("outcome").asString()).isEqualTo("unsupported");
      assertThat(result.get("reason").asString()).isEqualTo("TLS 1.3 has no renegotiation");
      assertAnswers(client);
    }
  }

  @Test
  void aTls12ClientProvesItselfByRenegotiation() {
    ClientCertificates world = new ClientCertificates("prove12");
    Client alice = protect(world, "request", "CN=alice");
    try (OpenSslSession client = connect(world, "-tls1_2", "-cert", alice.file().toString())) {
      awaitConnection(world);

      assertResult(renegotiate(world, "reauthenticate", true), "renegotiation", "succeeded");

      assertThat(connection(world).get("clientSubject").asString()).isEqualTo("CN=alice");
      assertAnswers(client);
    }
  }

  @Test
  void aTls13ClientProvesItselfAfterTheHandshake() {
    ClientCertificates world = new ClientCertificates("prove13");
    Client alice = protect(world, "request", "CN=alice");
    try (OpenSslSession client =
        connect(world, "-tls1_3", "-enable_pha", "-cert", alice.file().toString())) {
      awaitConnection(world);

      assertResult(renegotiate(world, "auto", true), "post_handshake_auth", "succeeded");
      assertResult(renegotiate(world, "reauthenticate", true), "post_handshake_auth", "succeeded");

      assertThat(connection(world).get("clientSubject").asString()).isEqualTo("CN=alice");
      assertAnswers(client);
    }
  }

  @Test
  void aTls13ClientThatCannotProveItselfReconnects() {
    ClientCertificates world = new ClientCertificates("reconnect");
    protect(world, "request", "CN=alice");
    try (OpenSslSession client = connect(world, "-tls1_3")) {
      awaitConnection(world);
      assertThat(sessions(world)).isNotEmpty();

      assertResult(renegotiate(world, "reauthenticate", true), "reconnect", "succeeded");

      client.awaitEnd();
      assertThat(sessions(world)).isEmpty();
    }
  }

  @Test
  void aClientThatLacksTheDemandedCertificateIsDisconnected() {
    ClientCertificates world = new ClientCertificates("lacking");
    protect(world, "request", "CN=alice");
    try (OpenSslSession client = connect(world, "-tls1_2")) {
      awaitConnection(world);

      JsonNode done = renegotiate(world, "reauthenticate", true);

      assertResult(done, "renegotiation", "failed");
      assertThat(done.at("/results/0/reason").asString()).isEqualTo("client_certificate_missing");
      client.awaitEnd();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-tls1_2", "-tls1_3"})
  void aRevokedClientIsDisconnectedAndNobodyElse(String version) {
    ClientCertificates world = new ClientCertificates("revoked" + version);
    Client alice = protect(world, "require", "CN=*");
    Client bob = world.client(directory, "bob");
    try (OpenSslSession aliceClient = connect(world, version, "-cert", alice.file().toString());
        OpenSslSession bobClient = connect(world, version, "-cert", bob.file().toString())) {
      await().atMost(SOON).until(() -> connections(world).size() == 2);

      world.putBundle(handfast.api(), alice);

      aliceClient.awaitEnd();
      assertThat(aliceClient.output()).contains("alert certificate revoked");
      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(metrics())
                      .contains("trigger=\"revocation\"")
                      .contains("listener=\"revoked" + version + "\""));
      assertThat(connections(world)).hasSize(1);
      assertAnswers(bobClient);
    }
  }

  @Test
  void aChangedPolicyDisconnectsExactlyThoseItNoLongerAdmits() {
    ClientCertificates world = new ClientCertificates("changed");
    Client alice = protect(world, "require", "CN=alice", "CN=bob");
    Client bob = world.client(directory, "bob");
    try (OpenSslSession aliceClient = connect(world, "-tls1_3", "-cert", alice.file().toString());
        OpenSslSession bobClient = connect(world, "-tls1_2", "-cert", bob.file().toString())) {
      await().atMost(SOON).until(() -> connections(world).size() == 2);

      world.putPolicy(handfast.api(), "require", "CN=alice");

      bobClient.awaitEnd();
      assertThat(bobClient.output()).contains("alert access denied");
      assertAnswers(aliceClient);
      assertThat(connections(world)).hasSize(1);
    }
  }

  @Test
  void aClientIsAskedForACertificateWhenItsListenerComesToRequireOne() {
    ClientCertificates world = new ClientCertificates("required");
    Client alice = protect(world, "require", "CN=alice");
    world.putListener(handfast.api(), "");
    try (OpenSslSession with = connect(world, "-tls1_2", "-cert", alice.file().toString());
        OpenSslSession without = connect(world, "-tls1_2")) {
      await().atMost(SOON).until(() -> connections(world).size() == 2);

      world.putListenerWithPolicy(handfast.api(), "default");

      without.awaitEnd();
      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(connection(world).get("clientSubject").asString())
                      .isEqualTo("CN=alice"));
      assertAnswers(with);
    }
  }

  @Test
  void keysAreRenewedByRule() {
    ClientCertificates world = new ClientCertificates("rekey");
    world.putListener(handfast.api(), ",\"rekeyAfter\":{\"duration\":\"PT10S\"}");
    try (OpenSslSession newer = connect(world, "-tls1_3");
        OpenSslSession older = connect(world, "-tls1_2")) {
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () ->
                  assertThat(metrics())
                      .containsPattern(counter("rekey", "key_update", "succeeded", "max_age"))
                      .containsPattern(counter("rekey", "renegotiation", "succeeded", "max_age")));

      assertAnswers(newer);
      assertAnswers(older);
    }
  }

  @Test
  void connectionsFollowTheRotationOfTheirCertificate() {
    Api api = handfast.api();
    api.post(
            "/api/v1/certificates",
            """
            {"name":"rotated","source":"generate","subject":"CN=localhost",
             "subjectAltNames":["localhost"],"keyType":"EC-P256","validity":"P90D","issuer":"self"}
            """)
        .expect(201);
    ClientCertificates world = new ClientCertificates("rotation");
    world.putListener(api, "rotated", ",\"renegotiation\":{\"onCertificateRotation\":true}");
    try (OpenSslSession older = connect(world, "-tls1_2");
        OpenSslSession newer = connect(world, "-tls1_3")) {
      await().atMost(SOON).until(() -> connections(world).size() == 2);

      api.post(
              "/api/v1/certificates/rotated/versions",
              """
              {"source":"generate","subject":"CN=localhost","subjectAltNames":["localhost"],
               "keyType":"EC-P256","validity":"P90D","issuer":"self"}
              """)
          .expect(201);

      newer.awaitEnd();
      older.awaitEnd();
    }
    try (OpenSslSession again = connect(world, "-tls1_2")) {
      awaitConnection(world);
      assertThat(connection(world).get("certificateVersion").asInt()).isEqualTo(2);
      assertAnswers(again);
    }
  }

  @Test
  void badRequestsSayWhatIsExpected() {
    Api api = handfast.api();

    for (String body :
        List.of(
            "{}",
            "{\"selector\":{},\"mode\":\"sideways\"}",
            "{\"selector\":{\"colour\":\"red\"}}",
            "{\"selector\":{},\"mode\":\"key-update\",\"requireClientCertificate\":true}")) {
      assertThat(api.post(PATH, body).expect(400).json().get("violations")).as(body).isNotEmpty();
    }
    api.get(PATH + "/unknown").expect(404);
    api.delete(PATH + "/unknown").expect(404);
  }

  private Client protect(ClientCertificates world, String mode, String... subjects) {
    Client alice = world.client(directory, "alice");
    world.putBundle(handfast.api());
    world.putPolicy(handfast.api(), mode, subjects);
    world.putListenerWithPolicy(handfast.api(), "default");
    return alice;
  }

  private static ClientCertificates listener(String name) {
    ClientCertificates world = new ClientCertificates(name);
    world.putListener(handfast.api(), "");
    return world;
  }

  private static OpenSslSession connect(ClientCertificates world, String... arguments) {
    int port =
        handfast
            .api()
            .get("/api/v1/listeners/" + world.name())
            .expect(200)
            .json()
            .at("/status/boundPort")
            .asInt();
    List<String> all = new ArrayList<>(List.of("-servername", "localhost"));
    all.addAll(List.of(arguments));
    return OpenSslSession.connect(port, all.toArray(String[]::new));
  }

  private static JsonNode renegotiate(ClientCertificates world, String mode, boolean required) {
    String location =
        handfast
            .api()
            .post(
                PATH,
                """
                {"selector":{"listener":"%s"},"mode":"%s","requireClientCertificate":%s,
                 "reason":"a test"}\
                """
                    .formatted(world.name(), mode, required))
            .expect(202)
            .header("Location");
    await()
        .atMost(SOON)
        .until(
            () -> handfast.api().get(location).json().get("state").asString().equals("finished"));
    return handfast.api().get(location).expect(200).json();
  }

  private static void assertResult(JsonNode done, String mechanism, String outcome) {
    assertThat(done.get("matched").asInt()).isEqualTo(1);
    assertThat(done.at("/results/0/mechanism").asString()).as("%s", done).isEqualTo(mechanism);
    assertThat(done.at("/results/0/outcome").asString()).as("%s", done).isEqualTo(outcome);
  }

  private static void assertAnswers(OpenSslSession client) {
    client.type("GET / HTTP/1.1");
    client.type("Host: localhost");
    client.type("Accept: application/json");
    client.type("");
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(client.output()).contains("HTTP/1.1 200 OK"));
  }

  private static void awaitConnection(ClientCertificates world) {
    await().atMost(SOON).until(() -> connections(world).size() == 1);
  }

  private static JsonNode connections(ClientCertificates world) {
    return handfast
        .api()
        .get("/api/v1/connections?listener=" + world.name())
        .expect(200)
        .json()
        .get("items");
  }

  private static JsonNode connection(ClientCertificates world) {
    JsonNode all = connections(world);
    assertThat(all).hasSize(1);
    return all.get(0);
  }

  private static JsonNode sessions(ClientCertificates world) {
    return handfast
        .api()
        .get("/api/v1/sessions?listener=" + world.name())
        .expect(200)
        .json()
        .get("items");
  }

  private static String metrics() {
    return handfast.api().get("/actuator/prometheus").expect(200).text();
  }

  private static String counter(String listener, String mechanism, String outcome, String trigger) {
    return "handfast_renegotiations_total\\{listener=\"%s\",mechanism=\"%s\",outcome=\"%s\",trigger=\"%s\"\\}"
        .formatted(listener, mechanism, outcome, trigger);
  }

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // Set before all tests.
  private static <T> T unset() {
    return null;
  }
}
