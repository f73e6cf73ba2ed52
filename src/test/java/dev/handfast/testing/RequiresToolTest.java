package dev.handfast.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.io.TempDir;

class RequiresToolTest {

  @TempDir Path directory;

  @Test
  void aMissingToolSkipsAndNamesItsDebianPackage() {
    ConditionEvaluationResult result =
        ToolCondition.evaluate(List.of("gnutls-cli"), directory.toString());

    assertThat(result.isDisabled()).isTrue();
    assertThat(result.getReason())
        .contains("gnutls-cli is not on the PATH (Debian package gnutls-bin)");
  }

  @Test
  void everyMissingToolIsNamed() throws IOException {
    executable("openssl");

    ConditionEvaluationResult result =
        ToolCondition.evaluate(List.of("openssl", "jq", "promtool"), directory.toString());

    assertThat(result.getReason())
        .contains(
            "jq is not on the PATH (Debian package jq),"
                + " promtool is not on the PATH (Debian package prometheus)");
  }

  @Test
  void aToolOnThePathRuns() throws IOException {
    executable("gnutls-cli");

    ConditionEvaluationResult result =
        ToolCondition.evaluate(List.of("gnutls-cli"), "/nonexistent:" + directory);

    assertThat(result.isDisabled()).isFalse();
  }

  @Test
  void aFileThatIsNotExecutableIsNoTool() throws IOException {
    Files.createFile(directory.resolve("jq"));

    assertThat(ToolCondition.evaluate(List.of("jq"), directory.toString()).isDisabled()).isTrue();
  }

  @Test
  void aToolWithoutAKnownPackageIsAMistakeInTheTest() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ToolCondition.evaluate(List.of("no-such-tool"), directory.toString()))
        .withMessageContaining("no-such-tool")
        .withMessageContaining("debian-packages.properties");
  }

  private void executable(String name) throws IOException {
    Files.createFile(
        directory.resolve(name),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
  }
}
