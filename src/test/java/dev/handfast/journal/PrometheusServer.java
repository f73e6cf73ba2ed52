package dev.handfast.journal;

import dev.handfast.testing.Api;
import dev.handfast.testing.FreePort;
import dev.handfast.testing.RunningHandfast;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;

/** Debian's Prometheus, scraping a Handfast every second. */
final class PrometheusServer implements AutoCloseable {

  private final Process process;
  private final Api api;
  private final Path home;

  private PrometheusServer(Process process, int port, Path home) {
    this.process = process;
    this.api = Api.anonymous(URI.create("http://127.0.0.1:" + port));
    this.home = home;
  }

  static PrometheusServer scraping(RunningHandfast handfast, String password, Path rules)
      throws IOException {
    Path home = Files.createTempDirectory(handfast.home(), "prometheus");
    Path configuration = home.resolve("prometheus.yaml");
    Files.writeString(
        configuration,
        """
        global:
          scrape_interval: 1s
          evaluation_interval: 1s
        rule_files: ["%s"]
        scrape_configs:
          - job_name: handfast
            metrics_path: /actuator/prometheus
            basic_auth: {username: admin, password: "%s"}
            static_configs:
              - targets: ["%s"]
        """
            .formatted(rules.toAbsolutePath(), password, handfast.managementUri().getAuthority()));
    int port = FreePort.next();
    Process process =
        new ProcessBuilder(
                List.of(
                    "prometheus",
                    "--config.file=" + configuration,
                    "--storage.tsdb.path=" + home.resolve("data"),
                    "--web.listen-address=127.0.0.1:" + port))
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("log.txt").toFile())
            .start();
    PrometheusServer server = new PrometheusServer(process, port, home);
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(server::isScraping);
    return server;
  }

  private boolean isScraping() {
    if (!process.isAlive()) {
      throw new AssertionError("Prometheus ended, see " + home.resolve("log.txt"));
    }
    try {
      return api.get("/-/ready").status() == 200 && !query("up == 1").isEmpty();
    } catch (UncheckedIOException e) {
      return false; // Not listening yet.
    }
  }

  /** The result of an instant query; fails if Prometheus answers an error. */
  JsonNode query(String expression) {
    return result("/api/v1/query?query=" + encoded(expression));
  }

  /** The series of a range query; fails if Prometheus answers an error. */
  JsonNode range(String expression, Instant from, Instant to, int stepSeconds) {
    return result(
        "/api/v1/query_range?query=%s&start=%d&end=%d&step=%d"
            .formatted(
                encoded(expression), from.getEpochSecond(), to.getEpochSecond(), stepSeconds));
  }

  private static String encoded(String expression) {
    return URLEncoder.encode(expression, StandardCharsets.UTF_8);
  }

  private JsonNode result(String path) {
    return api.get(path).expect(200).json().get("data").get("result");
  }

  /** Every rule with its health. */
  JsonNode rules() {
    return api.get("/api/v1/rules").expect(200).json().get("data").get("groups");
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }
}
