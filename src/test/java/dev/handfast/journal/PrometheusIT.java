package dev.handfast.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.handfast.testing.RequiresTool;
import dev.handfast.testing.RunningHandfast;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
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

  /** The public table: type, and labels without those that Prometheus adds. */
  private static final Map<String, String> CONTRACT =
      Map.ofEntries(
          Map.entry("handfast_handshakes_total", "counter kind listener protocol result resumed"),
          Map.entry("handfast_handshake_failures_total", "counter fault listener reason step"),
          Map.entry("handfast_handshake_duration_seconds", "histogram listener protocol resumed"),
          Map.entry("handfast_handshakes_in_progress", "gauge listener"),
          Map.entry("handfast_renegotiations_total", "counter listener mechanism outcome trigger"),
          Map.entry(
              "handfast_client_auth_decisions_total", "counter decision listener policy question"),
          Map.entry("handfast_connections", "gauge listener"),
          Map.entry("handfast_connection_duration_seconds", "summary listener"),
          Map.entry("handfast_bytes_total", "counter direction listener"),
          Map.entry("handfast_connections_refused_total", "counter limit listener"),
          Map.entry("handfast_session_lookups_total", "counter listener result tier"),
          Map.entry("handfast_sessions", "gauge tier"),
          Map.entry("handfast_certificate_not_after_timestamp_seconds", "gauge certificate"),
          Map.entry("handfast_negotiated_total", "counter cipher_suite group listener protocol"),
          Map.entry("handfast_upstream_connect_seconds", "summary listener"),
          Map.entry("handfast_upstream_failures_total", "counter listener reason"),
          Map.entry("handfast_configuration_revision", "gauge"),
          Map.entry("handfast_configuration_last_apply_success", "gauge"));

  private RunningHandfast handfast;
  private PrometheusServer prometheus;

  @BeforeAll
  void start() throws Exception {
    handfast = RunningHandfast.start();
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
  void namesTypesAndLabelsAreThoseOfTheContract() {
    String exposed = handfast.api().get("/actuator/prometheus").expect(200).text();
    Map<String, String> types = new TreeMap<>();
    Matcher type = Pattern.compile("(?m)^# TYPE (handfast_\\S+) (\\S+)$").matcher(exposed);
    while (type.find()) {
      types.put(type.group(1), type.group(2));
    }
    CONTRACT.forEach(
        (name, expected) ->
            assertThat((types.get(name) + " " + String.join(" ", labels(exposed, name))).strip())
                .as(name)
                .isEqualTo(expected));
  }

  @Test
  void serverNamesAddNoSeries() {
    String exposed = handfast.api().get("/actuator/prometheus").expect(200).text();
    assertThat(exposed).doesNotContain("server_name=", "client_address=", "subject=");
  }

  private static Set<String> labels(String exposed, String name) {
    Set<String> labels = new TreeSet<>();
    Matcher series =
        Pattern.compile("(?m)^" + name + "(?:_bucket|_sum|_count)?\\{([^}]*)\\}").matcher(exposed);
    while (series.find()) {
      Matcher label = Pattern.compile("(\\w+)=\"").matcher(series.group(1));
      while (label.find()) {
        labels.add(label.group(1));
      }
    }
    labels.remove("le");
    return labels;
  }
}
