package dev.handfast.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.testing.RequiresTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code bench/run} works: every terminator serves every row. How fast is no matter here. */
@RequiresTool({"gcc", "haproxy", "hitch", "nginx", "openssl", "ps", "python3", "stunnel4"})
@Isolated("it fills the machine: beside others neither would be done in time")
class BenchmarkSmokeIT {

  private static final List<String> PROXIES = List.of("nginx", "haproxy", "hitch", "stunnel");

  @TempDir Path directory;

  @Test
  void everyTerminatorServesEveryRow() throws Exception {
    Path json = directory.resolve("rows.json");
    run("bench/run", "--smoke", "--json", json.toString());
    JsonNode rows = JsonMapper.shared().readTree(json).get("rows");

    assertThat(rows.propertyNames())
        .contains("tls13-p256", "tls12-ecdhe-ecdsa", "mutual-tls", "resumed-tls13", "idle");
    for (String row : rows.propertyNames()) {
      List<String> terminators = List.copyOf(rows.get(row).propertyNames());
      if (row.equals("plain-relay")) {
        assertThat(terminators).containsExactly("nginx", "haproxy");
      } else {
        assertThat(terminators).contains("handfast").containsAll(PROXIES);
      }
      for (String terminator : terminators) {
        assertServed(row, terminator, rows.get(row).get(terminator).get(0));
      }
    }
  }

  @Test
  void aProfileSaysWhoseTheTimeWas() throws Exception {
    String recording = directory.resolve("handfast.jfr").toString();
    String row = "tls13-p256";
    run("bench/run", "--smoke", "--terminators", "handfast", "--rows", row, "--jfr", recording);

    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    assertThat(run(java, "bench/Profile.java", recording, "0"))
        .contains("| handfast-listener | ", "| system calls | ", "| primitives | ");
  }

  private static void assertServed(String row, String terminator, JsonNode round) {
    if (row.equals("idle")) {
      assertThat(round.get("bytes_per_connection").isNumber()).as(terminator).isTrue();
      assertThat(round.has("live_heap_per_connection")).isEqualTo(terminator.equals("handfast"));
      return;
    }
    assertThat(round.get("operations").asInt()).as("%s of %s", row, terminator).isPositive();
    assertThat(round.get("failed").asInt()).as("%s of %s", row, terminator).isZero();
    if (row.equals("resumed-tls13")) {
      assertThat(round.get("resumed")).as(terminator).isEqualTo(round.get("operations"));
    }
  }

  private String run(String... command) throws IOException, InterruptedException {
    Path log = directory.resolve("log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    if (!process.waitFor(5, TimeUnit.MINUTES)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      throw new AssertionError(command[0] + " still runs: " + Files.readString(log));
    }
    assertThat(process.exitValue()).as(Files.readString(log)).isZero();
    return Files.readString(log);
  }
}
