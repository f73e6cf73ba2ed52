package dev.handfast.fuzzing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Replays the seeds of every fuzz target, what once broke it among them, and every seed cut short
 * and with each of its first bytes changed. {@code bench/fuzz} searches for more.
 */
class FuzzInputsTest {

  private static final int CHANGED_BYTES = 64;

  @TestFactory
  Stream<DynamicContainer> everyTarget() {
    return Stream.of(FuzzTarget.values())
        .map(
            target ->
                DynamicContainer.dynamicContainer(
                    target.name(),
                    target.seeds().stream()
                        .map(
                            seed ->
                                DynamicTest.dynamicTest(
                                    seed.getFileName().toString(), () -> replay(target, seed)))));
  }

  @TestFactory
  Stream<DynamicTest> everyTargetHasSeeds() {
    return Stream.of(FuzzTarget.values())
        .map(
            target ->
                DynamicTest.dynamicTest(
                    target.name(), () -> assertThat(target.seeds()).isNotEmpty()));
  }

  @Test
  void theFuzzerKnowsEveryTarget() throws IOException {
    assertThat(Files.readString(Path.of("bench", "fuzz")))
        .contains(
            Stream.of(FuzzTarget.values())
                .map(
                    target ->
                        "[%s]=%s".formatted(target.corpus().getFileName(), target.className()))
                .toList());
  }

  /** What a target throws is a finding, and fails the test. */
  private static void replay(FuzzTarget target, Path seed) throws IOException {
    byte[] input = Files.readAllBytes(seed);
    target.run(input);
    int step = Math.max(1, input.length / CHANGED_BYTES);
    for (int at = 0; at < input.length; at += step) {
      target.run(Arrays.copyOf(input, at));
      byte[] changed = input.clone();
      changed[at] ^= (byte) 0x80;
      target.run(changed);
    }
  }
}
