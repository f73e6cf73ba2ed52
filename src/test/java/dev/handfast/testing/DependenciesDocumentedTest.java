package dev.handfast.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every dependency of the POM has its reason in {@code docs/dependencies.md}. */
class DependenciesDocumentedTest {

  private static final Pattern DEPENDENCY =
      Pattern.compile(
          "<dependency>\\s*<groupId>([^<]+)</groupId>\\s*<artifactId>([^<]+)</artifactId>"
              + "(?:\\s*<version>([^<]+)</version>)?");
  private static final Pattern PROPERTY = Pattern.compile("<([a-z-]+\\.version)>([^<]+)</");

  private final String pom;
  private final String documentation;

  DependenciesDocumentedTest() throws IOException {
    this.pom = Files.readString(Path.of("pom.xml"));
    this.documentation = Files.readString(Path.of("docs/dependencies.md"));
  }

  @Test
  void everyDependencyHasItsReason() {
    assertThat(DEPENDENCY.matcher(pom).results().map(m -> m.group(1) + ":" + m.group(2)))
        // A bill of materials is only a list of versions.
        .filteredOn(coordinate -> !coordinate.endsWith("-bom"))
        .hasSizeGreaterThan(20)
        .allSatisfy(coordinate -> assertThat(isDocumented(coordinate)).as(coordinate).isTrue());
  }

  @Test
  void everyDocumentedVersionIsTheOneInUse() {
    Map<String, String> properties =
        PROPERTY.matcher(pom).results().collect(Collectors.toMap(m -> m.group(1), m -> m.group(2)));
    Set<String> missing = new TreeSet<>();
    for (MatchResult dependency : DEPENDENCY.matcher(pom).results().toList()) {
      if (dependency.group(3) != null) {
        String version = dependency.group(3).replaceAll("^\\$\\{|}$", "");
        String value = properties.getOrDefault(version, version);
        if (!documentation.contains("| " + value + " |")) {
          missing.add(dependency.group(2) + " " + value);
        }
      }
    }

    assertThat(missing).as("versions that docs/dependencies.md does not have").isEmpty();
  }

  /** By its coordinate, by its name beside another of its group, or by a wildcard. */
  private boolean isDocumented(String coordinate) {
    String artifact = coordinate.split(":")[1];
    return documentation.contains("`" + coordinate + "`")
        || documentation.contains("`" + artifact + "`")
        || documentation.lines().anyMatch(line -> wildcardMatches(line, coordinate));
  }

  private static boolean wildcardMatches(String line, String coordinate) {
    int star = line.indexOf("-*`");
    return line.startsWith("| `") && star > 0 && coordinate.startsWith(line.substring(3, star));
  }
}
