package dev.handfast.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.handfast.testing.RequiresTool;
import dev.handfast.testing.RunningHandfast;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Asks a real Prometheus what the dashboards and rules ask, while a real Handfast has traffic; and
 * compares what it exposes with the table of metrics that users rely on.
 */
@RequiresTool({"prometheus", "openssl"})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PrometheusIT {

  private static final String PASSWORD = "correct horse battery staple";
  private static final Duration TRAFFIC = Duration.ofSeconds(15);

  /** Only once a session was refused. */
  private static final Set<String> NOT_HERE = Set.of("handfast_session_refusals_total");

  /** Owns what no listener uses: the traffic is that of the default configuration. */
  private static final String DOCUMENT =
      """
      tlsProfiles:
        - name: from-file
          minVersion: TLSv1.3
          maxVersion: TLSv1.3
          cipherSuites: [TLS_AES_128_GCM_SHA256]
          groups: [x25519]
          signatureSchemes: [ed25519]
      """;

  private static final int STRANGERS = 10_000;

  @TempDir private static Path directory;

  private RunningHandfast handfast;
  private PrometheusServer prometheus;

  @BeforeAll
  void start() throws Exception {
    Path file = Files.writeString(directory.resolve("handfast.yaml"), DOCUMENT);
    handfast = RunningHandfast.start(Map.of("handfast.configuration-file", file.toString()));
    prometheus = PrometheusServer.scraping(handfast, PASSWORD, AlertRulesTest.RULES);
    Traffic traffic = new Traffic(handfast);
    Instant end = Instant.now().plus(TRAFFIC);
    while (Instant.now().isBefore(end)) {
      traffic.run();
    }
    // A rate needs two samples, also of what was counted last.
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                !prometheus
                    .query("count_over_time(handfast_renegotiations_total[1m]) >= 3")
                    .isEmpty());
  }

  @AfterAll
  void stop() throws Exception {
    prometheus.close();
    handfast.close();
  }

  @Test
  void everyPanelHasAnAnswer() throws IOException {
    List<String> empty = new ArrayList<>();
    for (Dashboards.Query query : Dashboards.queries("1m")) {
      if (prometheus.query(query.expression()).isEmpty()) {
        empty.add(query.where() + ": " + query.expression());
      }
    }
    assertThat(empty).isEmpty();
  }

  @Test
  void everyRuleIsHealthyAndAsksForWhatThereIs() throws IOException {
    for (JsonNode group : prometheus.rules()) {
      for (JsonNode rule : group.get("rules")) {
        assertThat(rule.get("health").asString()).as(rule.toString()).isEqualTo("ok");
      }
    }
    Set<String> names = new TreeSet<>();
    Pattern.compile("handfast_\\w+")
        .matcher(Files.readString(AlertRulesTest.RULES))
        .results()
        .map(MatchResult::group)
        .forEach(names::add);
    for (String name : names) {
      assertThat(prometheus.query(name)).as(name).isNotEmpty();
    }
  }

  @Test
  void namesTypesAndLabelsAreThoseOfTheContract() throws IOException {
    Map<String, String> expected = ExposedMetrics.documented();
    Map<String, String> exposed = exposed().table();
    assertThat(expected).containsAllEntriesOf(exposed).containsKeys(array(NOT_HERE));
    expected.keySet().removeAll(NOT_HERE);
    assertThat(exposed).containsAllEntriesOf(expected);
  }

  @Test
  void whatStrangersSendAddsNoSeries() throws Exception {
    Strangers strangers = new Strangers(handfast.channelPort());
    strangers.come(20);
    awaitEnded(20);
    Set<String> before = exposed().series();

    strangers.come(STRANGERS);

    awaitEnded(20 + STRANGERS);
    ExposedMetrics after = exposed();
    assertThat(after.series()).isEqualTo(before);
    assertThat(after.text()).doesNotContain(Strangers.MARK);
  }

  /** Until so many were seen to leave in the middle of the handshake after the server's part. */
  private void awaitEnded(int strangers) {
    String left =
        "(?m)^handfast_handshake_failures_total\\{.*listener=\"default\",reason=\"client_closed\","
            + "step=\"(?!none)\\w+\"} (.+)$";
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                Pattern.compile(left)
                        .matcher(exposed().text())
                        .results()
                        .mapToDouble(series -> Double.parseDouble(series.group(1)))
                        .sum()
                    >= strangers);
  }

  private ExposedMetrics exposed() {
    return new ExposedMetrics(handfast.api().get("/actuator/prometheus").expect(200).text());
  }

  private static String[] array(Set<String> names) {
    return names.toArray(String[]::new);
  }
}
