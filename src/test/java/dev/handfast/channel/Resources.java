package dev.handfast.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.testing.CommandLine;
import dev.handfast.testing.RunningHandfast;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the process holds: threads and files by its own metrics, and what is reachable in its heap,
 * of connections also those that it does not count as open.
 */
record Resources(long threads, long openFiles, long connections, long heapBytes) {

  /** Pools of the management side, of the database and of HTTP, breathe. */
  private static final int SLACK = 12;

  private static final Pattern CONNECTIONS =
      Pattern.compile(": +(\\d+) +\\d+ +dev\\.handfast\\.listener\\.GatewayConnection\\s");
  private static final Pattern HEAP = Pattern.compile("Total +\\d+ +(\\d+)");

  /** Measures, after a garbage collection. */
  static Resources of(RunningHandfast handfast) {
    String classes =
        CommandLine.run(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(handfast.processHandle().pid()),
                "GC.class_histogram")
            .stdout();
    return new Resources(
        (long) handfast.api().metric("jvm_threads_live_threads"),
        (long) handfast.api().metric("process_files_open_files"),
        number(CONNECTIONS, classes),
        number(HEAP, classes));
  }

  /** What the pattern's group finds, or 0. */
  private static long number(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
  }

  /** Fails if it is more than it was, by more than goes up and down by itself. */
  void assertNoMoreThan(Resources before, long heapSlack) {
    assertThat(threads).as("threads").isLessThanOrEqualTo(before.threads + SLACK);
    assertThat(openFiles).as("open files").isLessThanOrEqualTo(before.openFiles + SLACK);
    assertThat(connections)
        .as("reachable connections")
        .isLessThanOrEqualTo(before.connections + SLACK);
    assertThat(heapBytes).as("live heap").isBetween(1L, before.heapBytes + heapSlack);
  }
}
