package dev.handfast.container;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.time.Duration;
import java.util.ArrayList;
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
  void theTrainedApplicationStartsFromItsCacheAndStopsOnSigterm() throws Exception {
    Map<String, Long> before = files(application());
    Path log = directory.resolve("log.txt");
    Process process = start(log);
    try {
      Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> isReady(process, log));
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
    environment(builder);
    // Refuses to start where the cache does not fit, instead of going on without it.
    builder.environment().put("JDK_JAVA_OPTIONS", "-XX:AOTMode=on");
    return builder.start();
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
    environment(builder);

    assertThat(builder.start().waitFor()).as(() -> read(log)).isZero();
  }

  private void environment(ProcessBuilder builder) {
    builder.environment().put("HANDFAST_DATADIR", directory.resolve("data").toString());
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
