package dev.handfast.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MasterKeySourceTest {

  @TempDir Path directory;

  @Test
  void theFirstStartGeneratesAKeyForItsOwnerAlone() throws Exception {
    Path dataDir = Files.createDirectory(directory.resolve("data"));

    MasterKeys keys = source(dataDir, null, null).find(Set.of());

    assertThat(permissions(dataDir.resolve("master.key"))).isEqualTo("rw-------");
    assertThat(dataDir).isDirectoryContaining(file -> file.endsWith("master.key"));
    try (var files = Files.list(dataDir)) {
      assertThat(files).hasSize(1);
    }
    assertThat(source(dataDir, null, null).find(Set.of(keys.currentId())).ids())
        .isEqualTo(keys.ids());
  }

  @Test
  void processesThatStartTogetherAgreeOnOneKey() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      Callable<String> start = () -> source(directory, null, null).find(Set.of()).currentId();
      List<Future<String>> ids = threads.invokeAll(Collections.nCopies(16, start));
      assertThat(ids).extracting(Future::get).containsOnly(ids.getFirst().get());
    }
  }

  @Test
  void aFileMayListSeveralKeysTheNewOneFirst() throws Exception {
    Path file = directory.resolve("keys");
    Files.writeString(file, SecretsTest.key(2) + "\n" + SecretsTest.key(1) + "\n");
    String first = source(directory, SecretsTest.key(2), null).find(Set.of()).currentId();
    String second = source(directory, SecretsTest.key(1), null).find(Set.of()).currentId();

    MasterKeys keys = source(directory, null, file).find(Set.of(second));

    assertThat(keys.currentId()).isEqualTo(first);
    assertThat(keys.ids()).containsExactly(first, second);
  }

  @Test
  void aKeyThatDoesNotOpenTheDatabaseIsRefused() {
    String used = source(directory, SecretsTest.key(1), null).find(Set.of()).currentId();

    assertThatThrownBy(() -> source(directory, SecretsTest.key(2), null).find(Set.of(used)))
        .isInstanceOf(MasterKeyException.class)
        .hasMessageContaining("sealed under master key " + used)
        .extracting(e -> ((MasterKeyException) e).action())
        .asString()
        .contains("list both, the new one first");
  }

  @Test
  void aLostKeyIsNotReplacedByANewOne() {
    assertThatThrownBy(() -> source(directory, null, null).find(Set.of("0a1b2c3d")))
        .isInstanceOf(MasterKeyException.class)
        .hasMessageContaining("master.key does not exist");
    assertThat(directory).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(strings = {"secret-but-not-base64!", "c2hvcnQ=", ",", "AAAA,BBBB"})
  void aMalformedKeyIsRefusedWithoutShowingIt(String text) {
    assertThatThrownBy(() -> source(directory, text, null).find(Set.of()))
        .isInstanceOf(MasterKeyException.class)
        .hasMessageContaining("expected: base64 of 32 random bytes")
        .message()
        .doesNotContain("secret", "c2hvcnQ", "AAAA");
  }

  @Test
  void aKeyAndAKeyFileTogetherAreRefused() {
    assertThatThrownBy(
            () -> source(directory, SecretsTest.key(1), directory.resolve("keys")).find(Set.of()))
        .isInstanceOf(MasterKeyException.class)
        .hasMessageContaining("Both handfast.master-key and handfast.master-key-file");
  }

  @Test
  void aMissingKeyFileIsRefused() {
    assertThatThrownBy(() -> source(directory, null, directory.resolve("keys")).find(Set.of()))
        .isInstanceOf(MasterKeyException.class)
        .hasMessageContaining("cannot be read (NoSuchFileException)");
  }

  @Test
  void propertiesAndKeysShowNoKey() {
    MasterKeyProperties properties = new MasterKeyProperties(SecretsTest.key(1), null);
    assertThat(properties.toString()).doesNotContain(SecretsTest.key(1));
    assertThat(MasterKeys.parse(SecretsTest.key(1), "test").toString())
        .doesNotContain(SecretsTest.key(1))
        .hasSizeLessThan(30);
  }

  private static MasterKeySource source(Path dataDir, @Nullable String key, @Nullable Path file) {
    return new MasterKeySource(new MasterKeyProperties(key, file), dataDir);
  }

  private static String permissions(Path path) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
