package dev.handfast.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.testing.CommandLine;
import dev.handfast.testing.RequiresTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class DashboardsTest {

  /** Two replicas; of four ClientHellos with a session two find it in memory, one elsewhere. */
  private static final String SESSIONS =
      """
      evaluation_interval: 1m
      tests:
        - interval: 1m
          input_series:
            - {series: 'handfast_sessions{instance="a",tier="memory"}', values: 3x10}
            - {series: 'handfast_sessions{instance="b",tier="memory"}', values: 4x10}
            - {series: 'handfast_sessions{instance="a",tier="database"}', values: 9x10}
            - {series: 'handfast_sessions{instance="b",tier="database"}', values: 9x10}
            - series: handfast_session_lookups_total{listener="web",tier="memory",result="hit"}
              values: 0+120x10
            - series: handfast_session_lookups_total{listener="web",tier="memory",result="miss"}
              values: 0+120x10
            - series: handfast_session_lookups_total{listener="web",tier="memory",result="refused"}
              values: 0+60x10
            - series: handfast_session_lookups_total{listener="web",tier="database",result="hit"}
              values: 0+60x10
            - series: handfast_session_lookups_total{listener="web",tier="database",result="miss"}
              values: 0+60x10
          promql_expr_test:
            - eval_time: 8m
              expr: %s
              exp_samples:
                - {labels: '{tier="memory"}', value: 7}
                - {labels: '{tier="database"}', value: 9}
            - eval_time: 8m
              expr: %s
              exp_samples: [{labels: '{}', value: 0.75}]
      """;

  static Stream<Path> files() throws IOException {
    return Dashboards.files();
  }

  @Test
  void thereIsOneForEachSubject() throws IOException {
    assertThat(files())
        .extracting(file -> Dashboards.read(file).get("title").asString())
        .containsExactlyInAnyOrder(
            "Handfast / Handshakes",
            "Handfast / Connections and renegotiations",
            "Handfast / Certificates",
            "Handfast / Sessions");
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyPanelSaysWhatItShowsAndInWhichUnit(Path file) {
    Set<Integer> ids = new HashSet<>();
    for (JsonNode panel : Dashboards.read(file).get("panels")) {
      String title = panel.get("title").asString();
      assertThat(ids.add(panel.get("id").asInt())).as(title).isTrue();
      assertThat(title).isNotBlank();
      assertThat(panel.get("description").asString()).as(title).isNotBlank();
      assertThat(panel.get("fieldConfig").get("defaults").get("unit").asString())
          .as(title)
          .isIn("ops", "percentunit", "s", "short", "Bps");
      assertThat(panel.get("targets")).as(title).isNotEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void noPanelCoversAnother(Path file) {
    Set<String> cells = new HashSet<>();
    for (JsonNode panel : Dashboards.read(file).get("panels")) {
      JsonNode at = panel.get("gridPos");
      for (int x = 0; x < at.get("w").asInt(); x++) {
        for (int y = 0; y < at.get("h").asInt(); y++) {
          int column = at.get("x").asInt() + x;
          assertThat(column).isLessThan(24);
          assertThat(cells.add(column + "," + (at.get("y").asInt() + y)))
              .as(panel.get("title").asString())
              .isTrue();
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void theListenerCanBeChosenAndReasonsAreLinked(Path file) {
    JsonNode dashboard = Dashboards.read(file);
    assertThat(dashboard.get("templating").get("list"))
        .extracting(variable -> variable.get("name").asString())
        .contains("datasource", "listener", "handfast");
    assertThat(dashboard.get("links"))
        .extracting(link -> link.get("url").asString())
        .contains("${handfast}/api/v1/reasons");
    for (JsonNode panel : dashboard.get("panels")) {
      String expressions = panel.get("targets").toString();
      if (expressions.contains("{{reason}}") && expressions.contains("handshake_failures")) {
        assertThat(panel.get("fieldConfig").get("defaults").get("links").toString())
            .as(panel.get("title").asString())
            .contains("/api/v1/reasons/${__field.labels.reason}");
      }
    }
  }

  @Test
  @RequiresTool("promtool")
  void whatReplicasShareAndWhatWasLookedUpTwiceCountsOnce(@TempDir Path directory)
      throws IOException {
    Path test =
        Files.writeString(
            directory.resolve("sessions.yaml"),
            SESSIONS.formatted(
                query("Handfast / Sessions: Sessions by tier"),
                query("Handfast / Sessions: Found")));

    CommandLine.Output tested = CommandLine.run("promtool", "test", "rules", test.toString());

    assertThat(tested.exitCode()).as(tested.all()).isZero();
  }

  private static String query(String where) throws IOException {
    return Dashboards.queries("5m").stream()
        .filter(query -> query.where().equals(where))
        .map(Dashboards.Query::expression)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void noDashboardHasTheUidOfAnother() throws IOException {
    assertThat(files())
        .extracting(file -> Dashboards.read(file).get("uid").asString())
        .doesNotHaveDuplicates();
  }
}
