package dev.handfast.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The dashboards of the chart. */
final class Dashboards {

  private static final JsonMapper JSON = new JsonMapper();

  private Dashboards() {}

  static Stream<Path> files() throws IOException {
    return Files.list(Path.of("helm/handfast/dashboards")).sorted();
  }

  static JsonNode read(Path file) {
    return JSON.readTree(file);
  }

  /** Every query of every panel, as Grafana would send it for all listeners. */
  static List<Query> queries(String rateInterval) throws IOException {
    List<Query> queries = new ArrayList<>();
    for (Path file : files().toList()) {
      JsonNode dashboard = read(file);
      for (JsonNode panel : dashboard.get("panels")) {
        for (JsonNode target : panel.get("targets")) {
          queries.add(
              new Query(
                  dashboard.get("title").asString() + ": " + panel.get("title").asString(),
                  expression(target, rateInterval)));
        }
      }
    }
    return queries;
  }

  /** A panel's query, as Grafana would send it for all listeners. */
  static String expression(JsonNode target, String rateInterval) {
    return target
        .get("expr")
        .asString()
        .replace("$__rate_interval", rateInterval)
        .replace("$listener", ".*");
  }

  record Query(String where, String expression) {}
}
