package dev.handfast.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@code .ci/run} on a project whose build is a stand-in that only leaves reports. */
class ContinuousIntegrationTest {

  @TempDir Path project;

  @BeforeEach
  void copyTheScript() throws IOException {
    Files.createDirectories(project.resolve(".ci"));
    Files.createDirectories(project.resolve("left-by-the-build"));
    Files.copy(Path.of(".ci/run"), project.resolve(".ci/run"), StandardCopyOption.COPY_ATTRIBUTES);
  }

  @Test
  void aBuildWhoseTestsAllRanPasses() throws Exception {
    build(0);
    report("surefire", "ATest", "<testcase name=\"works\" classname=\"ATest\"/>", 0);

    Run run = run();

    assertThat(run.output())
        .contains("nothing to install")
        .contains("ci: 1 test classes, 2 tests, 0 failed, 0 skipped")
        .contains("ci: passed");
    assertThat(run.status()).isZero();
  }

  @Test
  void aSkippedTestFailsWithItsReason() throws Exception {
    build(0);
    report("surefire", "ATest", "<testcase name=\"works\" classname=\"ATest\"/>", 0);
    report(
        "failsafe",
        "BIT",
        """
        <testcase name="handshakes" classname="BIT" time="0.1">
          <skipped message="gnutls-cli is not on the PATH (Debian package &quot;gnutls-bin&quot;)"/>
        </testcase>
        """,
        1);

    Run run = run();

    assertThat(run.output())
        .contains(
            "BIT handshakes: gnutls-cli is not on the PATH (Debian package \"gnutls-bin\")",
            "ci: 2 test classes, 4 tests, 0 failed, 1 skipped")
        .doesNotContain("ci: passed");
    assertThat(run.status()).isEqualTo(1);
  }

  @Test
  void aFailedBuildFailsWithItsStatus() throws Exception {
    build(7);

    Run run = run();

    assertThat(run.output()).contains("ci: FAILED: the build ended with 7");
    assertThat(run.status()).isEqualTo(7);
  }

  @Test
  void aBuildThatRanNoTestFailsWhateverAnEarlierOneLeft() throws Exception {
    build(0);
    Path earlier = Files.createDirectories(project.resolve("target/surefire-reports"));
    Files.writeString(earlier.resolve("TEST-ATest.xml"), "<testsuite tests=\"1\" />");

    Run run = run();

    assertThat(run.output()).contains("ci: FAILED: no test reports");
    assertThat(run.status()).isEqualTo(1);
  }

  private void build(int status) throws IOException {
    Path wrapper = project.resolve("mvnw");
    Files.writeString(
        wrapper,
        """
        #!/bin/sh
        mkdir -p target
        cp -r left-by-the-build/. target
        exit %d
        """
            .formatted(status));
    assertThat(wrapper.toFile().setExecutable(true)).isTrue();
  }

  private void report(String plugin, String name, String testcase, int skipped) throws IOException {
    Path directory =
        Files.createDirectories(project.resolve("left-by-the-build/" + plugin + "-reports"));
    Files.writeString(
        directory.resolve("TEST-" + name + ".xml"),
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuite name="%s" time="1.2" tests="2" errors="0" skipped="%d" failures="0">
        %s
        </testsuite>
        """
            .formatted(name, skipped, testcase));
  }

  private Run run() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(project.resolve(".ci/run").toString()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Run(process.waitFor(), output);
  }

  private record Run(int status, String output) {}
}
