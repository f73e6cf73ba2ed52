package dev.handfast.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each file under {@code chart/invalid} says in its first line what Helm must say about it. */
@ResourceLock(Chart.HELM)
class ChartContradictionsTest {

  private static final Path FILES = Path.of("src/test/resources/chart/invalid");
  private static final String EXPECTED = "# expected: ";

  static Stream<Path> files() throws IOException {
    return Files.list(FILES).sorted();
  }

  @ParameterizedTest
  @MethodSource("files")
  void theRenderFailsWithTheFix(Path file) throws IOException {
    String firstLine = Files.readAllLines(file).getFirst();
    assertThat(firstLine).startsWith(EXPECTED);

    assertThatThrownBy(() -> Chart.HANDFAST.render(file))
        .hasMessageContaining(firstLine.substring(EXPECTED.length()));
  }
}
