package dev.handfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** {@link EngineBenchmark} works. How fast is no matter here. */
class EngineBenchmarkTest {

  @Test
  void everyBenchmarkRuns() throws Exception {
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include(EngineBenchmark.class.getName())
                    .forks(0)
                    .warmupIterations(0)
                    .measurementIterations(1)
                    .measurementTime(TimeValue.milliseconds(1))
                    .shouldFailOnError(true)
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .run();

    assertThat(results)
        .extracting(result -> nameOf(result.getParams()))
        .containsExactlyInAnyOrder(
            "fullHandshake",
            "resumedHandshake",
            "open64",
            "open1400",
            "open16384",
            "seal64",
            "seal1400",
            "seal16384");
    assertThat(results)
        .allSatisfy(
            result -> assertThat(result.getPrimaryResult().getStatistics().getN()).isPositive());
  }

  private static String nameOf(BenchmarkParams params) {
    String name = params.getBenchmark();
    String size = Objects.requireNonNullElse(params.getParam("size"), "");
    return name.substring(name.lastIndexOf('.') + 1) + size;
  }
}
