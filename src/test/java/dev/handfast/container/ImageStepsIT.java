package dev.handfast.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.testing.Api;
import dev.handfast.testing.RunningHandfast;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Extracts, trains, starts and stops the built jar as the Dockerfile says. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ImageStepsIT {

  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();
  private static final String PASSWORD = "of the chart's admin Secret";
  private static final int TERMINATED = 128 + 15;

  @TempDir static Path directory;

  private final Dockerfile dockerfile;
  private final int port = RunningHandfast.freePort();

  ImageStepsIT() throws IOException {
    this.dockerfile = Dockerfile.read();
  }

  @BeforeAll
  void extractAndTrain() throws Exception {
    List<String> extraction = new ArrayList<>(dockerfile.extraction());
    extraction.replaceAll(
        word -> word.equals("target/handfast.jar") ? System.getProperty("handfast.jar") : word);
    extraction.addAll(List.of("--destination", directory.resolve("layers").toString()));
    run(directory, extraction);

    Path application = Files.createDirectories(application());
    for (String layer : dockerfile.layers()) {
      copy(directory.resolve("layers").resolve(layer), application);
    }
    run(application, dockerfile.training());
  }

  @Test
  void theLayersAreAllThatIsExtracted() throws IOException {
    try (Stream<Path> layers = Files.list(directory.resolve("layers"))) {
      assertThat(layers.map(layer -> layer.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(dockerfile.layers());
    }
  }

  @Test
  void theTrainedApplicationStartsFromItsCacheWithTheChartsSettingsAndStopsOnSigterm()
      throws Exception {
    Map<String, Long> before = files(application());
    Path log = directory.resolve("log.txt");
    Process process = start(log);
    try {
      Awaitility.await().atMost(Duration.ofMinutes(3)).until(() -> isReady(process, log));

      URI management = URI.create("http://localhost:" + port);
      assertThat(Api.basic(management, "admin", PASSWORD).get("/api/v1/users").status())
          .isEqualTo(200);
      assertThat(Api.basic(management, "admin", "another").get("/api/v1/users").status())
          .isEqualTo(401);
    } finally {
      process.destroy();
    }

    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(log)).isEqualTo(TERMINATED);
    assertThat(files(application())).as("files of a read-only image").isEqualTo(before);
    assertThat(directory.resolve("data")).isDirectory();
  }

  private Process start(Path log) throws IOException {
    List<String> command = new ArrayList<>(dockerfile.entrypoint());
    assertThat(command.set(0, JAVA)).isEqualTo("java");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(application().toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    environment(builder, directory.resolve("data"));
    settingsOfTheChart(builder);
    // Refuses to start where the cache does not fit, instead of going on without it.
    builder.environment().put("JDK_JAVA_OPTIONS", "-XX:AOTMode=on");
    return builder.start();
  }

  /** As the Helm chart gives them: the passwords as files. */
  private static void settingsOfTheChart(ProcessBuilder builder) throws IOException {
    Path secrets = Files.createDirectories(directory.resolve("secrets"));
    Files.writeString(secrets.resolve("handfast.admin.password"), PASSWORD);
    Path masterKey = directory.resolve("master-key");
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    Files.writeString(masterKey, Base64.getEncoder().encodeToString(key));
    builder.environment().put("SPRING_CONFIG_IMPORT", "configtree:" + secrets + "/");
    builder.environment().put("HANDFAST_MASTERKEYFILE", masterKey.toString());
  }

  private void run(Path workingDirectory, List<String> arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(JAVA));
    command.addAll(arguments);
    Path log = Files.createTempFile(directory, "step", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(workingDirectory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    environment(builder, directory.resolve("training"));

    assertThat(builder.start().waitFor()).as(() -> read(log)).isZero();
  }

  private void environment(ProcessBuilder builder, Path data) {
    builder.environment().put("HANDFAST_DATADIR", data.toString());
    builder.environment().put("HANDFAST_BOOTSTRAP_PORT", "0");
    builder.environment().put("SERVER_PORT", Integer.toString(port));
  }

  private boolean isReady(Process process, Path log) throws Exception {
    assertThat(process.isAlive()).as(() -> read(log)).isTrue();
    URI readiness = URI.create("http://localhost:" + port + "/actuator/health/readiness");
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
              .send(
                  HttpRequest.newBuilder(readiness).build(), HttpResponse.BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (ConnectException e) {
      return false;
    }
  }

  private Path application() {
    return directory.resolve("application");
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        Files.createDirectories(target.getParent());
        // A cache fits only the jar whose time it has seen.
        Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  private static Map<String, Long> files(Path root) throws IOException {
    Map<String, Long> sizes = new TreeMap<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        sizes.put(root.relativize(file).toString(), Files.size(file));
      }
    }
    return sizes;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
