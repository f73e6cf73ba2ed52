package dev.handfast.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.util.FileSystemUtils;

/**
 * The application as it lies in the container image, made from the built jar by the steps of the
 * Dockerfile: layers extracted, application context prepared, AOT cache trained. It starts in less
 * than half the time of the jar, so it is what the tests start; it lies in {@code target/image}
 * until another build takes its place.
 */
public final class ApplicationImage {

  private static final Path JDK = Path.of(System.getProperty("java.home"), "bin");
  private static final String JAVA = JDK.resolve("java").toString();

  private final Path root;
  private final Dockerfile dockerfile;

  private ApplicationImage(Path root, Dockerfile dockerfile) {
    this.root = root;
    this.dockerfile = dockerfile;
  }

  /** The one of this build; the first call takes half a minute. */
  public static ApplicationImage built() {
    return Built.IMAGE;
  }

  /** Whether there is a jar to make it from: the build's integration tests have one. */
  public static boolean canBeBuilt() {
    String jar = System.getProperty("handfast.jar", "");
    return !jar.isEmpty() && Files.exists(Path.of(jar));
  }

  /** The working directory of the container: a cache fits only the paths it was trained with. */
  public Path workingDirectory() {
    return root.resolve("application");
  }

  /**
   * What starts it, with more options of the JVM. It ends at once where the cache does not fit,
   * instead of going on without it.
   */
  public ProcessBuilder process(List<String> options) {
    List<String> command = new ArrayList<>(dockerfile.entrypoint());
    assertThat(command.set(0, JAVA)).isEqualTo("java");
    command.add(1, "-XX:AOTMode=on");
    command.addAll(1, options);
    return inTheImage(command);
  }

  /** {@code java} with these arguments, in the environment of the image. */
  ProcessBuilder java(List<String> arguments) {
    List<String> command = new ArrayList<>(List.of(JAVA));
    command.addAll(arguments);
    return inTheImage(command);
  }

  private ProcessBuilder inTheImage(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(workingDirectory().toFile());
    builder.environment().put("JAVA_TOOL_OPTIONS", dockerfile.jvmOptions());
    return builder;
  }

  List<Path> extractedLayers() throws IOException {
    try (Stream<Path> layers = Files.list(root.resolve("layers"))) {
      return layers.toList();
    }
  }

  private void build(Path jar, String digest) throws IOException, InterruptedException {
    FileSystemUtils.deleteRecursively(root);
    Files.createDirectories(workingDirectory());
    List<String> extraction = new ArrayList<>(dockerfile.extraction());
    extraction.replaceAll(word -> word.equals("target/handfast.jar") ? jar.toString() : word);
    extraction.addAll(List.of("--destination", root.resolve("layers").toString()));
    run(root, extraction);
    List<String> unsigning = new ArrayList<>(dockerfile.unsigning());
    unsigning.set(0, Path.of(unsigning.getFirst()).toAbsolutePath().toString());
    run(root, unsigning);
    run(root, "sh", List.of("-c", dockerfile.context()));
    for (String layer : dockerfile.layers()) {
      copy(root.resolve("layers").resolve(layer), workingDirectory());
    }
    run(workingDirectory(), dockerfile.training());
    Files.writeString(builtFrom(), digest);
  }

  /** Written last: what is left of a build that was cut off is made anew. */
  private boolean isBuiltFrom(String digest) throws IOException {
    return Files.exists(builtFrom()) && Files.readString(builtFrom()).equals(digest);
  }

  private Path builtFrom() {
    return root.resolve("built-from");
  }

  private void run(Path workingDirectory, List<String> arguments)
      throws IOException, InterruptedException {
    run(workingDirectory, JAVA, arguments);
  }

  private void run(Path workingDirectory, String program, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program));
    command.addAll(arguments);
    Path log = root.resolve("log.txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(workingDirectory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().merge("PATH", JDK.toString(), (path, jdk) -> jdk + ":" + path);
    builder.environment().put("HANDFAST_DATADIR", root.resolve("training").toString());
    builder.environment().put("HANDFAST_BOOTSTRAP_PORT", "0");
    builder.environment().put("SERVER_PORT", "0");

    int status = builder.start().waitFor();
    assertThat(status).as("%s%n%s", arguments, Files.readString(log)).isZero();
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

  private static final class Built {

    static final ApplicationImage IMAGE = get();

    private static ApplicationImage get() {
      try {
        Path jar = Path.of(System.getProperty("handfast.jar"));
        Dockerfile dockerfile = Dockerfile.read();
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(Files.readAllBytes(jar));
        digest.update(dockerfile.text().getBytes());
        String build = HexFormat.of().formatHex(digest.digest());
        Path root = Path.of("target", "image").toAbsolutePath();
        ApplicationImage image = new ApplicationImage(root, dockerfile);
        if (!image.isBuiltFrom(build)) {
          image.build(jar, build);
        }
        return image;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }
}
