package dev.handfast.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.testing.Api;
import dev.handfast.testing.ManagementTest;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

@ManagementTest
class ProblemDetailsTest {

  @LocalServerPort private int port;
  private Api api;

  @BeforeEach
  void connect() {
    api = Api.basic(URI.create("http://localhost:" + port), "admin", ManagementTest.PASSWORD);
  }

  @Test
  void anUnknownFieldIsRefusedByName() {
    Api.Answer answer =
        api.post("/api/v1/tls-profiles", "{\"name\":\"a\",\"minVerson\":\"TLSv1.2\"}").expect(400);
    assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    assertThat(answer.json().at("/type").asString()).isEqualTo("urn:handfast:problem:invalid");
    assertThat(answer.json().at("/violations/0/field").asString()).isEqualTo("minVerson");
    assertThat(answer.json().at("/violations/0/message").asString())
        .startsWith("unknown field (expected: ")
        .contains("minVersion");
  }

  @Test
  void aValueOfTheWrongTypeIsNamedWithWhatIsExpected() {
    Api.Answer answer =
        api.post("/api/v1/tls-profiles", "{\"name\":\"a\",\"groups\":\"x25519\"}").expect(400);
    assertThat(answer.json().at("/violations/0/field").asString()).isEqualTo("groups");
    assertThat(answer.json().at("/violations/0/message").asString())
        .isEqualTo("wrong type (expected: a list)");
    answer = api.post("/api/v1/tokens", "{\"name\":\"a\",\"role\":\"root\"}").expect(400);
    assertThat(answer.json().at("/violations/0/message").asString())
        .isEqualTo("'root' (expected: viewer, operator, admin)");
    answer =
        api.post("/api/v1/tokens", "{\"name\":\"a\",\"role\":\"admin\",\"expiresIn\":\"1 day\"}")
            .expect(400);
    assertThat(answer.json().at("/violations/0/message").asString())
        .isEqualTo("'1 day' (expected: an ISO 8601 duration such as PT1H30M)");
  }

  @Test
  void aSecretOfTheWrongTypeIsNotRepeated() {
    Api.Answer answer =
        api.post("/api/v1/users", "{\"name\":\"a\",\"password\":{\"hunter2\":1}}").expect(400);
    assertThat(answer.text()).doesNotContain("hunter2");
    answer = api.post("/api/v1/users", "{\"name\":\"a\",\"password\":hunter2}").expect(400);
    assertThat(answer.text()).doesNotContain("hunter2");
  }

  @Test
  void malformedJsonIsRefusedWithItsPosition() {
    Api.Answer answer = api.post("/api/v1/tls-profiles", "{\"name\":\n oops}").expect(400);
    assertThat(answer.json().at("/violations/0/field").asString()).isEqualTo("body");
    assertThat(answer.json().at("/violations/0/message").asString())
        .startsWith("not valid at line 2, column");
    api.post("/api/v1/tls-profiles", "{\"name\":\"a\",\"name\":\"b\"}").expect(400);
    api.post("/api/v1/tls-profiles", "").expect(400);
    api.post("/api/v1/tls-profiles", "[".repeat(100)).expect(400);
  }

  @Test
  void aBodyBeyondTheLimitIsRefused() {
    String body = "{\"name\":\"" + "a".repeat(5 << 20) + "\"}";
    assertThat(api.post("/api/v1/tls-profiles", body).status()).isIn(400, 413);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /api/v1/nothing, 404, not-found",
    "GET, /api/v1/tls-profiles/nothing, 404, not-found",
    "PATCH, /api/v1/tls-profiles, 405, method-not-allowed",
    "GET, /api/v1/tls-profiles?limit=0, 400, invalid",
    "GET, /api/v1/tls-profiles?limit=501, 400, invalid",
    "GET, /api/v1/tls-profiles?limit=ten, 400, invalid",
    "GET, /api/v1/audit-events?since=yesterday, 400, invalid",
    "GET, /api/v1/audit-events?outcome=good, 400, invalid",
    "DELETE, /api/v1/tls-profiles/old, 409, conflict",
    "GET, /api/v1/tls-profiles/a;b, 400, bad-request"
  })
  void everyRefusalIsAProblemWithAStableType(String method, String path, int status, String type) {
    Api.Answer answer = api.call(method, path, null, Map.of()).expect(status);
    assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    assertThat(answer.json().at("/type").asString()).isEqualTo("urn:handfast:problem:" + type);
    assertThat(answer.json().at("/status").asInt()).isEqualTo(status);
    assertThat(answer.text()).doesNotContain("Exception").doesNotContain("org.springframework");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/audit-events?since=",
        "/api/v1/audit-events?until=",
        "/api/v1/handshakes?since=",
        "/api/v1/handshakes?until=",
        "/api/v1/handshakes/summary?since=",
        "/api/v1/handshakes/summary?until="
      })
  void aPointInTimeThatNoDatabaseKeepsIsRefused(String question) {
    String field = question.substring(question.indexOf('?') + 1, question.length() - 1);
    for (String wrong : List.of("-0001-12-31T23:59:59Z", "+1000000000-12-31T23:59:59Z")) {
      Api.Answer answer = api.get(question + wrong.replace("+", "%2B")).expect(400);
      JsonNode violation = answer.json().at("/violations/0");
      assertThat(violation.get("field").asString()).isEqualTo(field);
      assertThat(violation.get("message").asString())
          .isEqualTo("'%s' (expected: 0000-01-01T00:00:00Z to 9999-12-31T23:59:59Z)", wrong);
    }
    api.get(question + "0000-01-01T00:00:00Z").expect(200);
    api.get(question + "9999-12-31T23:59:59Z").expect(200);
  }

  @Test
  void anotherMediaTypeIsRefused() {
    Api.Answer answer =
        api.call("POST", "/api/v1/tls-profiles", "name=a", Map.of("Content-Type", "text/plain"))
            .expect(415);
    assertThat(answer.json().at("/type").asString())
        .isEqualTo("urn:handfast:problem:unsupported-media-type");
  }

  @Test
  void theOpenApiDocumentDescribesPagingAndProblems() {
    Api.Answer answer = api.get("/v3/api-docs").expect(200);
    assertThat(answer.json().at("/info/title").asString()).isEqualTo("Handfast");
    var parameters = answer.json().at("/paths/~1api~1v1~1audit-events/get/parameters");
    assertThat(parameters.findValuesAsString("name"))
        .contains("limit", "cursor", "principal", "since", "outcome")
        .doesNotHaveDuplicates();
    assertThat(answer.text()).contains("#/components/schemas/Problem");
    api.get("/swagger-ui/index.html").expect(200);
  }
}
