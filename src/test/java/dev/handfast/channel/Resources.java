package dev.handfast.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.testing.CommandLine;
import dev.handfast.testing.RunningHandfast;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the process holds, by its own metrics, and how many connections are reachable, whether or
 * not it counts them as open.
 */
record Resources(long threads, long openFiles, long connections, long heapBytes) {

  /** Pools of the management side, of the database and of HTTP, breathe. */
  private static final int SLACK = 12;

  /** H2's cache of pages alone takes up to a sixteenth of the heap, which is 512 MiB. */
  private static final long HEAP_SLACK = 48L << 20;

  private static final Pattern CONNECTIONS =
      Pattern.compile(": +(\\d+) +\\d+ +dev\\.handfast\\.listener\\.GatewayConnection\\s");

  /** Measures, after a garbage collection. */
  static Resources of(RunningHandfast handfast) {
    String classes =
        CommandLine.run(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(handfast.processHandle().pid()),
                "GC.class_histogram")
            .stdout();
    Matcher connections = CONNECTIONS.matcher(classes);
    return new Resources(
        (long) handfast.api().metric("jvm_threads_live_threads"),
        (long) handfast.api().metric("process_files_open_files"),
        connections.find() ? Long.parseLong(connections.group(1)) : 0,
        (long) handfast.api().metric("jvm_memory_used_bytes", "area=\"heap\""));
  }

  /** Fails if it is more than it was, by more than goes up and down by itself. */
  void assertNoMoreThan(Resources before) {
    assertThat(threads).as("threads").isLessThanOrEqualTo(before.threads + SLACK);
    assertThat(openFiles).as("open files").isLessThanOrEqualTo(before.openFiles + SLACK);
    assertThat(connections)
        .as("reachable connections")
        .isLessThanOrEqualTo(before.connections + SLACK);
    assertThat(heapBytes).as("live heap").isLessThanOrEqualTo(before.heapBytes + HEAP_SLACK);
  }
}
