package dev.handfast.testing;

import dev.handfast.container.ApplicationImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Handfast as its users run it: a process of its own on an empty data directory. Tests that change
 * nothing which others see share {@link #shared()}; others start their own.
 */
public final class RunningHandfast implements AutoCloseable {

  /** The {@code @ResourceLock} of a test class that uses {@link #shared()}. */
  public static final String SHARED = "RunningHandfast.shared()";

  private static final String PASSWORD = "correct horse battery staple";
  private static final Duration START_LIMIT = Duration.ofSeconds(120);

  private final Path home;
  private final int managementPort;
  private final int channelPort;
  private final Map<String, String> properties;
  private Process process;

  private RunningHandfast(Path home, Map<String, String> properties) {
    this.home = home;
    this.managementPort = FreePort.next();
    this.channelPort = FreePort.next();
    this.properties = properties;
    this.process = launch();
    awaitReady();
  }

  /** Starts one with the default configuration. */
  public static RunningHandfast start() {
    return start(Map.of());
  }

  /** Starts one with these Spring properties besides. */
  public static RunningHandfast start(Map<String, String> properties) {
    try {
      Path homes = Files.createDirectories(Path.of("target", "running").toAbsolutePath());
      return new RunningHandfast(Files.createTempDirectory(homes, ""), properties);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The one that is kept until the test run ends. */
  public static RunningHandfast shared() {
    return Shared.INSTANCE;
  }

  /** The management API as {@code admin}. */
  public Api api() {
    return Api.basic(managementUri(), "admin", PASSWORD);
  }

  /** The management API without credentials. */
  public Api anonymous() {
    return Api.anonymous(managementUri());
  }

  /** The management address, without a path. */
  public URI managementUri() {
    return URI.create("http://localhost:" + managementPort);
  }

  /** The port of the listener {@code default}. */
  public int channelPort() {
    return channelPort;
  }

  /** The data directory. */
  public Path dataDirectory() {
    return home.resolve("data");
  }

  /** The local CA's root certificate. */
  public Path caFile() {
    return dataDirectory().resolve("ca.pem");
  }

  /** A directory of this instance for a test's own files. */
  public Path home() {
    return home;
  }

  /** The process, for its memory, threads and exit. */
  public ProcessHandle processHandle() {
    return process.toHandle();
  }

  /** Everything written to standard output and error so far. */
  public String log() {
    try {
      return Files.readString(home.resolve("log.txt"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Kill -9. */
  public void kill() {
    process.destroyForcibly();
    awaitExit();
  }

  /** SIGTERM, and waits for the end. */
  public void stop() {
    process.destroy();
    awaitExit();
  }

  /** SIGTERM, without waiting. */
  public void terminate() {
    process.destroy();
  }

  /** Waits for the end; the exit status. */
  public int exitStatus() {
    awaitExit();
    return process.exitValue();
  }

  /** Starts again on the same data directory and ports. */
  public void restart() {
    process = launch();
    awaitReady();
  }

  /** Stops, and fails if Netty saw a buffer leak. */
  @Override
  public void close() {
    if (process.isAlive()) {
      stop();
    }
    assertNoLeak();
  }

  /** Fails if Netty has seen a buffer leak so far. */
  public void assertNoLeak() {
    if (log().contains("LEAK:")) {
      throw new AssertionError("Netty reports a leaked buffer, see " + home.resolve("log.txt"));
    }
  }

  private Process launch() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("server.port", Integer.toString(managementPort));
    all.put("handfast.data-dir", dataDirectory().toString());
    all.put("handfast.admin.password", PASSWORD);
    all.put("handfast.bootstrap.port", Integer.toString(channelPort));
    all.putAll(properties);

    ProcessBuilder builder = application();
    all.forEach((name, value) -> builder.command().add("--" + name + "=" + value));
    try {
      return builder
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(home.resolve("log.txt").toFile()))
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As it lies in the image; where no jar was built, from the classes. */
  private ProcessBuilder application() {
    List<String> options =
        List.of("-Xmx512m", "-XX:TieredStopAtLevel=1", "-Dio.netty.leakDetection.level=paranoid");
    if (ApplicationImage.canBeBuilt()) {
      return ApplicationImage.built().process(options);
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), "dev.handfast.HandfastApplication"));
    return new ProcessBuilder(command).directory(home.toFile());
  }

  private void awaitReady() {
    Instant limit = Instant.now().plus(START_LIMIT);
    while (!isReady()) {
      if (!process.isAlive()) {
        throw failure("ended with status " + process.exitValue() + " before it was ready");
      }
      if (Instant.now().isAfter(limit)) {
        throw failure("was not ready within " + START_LIMIT.toSeconds() + " s");
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }
  }

  /** With the end of the log, which says why; a report may cut a long one before that. */
  private AssertionError failure(String what) {
    List<String> lines = log().lines().toList();
    List<String> last = lines.subList(Math.max(0, lines.size() - 40), lines.size());
    return new AssertionError(
        "Handfast %s; the end of %s:%n%s"
            .formatted(what, home.resolve("log.txt"), String.join("\n", last)));
  }

  private boolean isReady() {
    try {
      return anonymous().get("/actuator/health/readiness").status() == 200;
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof ConnectException) {
        return false;
      }
      throw e;
    }
  }

  private void awaitExit() {
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw failure("did not stop within a minute");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static final class Shared {

    static final RunningHandfast INSTANCE = start();

    static {
      Runtime.getRuntime().addShutdownHook(new Thread(INSTANCE::stop));
    }
  }
}
