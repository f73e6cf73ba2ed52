package dev.handfast.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.testing.Api;
import dev.handfast.testing.FreePort;
import dev.handfast.testing.RunningHandfast;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts and stops what the steps of the Dockerfile make, as Kubernetes would. */
class ImageStepsIT {

  private static final String PASSWORD = "of the chart's admin Secret";
  private static final int TERMINATED = 128 + 15;

  /** For the JVM, as if the container had 512 MiB. */
  private static final List<String> SMALL = List.of("-XX:MaxRAM=512m");

  /** A JWT: {@code {"alg":"RS256"}}, {@code {}} and something that is no signature. */
  private static final String TOKEN = "eyJhbGciOiJSUzI1NiJ9.e30.c2ln";

  @TempDir static Path directory;

  private final ApplicationImage image = ApplicationImage.built();
  private final int port = FreePort.next();

  @Test
  void theLayersAreAllThatIsExtracted() throws IOException {
    assertThat(image.extractedLayers())
        .extracting(layer -> layer.getFileName().toString())
        .containsExactlyInAnyOrderElementsOf(Dockerfile.read().layers());
  }

  @Test
  void noJarIsSignedSoThatTheCacheHoldsItsClasses() throws IOException {
    try (Stream<Path> jars = Files.list(image.workingDirectory().resolve("lib"))) {
      assertThat(jars)
          .anyMatch(jar -> jar.getFileName().toString().startsWith("bcprov"))
          .allSatisfy(jar -> assertThat(signatures(jar)).isEmpty());
    }
  }

  @Test
  void inASmallContainerItStartsFromItsCacheWithTheChartsSettingsAndStopsOnSigterm()
      throws Exception {
    Map<String, Long> before = files(image.workingDirectory());
    Path log = directory.resolve("log.txt");
    Process process = start(log);
    try {
      Awaitility.await().atMost(Duration.ofMinutes(3)).until(() -> isReady(process, log));

      URI management = URI.create("http://localhost:" + port);
      assertThat(Api.basic(management, "admin", PASSWORD).get("/api/v1/users").status())
          .isEqualTo(200);
      assertThat(Api.basic(management, "admin", "another").get("/api/v1/users").status())
          .isEqualTo(401);
      assertThat(Files.readString(log)).contains("Starting AOT-processed HandfastApplication");
    } finally {
      process.destroy();
    }

    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(log)).isEqualTo(TERMINATED);
    assertThat(files(image.workingDirectory())).as("files of a read-only image").isEqualTo(before);
    assertThat(directory.resolve("data").resolve("handfast.mv.db"))
        .as("the database where none is named")
        .isRegularFile();
  }

  @Test
  void aSettingThatBringsOtherBeansIsHeardThoughTheImageWasPreparedWithoutIt() {
    String keys = "spring.security.oauth2.resourceserver.jwt.jwk-set-uri";
    try (RunningHandfast handfast =
        RunningHandfast.start(Map.of(keys, "http://localhost:1/keys"))) {

      assertThat(handfast.log())
          .contains("Determines its beans anew, since " + keys + " is set")
          .doesNotContain("AOT-processed");
      assertThat(Api.bearer(handfast.managementUri(), TOKEN).get("/api/v1/me").status())
          .as("the provider's keys are asked for and cannot be had")
          .isEqualTo(503);
    }
  }

  @Test
  void theChartsJavaOptionsWin() throws Exception {
    ProcessBuilder java =
        image.java(List.of("-XX:+PrintFlagsFinal", "-version")).redirectErrorStream(true);
    java.environment()
        .put(
            "JDK_JAVA_OPTIONS",
            "-XX:MaxRAMPercentage=40 -XX:-UseParallelGC -XX:+UseG1GC -Xms32m"
                + " -XX:-UseTransparentHugePages");

    Process process = java.start();
    String flags = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(flags).isZero();
    assertThat(flags)
        .containsPattern("MaxRAMPercentage += 40")
        .containsPattern("UseG1GC += true")
        .containsPattern("UseParallelGC += false")
        .containsPattern("UseTransparentHugePages += false")
        .containsPattern("InitialHeapSize += " + (32 << 20));
  }

  private static List<String> signatures(Path jar) throws IOException {
    try (ZipFile entries = new ZipFile(jar.toFile())) {
      return entries.stream()
          .map(ZipEntry::getName)
          .filter(name -> name.matches("META-INF/[^/]+\\.(SF|RSA|DSA|EC)"))
          .toList();
    }
  }

  private Process start(Path log) throws IOException {
    ProcessBuilder builder =
        image.process(SMALL).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().put("HANDFAST_DATADIR", directory.resolve("data").toString());
    builder.environment().put("HANDFAST_BOOTSTRAP_PORT", "0");
    builder.environment().put("SERVER_PORT", Integer.toString(port));
    builder.environment().put("SPRING_DATASOURCE_URL", "");
    settingsOfTheChart(builder);
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
