package dev.handfast.channel;

import dev.handfast.testing.CommandLine;
import dev.handfast.testing.RunningHandfast;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What the process holds, by its own metrics. */
record Resources(long threads, long openFiles, long heapBytes) {

  /** Measures, after a garbage collection. */
  static Resources of(RunningHandfast handfast) {
    CommandLine.run(
        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
        Long.toString(handfast.processHandle().pid()),
        "GC.run");
    String metrics = handfast.api().get("/actuator/prometheus").expect(200).text();
    return new Resources(
        sum(metrics, "jvm_threads_live_threads"),
        sum(metrics, "process_files_open_files"),
        sum(metrics, "jvm_memory_used_bytes\\{area=\"heap\"[^}]*\\}"));
  }

  /** The sum of a metric's series; the pattern ends before the value. */
  static long sum(String metrics, String series) {
    return (long)
        Pattern.compile("^" + series + "(?:\\{[^}]*\\})? (\\S+)$", Pattern.MULTILINE)
            .matcher(metrics)
            .results()
            .map((MatchResult match) -> match.group(1))
            .mapToDouble(Double::parseDouble)
            .sum();
  }
}
