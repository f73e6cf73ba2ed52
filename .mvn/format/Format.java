import com.google.googlejavaformat.java.Main;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs google-java-format over the project: {@code check} fails the build, {@code apply} rewrites.
 */
class Format {

  public static void main(String[] arguments) throws Exception {
    boolean check = arguments[0].equals("check");
    List<String> options =
        new ArrayList<>(
            check ? List.of("--dry-run", "--set-exit-if-changed") : List.of("--replace"));
    for (String root : List.of("src", "bench", ".mvn")) {
      options.addAll(javaFilesUnder(Path.of(root)));
    }
    int result =
        new Main(new PrintWriter(System.out, true), new PrintWriter(System.err, true), System.in)
            .format(options.toArray(String[]::new));
    if (check && result != 0) {
      System.err.println(
          "These files are not formatted. Format them with: ./mvnw process-sources -Dformat=apply");
    }
    System.exit(result);
  }

  private static List<String> javaFilesUnder(Path root) throws Exception {
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(root)) {
      return files.map(Path::toString).filter(name -> name.endsWith(".java")).sorted().toList();
    }
  }
}
