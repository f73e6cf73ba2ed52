package dev.handfast.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.testing.CommandLine;
import dev.handfast.testing.RequiresTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class AlertRulesTest {

  static final Path RULES = Path.of("helm/handfast/files/alerts/handfast.yaml");
  private static final Path TESTS = Path.of("src/test/resources/alerts/handfast_test.yaml");

  @Test
  @RequiresTool("promtool")
  void theRulesDoWhatTheirTestsSay() {
    CommandLine.Output checked = CommandLine.run("promtool", "check", "rules", RULES.toString());
    assertThat(checked.exitCode()).as(checked.all()).isZero();
    CommandLine.Output tested = CommandLine.run("promtool", "test", "rules", TESTS.toString());
    assertThat(tested.exitCode()).as(tested.all()).isZero();
  }

  @Test
  void everyAlertIsTestedAndHasARunbook() throws IOException {
    String rules = Files.readString(RULES);
    String tests = Files.readString(TESTS);
    String runbook = Files.readString(Path.of("docs/alerts.md"));
    assertThat(alerts(rules)).hasSizeGreaterThanOrEqualTo(6);
    for (String alert : alerts(rules)) {
      assertThat(tests).contains("alertname: " + alert + "\n");
      assertThat(runbook).contains("\n## " + alert + "\n");
      assertThat(rules)
          .contains("runbook_url: docs/alerts.md#" + alert.toLowerCase(Locale.ROOT) + "\n");
    }
  }

  private static List<String> alerts(String rules) {
    return Pattern.compile("- alert: (\\w+)")
        .matcher(rules)
        .results()
        .map((MatchResult match) -> match.group(1))
        .toList();
  }
}
