package dev.handfast.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What {@code /actuator/prometheus} answered, and the table of it that is public. */
final class ExposedMetrics {

  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `(handfast_\\w+)` \\| (\\w+) \\|([^|]*)\\|[^|]+\\|$");
  private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (handfast_\\S+) (\\S+)$");
  private static final Pattern SERIES =
      Pattern.compile("(?m)^(handfast_[a-z_]+)(?:\\{([^}]*)\\})? ");

  private final String text;

  ExposedMetrics(String text) {
    this.text = text;
  }

  /** Each metric's type and its labels in alphabetical order, as {@code docs/api.md} has them. */
  static Map<String, String> documented() throws IOException {
    Map<String, String> table = new TreeMap<>();
    Matcher row = ROW.matcher(Files.readString(Path.of("docs/api.md")));
    while (row.find()) {
      Set<String> labels =
          Pattern.compile("\\w+")
              .matcher(row.group(3))
              .results()
              .map(label -> label.group())
              .collect(Collectors.toCollection(TreeSet::new));
      table.put(row.group(1), line(row.group(2), labels));
    }
    return table;
  }

  /** The same, as exposed; without the greatest values that go with timers. */
  Map<String, String> table() {
    Map<String, String> table = new TreeMap<>();
    Matcher type = TYPE.matcher(text);
    while (type.find()) {
      if (!type.group(1).endsWith("_seconds_max")) {
        table.put(type.group(1), line(type.group(2), labels(type.group(1))));
      }
    }
    return table;
  }

  /** Every series, with its labels and without its value. */
  Set<String> series() {
    return SERIES
        .matcher(text)
        .results()
        .map(series -> series.group().strip())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  String text() {
    return text;
  }

  private Set<String> labels(String metric) {
    Set<String> labels = new TreeSet<>();
    Matcher series = SERIES.matcher(text);
    while (series.find()) {
      if (series.group(1).matches(metric + "(_bucket|_sum|_count)?") && series.group(2) != null) {
        Pattern.compile("(\\w+)=\"")
            .matcher(series.group(2))
            .results()
            .forEach(label -> labels.add(label.group(1)));
      }
    }
    labels.remove("le");
    return labels;
  }

  private static String line(String type, Set<String> labels) {
    return (type + " " + String.join(" ", labels)).strip();
  }
}
