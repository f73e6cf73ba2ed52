package dev.handfast.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import dev.handfast.testing.Api;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** Tokens of an OpenID Connect provider, which here is a key and two documents over HTTP. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "handfast.data-dir=target/management-test",
      "handfast.admin.password=correct horse battery staple",
      "handfast.bootstrap.port=0",
      "handfast.login.max-failures=200",
      "handfast.jwt.role-claim=realm_access.roles",
      "handfast.jwt.roles.gateway-admins=admin",
      "handfast.jwt.roles.staff=viewer",
      "handfast.jwt.name-claim=preferred_username",
      "spring.security.oauth2.resourceserver.jwt.audiences=handfast",
      "spring.datasource.url=jdbc:h2:mem:jwt;DB_CLOSE_DELAY=-1"
    })
@DirtiesContext
class JwtTest {

  private static final ECKey KEY = newKey("provider");
  private static final HttpServer PROVIDER = provider();
  private static final String ISSUER = "http://127.0.0.1:" + PROVIDER.getAddress().getPort();

  @LocalServerPort private int port;

  @DynamicPropertySource
  static void issuer(DynamicPropertyRegistry properties) {
    properties.add("spring.security.oauth2.resourceserver.jwt.issuer-uri", () -> ISSUER);
  }

  @AfterAll
  static void stop() {
    PROVIDER.stop(0);
  }

  @Test
  void aTokensClaimsGiveItsBearerARoleAndAName() throws JOSEException {
    Api staff = bearer(token(KEY, ISSUER, "handfast", List.of("other", "staff"), 60));
    staff.get("/api/v1/tls-profiles").expect(200);
    staff.delete("/api/v1/tls-profiles/none").expect(403);
    Api admin = bearer(token(KEY, ISSUER, "handfast", List.of("staff", "gateway-admins"), 60));
    admin.delete("/api/v1/tls-profiles/none").expect(404);
    assertThat(
            admin
                .get("/api/v1/audit-events?resourceName=none&outcome=refused")
                .json()
                .at("/items/0/principal")
                .asString())
        .isEqualTo("oidc:ann");
  }

  @ParameterizedTest
  @CsvSource({
    "provider, true, handfast, staff, -600",
    "provider, true, another, staff, 60",
    "provider, false, handfast, staff, 60",
    "stranger, true, handfast, staff, 60",
    "provider, true, handfast, nothing, 60",
    "provider, true, handfast, admin, 60"
  })
  void aTokenThatIsNotValidHereIsRefused(
      String signer, boolean issuer, String audience, String role, int seconds)
      throws JOSEException {
    ECKey key = signer.equals("provider") ? KEY : newKey("provider");
    String from = issuer ? ISSUER : "https://issuer.example";
    bearer(token(key, from, audience, List.of(role), seconds))
        .get("/api/v1/tls-profiles")
        .expect(401);
  }

  @Test
  void anUnsignedTokenIsRefusedAndOtherCredentialsStillWork() {
    bearer("eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbm4ifQ.").get("/api/v1/tls-profiles").expect(401);
    Api.basic(base(), "admin", "correct horse battery staple")
        .get("/api/v1/tls-profiles")
        .expect(200);
  }

  private Api bearer(String token) {
    return Api.bearer(base(), token);
  }

  private URI base() {
    return URI.create("http://localhost:" + port);
  }

  private static String token(
      ECKey key, String issuer, String audience, List<String> roles, int seconds)
      throws JOSEException {
    Instant now = Instant.now();
    SignedJWT token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build(),
            new JWTClaimsSet.Builder()
                .issuer(issuer)
                .audience(audience)
                .subject("4711")
                .claim("preferred_username", "ann")
                .claim("realm_access", Map.of("roles", roles))
                .issueTime(Date.from(now.minus(Duration.ofHours(1))))
                .expirationTime(Date.from(now.plusSeconds(seconds)))
                .build());
    token.sign(new ECDSASigner(key));
    return token.serialize();
  }

  private static ECKey newKey(String id) {
    try {
      return new ECKeyGenerator(Curve.P_256).keyID(id).algorithm(JWSAlgorithm.ES256).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private static HttpServer provider() {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
      String base = "http://127.0.0.1:" + server.getAddress().getPort();
      serve(
          server,
          "/.well-known/openid-configuration",
          "{\"issuer\":\"%s\",\"jwks_uri\":\"%s/keys\",\"subject_types_supported\":[\"public\"]}"
              .formatted(base, base));
      serve(server, "/keys", new JWKSet(KEY.toPublicJWK()).toString());
      server.start();
      return server;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void serve(HttpServer server, String path, String json) {
    server.createContext(
        path,
        exchange -> {
          try (exchange) {
            byte[] body = json.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
          }
        });
  }
}
