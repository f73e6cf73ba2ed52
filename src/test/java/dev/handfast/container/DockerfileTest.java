package dev.handfast.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class DockerfileTest {

  private static final Pattern DIRECTORY = Pattern.compile("<directory>([^<]+)</directory>");

  @Test
  void theBuildInTheImageSeesEveryDirectoryThatThePomReads() throws IOException {
    Dockerfile dockerfile = Dockerfile.read();
    List<String> ignored = Files.readAllLines(Path.of(".dockerignore"));
    List<String> directories =
        DIRECTORY
            .matcher(Files.readString(Path.of("pom.xml")))
            .results()
            .map(match -> match.group(1).split("/", 2)[0])
            .distinct()
            .toList();

    assertThat(directories)
        .isNotEmpty()
        .allSatisfy(
            directory -> {
              assertThat(dockerfile.text()).containsPattern("COPY " + directory + "[/ ]");
              assertThat(ignored).anyMatch(line -> line.startsWith("!" + directory));
            });
  }

  @Test
  void theImageDoesNotRunAsRoot() throws IOException {
    assertThat(Dockerfile.read().user()).matches("[1-9][0-9]*:[1-9][0-9]*");
  }

  @Test
  void noShellIsNeededToStart() throws IOException {
    assertThat(Dockerfile.read().entrypoint()).startsWith("java").doesNotContain("sh", "-c");
  }
}
