package dev.handfast.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.testing.Api;
import java.net.URI;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Every endpoint that the OpenAPI document and the actuator know, as everybody there is. */
abstract class EveryEndpoint {

  private static final Set<String> METHODS = Set.of("get", "post", "put", "delete", "patch");

  /** Where the rule "GET is for viewers, everything else for administrators" does not hold. */
  private static final Map<String, Role> EXCEPTIONS =
      Map.ofEntries(
          Map.entry("POST /api/v1/client-auth-policies/{name}/evaluations", Role.VIEWER),
          Map.entry("POST /api/v1/simulations", Role.VIEWER),
          Map.entry("PUT /api/v1/me/password", Role.VIEWER),
          Map.entry("POST /api/v1/renegotiations", Role.OPERATOR),
          Map.entry("DELETE /api/v1/renegotiations/{id}", Role.OPERATOR),
          Map.entry("DELETE /api/v1/connections/{id}", Role.OPERATOR),
          Map.entry("DELETE /api/v1/sessions", Role.OPERATOR),
          Map.entry("DELETE /api/v1/sessions/{id}", Role.OPERATOR),
          Map.entry("GET /api/v1/users", Role.ADMIN),
          Map.entry("GET /api/v1/users/{name}", Role.ADMIN),
          Map.entry("GET /api/v1/tokens", Role.ADMIN),
          Map.entry("GET /api/v1/tokens/{id}", Role.ADMIN));

  private final Map<Role, Api> callers = new EnumMap<>(Role.class);
  private Api anonymous;

  /** The management address, without a path. */
  abstract URI management();

  abstract Api administrator();

  @BeforeEach
  void connect() {
    anonymous = Api.anonymous(management());
    for (Role role : Role.values()) {
      String token =
          administrator()
              .post("/api/v1/tokens", "{\"name\":\"t\",\"role\":\"%s\"}".formatted(role.text()))
              .expect(201)
              .json()
              .at("/token")
              .asString();
      callers.put(role, Api.bearer(management(), token));
    }
  }

  @Test
  void everyDocumentedEndpointIsOpenToItsRolesAndNobodyElse() {
    List<String> wrong = new ArrayList<>();
    int checked = 0;
    JsonNode paths = caller(Role.ADMIN).get("/v3/api-docs").expect(200).json().at("/paths");
    for (var path : paths.properties()) {
      for (String method : path.getValue().propertyNames()) {
        if (METHODS.contains(method)) {
          check(method.toUpperCase(java.util.Locale.ROOT), path.getKey(), wrong);
          checked++;
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(checked).isGreaterThan(30);
  }

  @Test
  void theActuatorShowsHealthToEverybodyAndTheRestByRole() {
    JsonNode links = caller(Role.VIEWER).get("/actuator").expect(200).json().at("/_links");
    for (var link : links.properties()) {
      String path =
          URI.create(link.getValue().at("/href").asString().replaceAll("[{}*]", "x")).getPath();
      boolean health = path.startsWith("/actuator/health");
      int status = anonymous.get(path).status();
      if (health) {
        assertThat(status).as(path).isIn(200, 404);
      } else {
        assertThat(status).as(path).isEqualTo(401);
      }
    }
    assertThat(links.propertyNames())
        .contains("health", "info", "prometheus", "sbom")
        .doesNotContain("env", "configprops", "beans", "heapdump", "loggers", "mappings");
    caller(Role.VIEWER).get("/actuator/env").expect(403);
    caller(Role.ADMIN).get("/actuator/env").expect(404);
    anonymous.post("/actuator/health", "{}").expect(401);
  }

  private void check(String method, String path, List<String> wrong) {
    String endpoint = method + " " + path;
    Role needed =
        EXCEPTIONS.getOrDefault(endpoint, method.equals("GET") ? Role.VIEWER : Role.ADMIN);
    int stranger = call(anonymous, method, path);
    if (stranger != 401) {
      wrong.add(endpoint + " answered anonymous " + stranger);
    }
    for (Role role : Role.values()) {
      int status = call(caller(role), method, path);
      boolean refused = status == 403;
      if (status == 401 || status >= 500 || refused != role.compareTo(needed) < 0) {
        wrong.add(endpoint + " answered " + role.text() + " " + status);
      }
    }
  }

  private static int call(Api caller, String method, String path) {
    boolean body = method.equals("POST") || method.equals("PUT");
    return caller.call(method, concrete(path), body ? "{}" : null, Map.of()).status();
  }

  static String concrete(String path) {
    return path.replaceAll("\\$\\{[^}]*:([^}]*)}", "$1")
        .replaceAll("\\{[^}]*[vV]ersion}", "9")
        .replaceAll("\\{[^}]*}", "none");
  }

  private Api caller(Role role) {
    return java.util.Objects.requireNonNull(callers.get(role));
  }
}
