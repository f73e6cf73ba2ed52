package dev.handfast.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.testing.CommandLine;
import dev.handfast.testing.RunningHandfast;
import java.nio.file.Path;

/** What the process holds, by its own metrics. */
record Resources(long threads, long openFiles, long heapBytes) {

  /** Pools of the management side, of the database and of HTTP, breathe. */
  private static final int SLACK = 12;

  /** Measures, after a garbage collection. */
  static Resources of(RunningHandfast handfast) {
    CommandLine.run(
        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
        Long.toString(handfast.processHandle().pid()),
        "GC.run");
    return new Resources(
        (long) handfast.api().metric("jvm_threads_live_threads"),
        (long) handfast.api().metric("process_files_open_files"),
        (long) handfast.api().metric("jvm_memory_used_bytes", "area=\"heap\""));
  }

  /** Fails if it is more than it was, by more than goes up and down by itself. */
  void assertNoMoreThan(Resources before, long heapSlack) {
    assertThat(threads).as("threads").isLessThanOrEqualTo(before.threads + SLACK);
    assertThat(openFiles).as("open files").isLessThanOrEqualTo(before.openFiles + SLACK);
    assertThat(heapBytes).as("live heap").isLessThanOrEqualTo(before.heapBytes + heapSlack);
  }
}
