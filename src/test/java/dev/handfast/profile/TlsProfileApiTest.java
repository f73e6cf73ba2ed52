package dev.handfast.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.testing.Api;
import dev.handfast.testing.ManagementTest;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

@ManagementTest
class TlsProfileApiTest {

  private static final String PROFILES = "/api/v1/tls-profiles";

  @LocalServerPort private int port;
  @Autowired private TlsProfiles profiles;
  private Api api;

  @BeforeEach
  void connect() {
    api = Api.basic(URI.create("http://localhost:" + port), "admin", ManagementTest.PASSWORD);
  }

  @Test
  void theBuiltInProfilesAreListed() {
    var list = api.get(PROFILES).expect(200).json();
    assertThat(list.at("/items").findValuesAsString("name"))
        .contains("modern", "intermediate", "old");
    assertThat(list.has("nextCursor")).isTrue();
    var old = api.get(PROFILES + "/old").expect(200).json();
    assertThat(old.at("/minVersion").asString()).isEqualTo("TLSv1");
    assertThat(old.at("/builtIn").asBoolean()).isTrue();
    assertThat(old.at("/cipherSuites").toString())
        .contains("TLS_RSA_WITH_3DES_EDE_CBC_SHA")
        .doesNotContain("RC4");
    assertThat(old.at("/groups/0").asString()).isEqualTo("X25519MLKEM768");
  }

  @Test
  void aListIsPagedWithoutGapOrRepetition() {
    var first = api.get(PROFILES + "?limit=2").expect(200).json();
    assertThat(first.at("/items").size()).isEqualTo(2);
    String cursor = first.at("/nextCursor").asString();
    var second = api.get(PROFILES + "?limit=500&cursor=" + cursor).expect(200).json();
    assertThat(second.at("/nextCursor").isNull()).isTrue();
    assertThat(second.at("/items").findValuesAsString("name"))
        .doesNotContainAnyElementsOf(first.at("/items").findValuesAsString("name"))
        .contains("old");
  }

  @Test
  void aProfileOfOnesOwnIsCreatedChangedAndDeleted() {
    String body =
        profile(
            "mine",
            "TLSv1.2",
            "TLSv1.3",
            "TLS_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
    Api.Answer created = api.post(PROFILES, body).expect(201);
    assertThat(created.header("ETag")).isEqualTo("\"1\"");
    assertThat(profiles.find("mine")).isPresent();
    api.post(PROFILES, body).expect(409);

    String changed =
        created
            .text()
            .replace("\"TLSv1.2\"", "\"TLSv1.3\"")
            .replace(",\"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256\"", "");
    Api.Answer mismatch =
        api.call("PUT", PROFILES + "/mine", changed, Map.of("If-Match", "\"7\"")).expect(412);
    assertThat(mismatch.json().at("/detail").asString()).contains("revision 1").contains("7");
    Api.Answer replaced =
        api.call("PUT", PROFILES + "/mine", changed, Map.of("If-Match", "\"1\"")).expect(200);
    assertThat(replaced.json().at("/revision").asLong()).isEqualTo(2);
    assertThat(profiles.find("mine").orElseThrow().minVersion().label()).isEqualTo("TLSv1.3");

    api.call("DELETE", PROFILES + "/mine", null, Map.of("If-Match", "\"1\"")).expect(412);
    api.delete(PROFILES + "/mine").expect(204);
    assertThat(profiles.find("mine")).isEmpty();
    api.delete(PROFILES + "/mine").expect(404);
  }

  @Test
  void aBuiltInProfileCannotBeChanged() {
    String body = profile("modern", "TLSv1.3", "TLSv1.3", "TLS_AES_128_GCM_SHA256");
    assertThat(api.put(PROFILES + "/modern", body).expect(409).json().at("/detail").asString())
        .contains("built in");
    api.delete(PROFILES + "/modern").expect(409);
    api.post(PROFILES, body).expect(409);
  }

  @ParameterizedTest
  @CsvSource({
    "TLSv1.3, TLSv1.2, TLS_AES_128_GCM_SHA256, maxVersion, older than minVersion",
    "SSLv3, TLSv1.3, TLS_AES_128_GCM_SHA256, minVersion, SSL 3.0 is broken",
    "1.2, TLSv1.3, TLS_AES_128_GCM_SHA256, minVersion, '''1.2'' is no version'",
    "TLSv1.3, TLSv1.3, TLS_MADE_UP, cipherSuites[0], '''TLS_MADE_UP'' is no IANA name'",
    "TLSv1, TLSv1.2, TLS_RSA_WITH_RC4_128_SHA, cipherSuites[0], RC4 is prohibited",
    "TLSv1, TLSv1.2, TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5, cipherSuites[0], export",
    "TLSv1, TLSv1.2, TLS_RSA_WITH_DES_CBC_SHA, cipherSuites[0], DES can be broken",
    "TLSv1, TLSv1.2, TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA, cipherSuites[0], Triple DES",
    "TLSv1.2, TLSv1.2, TLS_AES_128_GCM_SHA256, cipherSuites[0], fits no accepted version",
    "TLSv1.2, TLSv1.3, TLS_AES_128_GCM_SHA256, cipherSuites, none fits TLSv1.2",
    "TLSv1, TLSv1.2, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, cipherSuites, none fits TLSv1"
  })
  void aProfileThatCannotWorkIsRefusedWithTheReason(
      String min, String max, String suite, String field, String message) {
    var problem = api.post(PROFILES, profile("broken", min, max, suite)).expect(400).json();
    assertThat(problem.at("/violations/0/field").asString()).isEqualTo(field);
    assertThat(problem.at("/violations/0/message").asString()).contains(message);
    api.get(PROFILES + "/broken").expect(404);
  }

  @Test
  void everythingWrongIsSaidAtOnce() {
    var problem =
        api.post(PROFILES, "{\"name\":\"Not A Name\",\"cipherSuites\":[]}").expect(400).json();
    assertThat(problem.at("/violations").findValuesAsString("field"))
        .containsExactly("name", "minVersion", "cipherSuites", "groups", "signatureSchemes");
  }

  private static String profile(String name, String min, String max, String... suites) {
    return """
    {"name":"%s","minVersion":"%s","maxVersion":"%s","cipherSuites":["%s"],
     "groups":["x25519"],"signatureSchemes":["ecdsa_secp256r1_sha256"]}
    """
        .formatted(name, min, max, String.join("\",\"", suites));
  }
}
