package dev.handfast.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.diagnostics.FailureAnalysis;

class DataDirectoryTest {

  @TempDir private Path home;

  @Test
  void aMissingDirectoryIsMadeForItsOwnerAlone() throws IOException {
    DataDirectory directory = DataDirectory.open(home.resolve("a/b"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.path())))
        .isEqualTo("rwx------");
    assertThat(directory.resolve("file")).isEqualTo(home.resolve("a/b/file"));
  }

  @Test
  void theModeOfADirectoryThatExistsStays() throws IOException {
    Path shared = Files.createDirectory(home.resolve("shared"));
    Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwx---"));
    DataDirectory.open(shared);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(shared)))
        .isEqualTo("rwxrwx---");
  }

  @Test
  void aFileInItsPlaceEndsStartUpWithAnAction() throws IOException {
    Path file = Files.createFile(home.resolve("file"));
    assertThatThrownBy(() -> DataDirectory.open(file.resolve("data")))
        .isInstanceOf(DataDirectoryException.class);
    assertThatThrownBy(() -> DataDirectory.open(file))
        .isInstanceOfSatisfying(
            DataDirectoryException.class,
            failure -> {
              FailureAnalysis analysis =
                  Objects.requireNonNull(
                      new StartupFailures.DataDirectoryAnalyzer().analyze(failure));
              assertThat(analysis.getDescription())
                  .contains(file.toString())
                  .contains("not a directory");
              assertThat(analysis.getAction()).contains("handfast.data-dir");
            });
  }

  @Test
  void startUpFailuresOfTheDatabaseSayWhatToDo() {
    assertThat(action(new SQLException("locked", "90020", 90020))).contains("handfast.data-dir");
    assertThat(action(new SQLException("refused", "08001"))).contains("spring.datasource.url");
    assertThat(action(new SQLException("password", "28P01")))
        .contains("spring.datasource.password");
    assertThat(
            new StartupFailures.DatabaseAnalyzer()
                .analyze(new IllegalStateException(new SQLException("syntax", "42000"))))
        .isNull();
  }

  private static @Nullable String action(SQLException failure) {
    return Objects.requireNonNull(
            new StartupFailures.DatabaseAnalyzer().analyze(new IllegalStateException(failure)))
        .getAction();
  }
}
