package dev.handfast.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.testing.Api;
import dev.handfast.testing.RequiresTool;
import dev.handfast.testing.RunningHandfast;
import java.io.IOException;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The journal of the whole application, under real clients. */
@RequiresTool("openssl")
@ResourceLock(RunningHandfast.SHARED)
class JournalIT {

  private static final String OLD_CLIENT = "DEFAULT@SECLEVEL=0";

  private final RunningHandfast handfast = RunningHandfast.shared();
  private final Api api = handfast.api();
  private final Instant begin = Instant.now();

  @Test
  void aFailedHandshakeIsExplainedAtOnce() throws Exception {
    openssl("-tls1_1", "-cipher", OLD_CLIENT, "-servername", "old.example");

    JsonNode items = handshakes("result=failed&serverName=old.example");
    assertThat(items).hasSize(1);
    JsonNode failure = items.get(0);
    assertThat(failure.get("reason").asString()).isEqualTo("no_common_version");
    assertThat(failure.get("fault").asString()).isEqualTo("client");
    assertThat(failure.get("alertSent").asString()).isEqualTo("protocol_version");
    assertThat(failure.get("explanation").asString()).contains("TLS 1.1");
    assertThat(failure.get("steps")).isNotEmpty();
    assertThat(failure.get("clientHello").get("ja4").asString()).startsWith("t11d");
    JsonNode documentation = api.get(failure.get("documentation").asString()).expect(200).json();
    assertThat(documentation.get("whatToDo").asString()).isNotBlank();
    assertThat(api.get("/api/v1/handshakes/" + failure.get("id").asString()).expect(200).json())
        .isEqualTo(failure);
  }

  @Test
  void aCompletedHandshakeIsRecordedWithItsSteps() throws Exception {
    openssl("-tls1_2", "-servername", "localhost");
    openssl("-tls1_3", "-servername", "localhost");

    JsonNode items = handshakes("result=completed&serverName=localhost");
    assertThat(items).hasSizeGreaterThanOrEqualTo(2);
    assertThat(items)
        .extracting(item -> item.get("protocol").asString())
        .contains("TLSv1.2", "TLSv1.3");
    for (JsonNode item : items) {
      assertThat(item.get("steps"))
          .extracting(step -> step.get("step").asString())
          .contains("client_hello", "server_hello", "session_keys", "established");
    }
  }

  @Test
  void theSummaryCountsWhatHappenedSince() throws Exception {
    for (int i = 0; i < 3; i++) {
      plaintext("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }
    plaintext("SSH-2.0-OpenSSH_9.2\r\n");

    JsonNode summary =
        api.get("/api/v1/handshakes/summary?groupBy=reason&since=" + begin).expect(200).json();
    assertThat(count(summary, "http_request")).isEqualTo(3);
    assertThat(count(summary, "not_tls")).isEqualTo(1);
  }

  @Test
  void aPlannedProfileIsTriedOnWhatClientsOffered() throws Exception {
    openssl("-tls1_2", "-servername", "localhost");
    openssl("-tls1_3", "-servername", "localhost");

    JsonNode result = simulate(begin).expect(200).json();
    assertThat(result.get("state").asString()).isEqualTo("finished");
    assertThat(result.get("stillCompleting").asInt()).isPositive();
    assertThat(result.get("byReason").get("no_common_version").asInt()).isPositive();
    assertThat(result.get("examples").get(0).get("serverName").asString()).isEqualTo("localhost");
    api.post("/api/v1/simulations", "{\"listener\": \"none\", \"tlsProfile\": \"modern\"}")
        .expect(400);
  }

  @Test
  void aProbeShowsWhatAClientWouldSee() {
    JsonNode seen =
        api.post("/api/v1/probes", probe("localhost", handfast.channelPort())).expect(200).json();
    assertThat(seen.get("result").asString()).isEqualTo("completed");
    assertThat(seen.get("questions"))
        .extracting(question -> question.get("question").asString())
        .containsExactly("validity", "issuer", "signature", "name");
    assertThat(seen.get("questions").get(0).get("verdict").asString()).isEqualTo("yes");
    // The platform does not trust the local CA.
    assertThat(seen.get("questions").get(1).get("verdict").asString()).isEqualTo("no");
    assertThat(seen.get("authenticated").asBoolean()).isFalse();
    assertThat(seen.get("chain").get(0).get("subject").asString()).isEqualTo("CN=localhost");
    assertThat(seen.get("steps"))
        .extracting(step -> step.get("step").asString())
        .startsWith("client_hello", "server_hello")
        .doesNotHaveDuplicates()
        .contains("server_authenticated", "established");
    assertThat(api.get("/api/v1/audit-events").expect(200).text())
        .contains("\"probe\"", "localhost:" + handfast.channelPort());
  }

  @Test
  void aProbeIsNoPortScanner() {
    JsonNode refusal = api.post("/api/v1/probes", probe("192.0.2.1", 443)).expect(400).json();
    assertThat(refusal.get("violations").get(0).get("field").asString()).isEqualTo("host");
    handfast.anonymous().post("/api/v1/probes", probe("localhost", 443)).expect(401);
  }

  @Test
  void aWrongQuestionIsAnsweredWithWhatIsExpected() {
    JsonNode problem = api.get("/api/v1/handshakes?since=yesterday").expect(400).json();
    assertThat(problem.get("violations").get(0).get("field").asString()).isEqualTo("since");
    api.get("/api/v1/handshakes?reason=bad_luck").expect(400);
    api.get("/api/v1/handshakes/summary?groupBy=colour").expect(400);
    api.get("/api/v1/handshakes/none").expect(404);
    api.get("/api/v1/reasons/none").expect(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "yesterday",
        "PT",
        "P99999999999D",
        "PT2562047788015215H",
        "+10000-01-01T00:00:00Z"
      })
  void aSimulationBeginsAtAPointInTime(String wrong) {
    JsonNode problem = simulate(wrong).expect(400).json();
    assertThat(problem.get("violations").get(0).get("field").asString()).isEqualTo("since");
  }

  private Api.Answer simulate(Object since) {
    return api.post(
        "/api/v1/simulations",
        """
        {"listener": "default", "tlsProfile": "modern", "since": "%s"}
        """
            .formatted(since));
  }

  private JsonNode handshakes(String filter) {
    String since = URLEncoder.encode(begin.toString(), StandardCharsets.UTF_8);
    return api.get("/api/v1/handshakes?" + filter + "&since=" + since)
        .expect(200)
        .json()
        .get("items");
  }

  private static int count(JsonNode summary, String value) {
    for (JsonNode item : summary.get("items")) {
      if (item.get("value").asString("").equals(value)) {
        return item.get("count").asInt();
      }
    }
    return 0;
  }

  private static String probe(String host, int port) {
    return "{\"host\": \"%s\", \"port\": %d}".formatted(host, port);
  }

  private void plaintext(String text) throws IOException {
    try (Socket socket = new Socket("localhost", handfast.channelPort())) {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
      socket.getInputStream().readAllBytes();
    }
  }

  private void openssl(String... options) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of("openssl", "s_client", "-connect", "localhost:" + handfast.channelPort()));
    command.addAll(List.of(options));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    process.getOutputStream().close();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
  }
}
