package dev.handfast.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.testing.Api;
import dev.handfast.testing.Pki;
import dev.handfast.testing.Pki.Issued;
import dev.handfast.testing.RunningHandfast;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import tools.jackson.databind.json.JsonMapper;

/** What callers give that nobody may read afterwards: not in answers, log, audit or actuator. */
@ResourceLock(RunningHandfast.SHARED)
class SecretsIT {

  private static final String GUESS = "guess-8b1f0c";
  private static final String NAME_THAT_IS_A_PASSWORD = "typed-into-the-wrong-field";
  private static final String TOKEN = "hf_" + "Zq7".repeat(14) + "x";
  private static final String SHORT = "tiny-77";
  private static final String KEY_STORE_PASSWORD = "keystore-91ac";
  private static final String NEW_PASSWORD = "a new long pass phrase 4711";

  private final RunningHandfast handfast = RunningHandfast.shared();
  private final Api admin = handfast.api();
  private final List<String> answers = new ArrayList<>();

  @Test
  void whatCallersKeepSecretIsNowhereToBeRead() {
    URI management = handfast.managementUri();
    Issued issued = Pki.root("CN=Secrets");
    Issued other = Pki.root("CN=Others");
    answers.add(Api.basic(management, "admin", GUESS).get("/api/v1/users").expect(401).text());
    answers.add(
        Api.basic(management, NAME_THAT_IS_A_PASSWORD, "x").get("/api/v1/me").expect(401).text());
    answers.add(Api.bearer(management, TOKEN).get("/api/v1/users").expect(401).text());
    refused("/api/v1/users", "{\"name\":\"s\",\"role\":\"viewer\",\"password\":\"" + SHORT + "\"}");
    refused("/api/v1/users", "{\"name\":\"s\",\"password\":\"" + NEW_PASSWORD + "\" oops");
    refused(
        "/api/v1/certificates",
        "{\"name\":\"secrets\",\"source\":\"upload\",\"certificateChainPem\":%s,\"privateKeyPem\":%s}"
            .formatted(text(issued.pem()), text(other.keyPem())));
    refused(
        "/api/v1/certificates",
        "{\"name\":\"secrets\",\"source\":\"upload\",\"pkcs12Base64\":\"AAAA\",\"password\":\"%s\"}"
            .formatted(KEY_STORE_PASSWORD));
    refused("/api/v1/certificates", "{\"privateKeyPem\":[" + text(other.keyPem()) + "]}");
    String token =
        admin
            .post("/api/v1/tokens", "{\"name\":\"secrets\",\"role\":\"viewer\"}")
            .expect(201)
            .json()
            .at("/token")
            .asString();
    Api.bearer(management, token).get("/api/v1/me").expect(200);

    List<String> shown = new ArrayList<>(answers);
    for (String path :
        List.of(
            "/api/v1/audit-events?limit=500",
            "/api/v1/users",
            "/api/v1/tokens",
            "/api/v1/configuration",
            "/actuator/health",
            "/actuator/info",
            "/actuator/prometheus")) {
      shown.add(admin.get(path).expect(200).text());
    }
    shown.add(handfast.log());
    String keyLine = other.keyPem().lines().skip(1).findFirst().orElseThrow();
    assertThat(shown)
        .allSatisfy(
            text ->
                assertThat(text)
                    .doesNotContain(
                        GUESS,
                        NAME_THAT_IS_A_PASSWORD,
                        TOKEN,
                        token,
                        SHORT,
                        NEW_PASSWORD,
                        KEY_STORE_PASSWORD,
                        keyLine,
                        "PRIVATE KEY-----"));
  }

  private void refused(String path, String body) {
    answers.add(admin.post(path, body).expect(400).text());
  }

  private static String text(String value) {
    return JsonMapper.shared().writeValueAsString(value);
  }
}
