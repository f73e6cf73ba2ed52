package dev.handfast.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.handfast.testing.Api;
import dev.handfast.testing.ManagementTest;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

@ManagementTest
class AccessTest {

  private static final String PROFILE =
      """
      {"name":"by-%s","minVersion":"TLSv1.3","cipherSuites":["TLS_AES_128_GCM_SHA256"],
       "groups":["x25519"],"signatureSchemes":["ecdsa_secp256r1_sha256"]}
      """;

  @LocalServerPort private int port;
  @Autowired private JdbcClient jdbc;
  @Autowired private Users users;
  @Autowired private TransactionTemplate transaction;
  private URI base;
  private Api admin;

  @BeforeEach
  void connect() {
    base = URI.create("http://localhost:" + port);
    admin = Api.basic(base, "admin", ManagementTest.PASSWORD);
  }

  @Test
  void healthIsOpenAndShowsNoDetailsToStrangers() {
    Api.Answer answer = Api.anonymous(base).get("/actuator/health").expect(200);
    assertThat(answer.json().has("components")).isFalse();
    Api.anonymous(base).get("/actuator/health/liveness").expect(200);
    Api.anonymous(base).get("/actuator/health/readiness").expect(200);
    assertThat(admin.get("/actuator/health").expect(200).json().has("components")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/api/v1/tls-profiles",
        "/api/v1/users",
        "/api/v1/nothing",
        "/actuator",
        "/actuator/prometheus",
        "/actuator/info",
        "/actuator/env",
        "/v3/api-docs",
        "/swagger-ui.html",
        "/swagger-ui/index.html",
        "/error"
      })
  void everythingElseNeedsCredentials(String path) {
    Api.Answer answer = Api.anonymous(base).get(path).expect(401);
    assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    assertThat(answer.header("WWW-Authenticate")).startsWith("Basic");
    assertThat(answer.json().at("/type").asString())
        .isEqualTo("urn:handfast:problem:unauthenticated");
  }

  @Test
  void wrongCredentialsAreRefusedAlikeForKnownAndUnknownUsers() {
    String wrong = Api.basic(base, "admin", "wrong").get("/api/v1/tls-profiles").expect(401).text();
    String unknown =
        Api.basic(base, "nobody", "wrong").get("/api/v1/tls-profiles").expect(401).text();
    assertThat(wrong).isEqualTo(unknown);
    Api.bearer(base, "hf_" + "x".repeat(43)).get("/api/v1/tls-profiles").expect(401);
    Api.bearer(base, "eyJhbGciOiJub25lIn0.e30.").get("/api/v1/tls-profiles").expect(401);
  }

  @Test
  void aViewerReadsAndChangesNothing() {
    Api viewer = withToken("viewer");
    viewer.get("/api/v1/tls-profiles").expect(200);
    viewer.get("/actuator/prometheus").expect(200);
    viewer.get("/v3/api-docs").expect(200);
    viewer.post("/api/v1/tls-profiles", PROFILE.formatted("viewer")).expect(403);
    viewer.delete("/api/v1/connections/1").expect(403);
    viewer.get("/api/v1/users").expect(403);
    viewer.get("/api/v1/tokens").expect(403);
    admin.get("/api/v1/tls-profiles/by-viewer").expect(404);
  }

  @Test
  void anOperatorActsOnConnectionsAndSessionsAlone() {
    Api operator = withToken("operator");
    operator.get("/api/v1/tls-profiles").expect(200);
    assertThat(operator.delete("/api/v1/connections/1").status()).isNotIn(401, 403);
    assertThat(operator.delete("/api/v1/sessions/1").status()).isNotIn(401, 403);
    assertThat(operator.post("/api/v1/renegotiations", "{}").status()).isNotIn(401, 403);
    operator.post("/api/v1/tls-profiles", PROFILE.formatted("operator")).expect(403);
    operator.post("/api/v1/probes", "{}").expect(403);
    operator.get("/api/v1/users").expect(403);
  }

  @Test
  void aTokenIsShownOnceKeptAsHashAndRevocable() {
    var issued = issue("viewer", "P1D");
    String value = issued.at("/token").asString();
    assertThat(value).startsWith("hf_").hasSize(46);
    String path = "/api/v1/tokens/" + issued.at("/id").asString();
    assertThat(admin.get(path).expect(200).text()).doesNotContain(value);
    assertThat(
            jdbc.sql("select count(*) from api_token where token_hash like ?")
                .param("%" + value + "%")
                .query(Integer.class)
                .single())
        .isZero();
    Api holder = Api.bearer(base, value);
    holder.get("/api/v1/tls-profiles").expect(200);
    assertThat(admin.get(path).json().at("/lastUsedAt").isNull()).isFalse();
    admin.delete(path).expect(204);
    holder.get("/api/v1/tls-profiles").expect(401);
  }

  @Test
  void anExpiredTokenIsRefused() {
    var issued = issue("viewer", "P1D");
    jdbc.sql("update api_token set expires_at = created_at where id = ?")
        .param(issued.at("/id").asString())
        .update();
    Api.bearer(base, issued.at("/token").asString()).get("/api/v1/tls-profiles").expect(401);
    admin
        .post("/api/v1/tokens", "{\"name\":\"t\",\"role\":\"viewer\",\"expiresIn\":\"-PT1S\"}")
        .expect(400);
  }

