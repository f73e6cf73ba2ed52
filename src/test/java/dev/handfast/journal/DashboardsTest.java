package dev.handfast.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class DashboardsTest {

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
  void noDashboardHasTheUidOfAnother() throws IOException {
    assertThat(files())
        .extracting(file -> Dashboards.read(file).get("uid").asString())
        .doesNotHaveDuplicates();
  }
}