  @Test
  void aChangedPasswordAndADisabledUserAreInForceAtOnce() {
    admin
        .post(
            "/api/v1/users",
            "{\"name\":\"ann\",\"role\":\"viewer\",\"password\":\"first password\"}")
        .expect(201);
    Api ann = Api.basic(base, "ann", "first password");
    ann.get("/api/v1/tls-profiles").expect(200);
    assertThat(admin.get("/api/v1/users/ann").expect(200).text()).doesNotContain("argon2");
    admin.put("/api/v1/users/ann", "{\"password\":\"second password\"}").expect(200);
    ann.get("/api/v1/tls-profiles").expect(401);
    Api again = Api.basic(base, "ann", "second password");
    again.get("/api/v1/tls-profiles").expect(200);
    admin.put("/api/v1/users/ann", "{\"enabled\":false}").expect(200);
    again.get("/api/v1/tls-profiles").expect(401);
    admin.delete("/api/v1/users/ann").expect(204);
  }

  @Test
  void twoChangesAtOnceOfDifferentThingsAreBothKept() throws Exception {
    admin
        .post(
            "/api/v1/users",
            "{\"name\":\"joe\",\"role\":\"viewer\",\"password\":\"first password\"}")
        .expect(201);

    CompletableFuture<Api.Answer> second =
        transaction.execute(
            status -> {
              users.change("joe", OptionalLong.empty(), Role.OPERATOR, null, null);
              CompletableFuture<Api.Answer> disabling =
                  CompletableFuture.supplyAsync(
                      () -> admin.put("/api/v1/users/joe", "{\"enabled\":false}"));
              await().atMost(Duration.ofSeconds(10)).until(this::somebodyWaitsForALock);
              return disabling;
            });

    assertThat(second.get(10, TimeUnit.SECONDS).expect(200).text())
        .contains("\"role\":\"operator\"")
        .contains("\"enabled\":false")
        .contains("\"revision\":3");
    admin.delete("/api/v1/users/joe").expect(204);
  }

  private boolean somebodyWaitsForALock() {
    return jdbc.sql("select count(*) from information_schema.sessions where blocker_id is not null")
            .query(Long.class)
            .single()
        > 0;
  }

  @Test
  void aUserSeesItselfAndChangesItsOwnPassword() {
    admin
        .post(
            "/api/v1/users",
            "{\"name\":\"eve\",\"role\":\"operator\",\"password\":\"first password\"}")
        .expect(201);
    Api eve = Api.basic(base, "eve", "first password");
    assertThat(eve.get("/api/v1/me").expect(200).text())
        .isEqualTo("{\"name\":\"eve\",\"role\":\"operator\"}");
    String change = "{\"currentPassword\":\"%s\",\"newPassword\":\"second password\"}";
    eve.put("/api/v1/me/password", change.formatted("not this one")).expect(400);
    eve.put("/api/v1/me/password", change.formatted("first password")).expect(204);
    eve.get("/api/v1/me").expect(401);
    Api.basic(base, "eve", "second password").get("/api/v1/me").expect(200);
    withToken("viewer").put("/api/v1/me/password", change.formatted("any")).expect(409);
    admin.delete("/api/v1/users/eve").expect(204);
  }

  @Test
  void theLastAdministratorStays() {
    admin.delete("/api/v1/users/admin").expect(409);
    admin.put("/api/v1/users/admin", "{\"role\":\"viewer\"}").expect(409);
    admin.put("/api/v1/users/admin", "{\"enabled\":false}").expect(409);
  }

  @Test
  void aWeakPasswordIsRefused() {
    var problem =
        admin
            .post("/api/v1/users", "{\"name\":\"bob\",\"role\":\"viewer\",\"password\":\"short\"}")
            .expect(400)
            .json();
    assertThat(problem.at("/violations/0/message").asString())
        .isEqualTo("5 characters (expected: 12..200)");
  }

  @ParameterizedTest
  @CsvSource({
    "Sec-Fetch-Site, cross-site, 403",
    "Sec-Fetch-Site, same-site, 403",
    "Sec-Fetch-Site, same-origin, 404",
    "X-Program, curl, 404"
  })
  void aChangeThatAnotherSiteAsksABrowserForIsRefused(String header, String value, int status) {
    admin.call("DELETE", "/api/v1/tls-profiles/none", null, Map.of(header, value)).expect(status);
  }

  @Test
  void answersCarrySecurityHeadersAndNoCookie() {
    Api.Answer answer = admin.get("/api/v1/tls-profiles").expect(200);
    assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(answer.header("X-Frame-Options")).isEqualTo("DENY");
    assertThat(answer.header("Content-Security-Policy")).contains("default-src 'self'");
    assertThat(answer.header("Cache-Control")).contains("no-store");
    assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
    assertThat(answer.header("Set-Cookie")).isEmpty();
  }

  @Test
  void anAddressThatGuessesIsSlowedDownAndOthersAreNot() throws Exception {
    HttpClient guesser =
        HttpClient.newBuilder().localAddress(InetAddress.ofLiteral("127.0.0.9")).build();
    for (int i = 0; i < ManagementTest.MAX_LOGIN_FAILURES; i++) {
      assertThat(status(guesser, "hf_guess" + i)).isEqualTo(401);
    }
    String right = issue("viewer", "P1D").at("/token").asString();
    assertThat(status(guesser, right)).isEqualTo(429);
    Api.bearer(base, right).get("/api/v1/tls-profiles").expect(200);
  }

  private int status(HttpClient client, String token) throws Exception {
    return client
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/tls-profiles"))
                .header("Authorization", "Bearer " + token)
                .build(),
            HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  private Api withToken(String role) {
    return Api.bearer(base, issue(role, "P1D").at("/token").asString());
  }

  private tools.jackson.databind.JsonNode issue(String role, String lifetime) {
    return admin
        .post(
            "/api/v1/tokens",
            "{\"name\":\"t\",\"role\":\"%s\",\"expiresIn\":\"%s\"}".formatted(role, lifetime))
        .expect(201)
        .json();
  }
}
