package dev.handfast.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What the built jar says of its libraries and their licences, beside what it holds. */
@ResourceLock(RunningHandfast.SHARED)
class BillOfMaterialsIT {

  private static final Path LICENCES = Path.of("docs/licences.md");
  private static final String REGENERATE =
      "./mvnw verify -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false"
          + " -Dit.test=BillOfMaterialsIT -Dlicences=write";

  /** Licences under which Handfast, which is Apache-2.0, may be passed on with the library. */
  private static final Set<String> ALLOWED =
      Set.of(
          "Apache-2.0",
          "BSD-2-Clause",
          "BSD-3-Clause",
          "Bouncy Castle Licence",
          "EPL-2.0",
          "MIT",
          "MIT-0",
          "MPL-2.0");

  private static JarFile jar;
  private static BillOfMaterials bill;

  @BeforeAll
  static void open() throws IOException {
    jar = new JarFile(System.getProperty("handfast.jar"));
    bill = BillOfMaterials.of(jar);
  }

  @AfterAll
  static void close() throws IOException {
    jar.close();
  }

  @Test
  void itListsEveryLibraryOfTheJarByHashAndNothingElse() throws Exception {
    Map<String, String> libraries = librariesByHash();
    // Boot's repackaging adds this one, which is no dependency.
    libraries.values().removeIf(name -> name.startsWith("spring-boot-jarmode-tools-"));

    assertThat(libraries).hasSizeGreaterThan(50);
    assertThat(bill.components())
        .filteredOn(component -> !component.starter())
        .extracting(BillOfMaterials.Component::sha256)
        .containsExactlyInAnyOrderElementsOf(libraries.keySet());
  }

  @Test
  void itIsOfThisProject() {
    assertThat(bill.document().at("/bomFormat").asString()).isEqualTo("CycloneDX");
    assertThat(bill.document().at("/metadata/component/purl").asString())
        .startsWith("pkg:maven/dev.handfast/handfast@");
    assertThat(bill.document().at("/metadata/component/licenses/0/license/id").asString())
        .isEqualTo("Apache-2.0");
  }

  @Test
  void theActuatorServesItToViewersAndNotToStrangers() {
    RunningHandfast handfast = RunningHandfast.shared();
    String token =
        handfast
            .api()
            .post("/api/v1/tokens", "{\"name\":\"scanner\",\"role\":\"viewer\"}")
            .expect(201)
            .json()
            .at("/token")
            .asString();
    Api viewer = Api.bearer(handfast.managementUri(), token);

    assertThat(viewer.get("/actuator/sbom/application").expect(200).json())
        .isEqualTo(bill.document());
    viewer.get("/actuator/sbom/none").expect(404);
    viewer.call("DELETE", "/actuator/sbom/application", null, Map.of()).expect(403);
    handfast.anonymous().get("/actuator/sbom").expect(401);
    handfast.anonymous().get("/actuator/sbom/application").expect(401);
  }

  @Test
  void everyLibraryMayBePassedOn() {
    assertThat(bill.components())
        .filteredOn(component -> Collections.disjoint(component.licences(), ALLOWED))
        .as("libraries of which no licence is allowed")
        .isEmpty();
  }

  @Test
  void thePageOfLicencesIsWhatTheLibrariesSay() throws IOException {
    String page = Files.readString(LICENCES);
    String generated = page.substring(0, page.indexOf("| licence |")) + table();
    if ("write".equals(System.getProperty("licences"))) {
      Files.writeString(LICENCES, generated);
    }

    assertThat(Files.readString(LICENCES))
        .withFailMessage(
            "%s is not what the jar's libraries say. Regenerate it with: %s", LICENCES, REGENERATE)
        .isEqualTo(generated);
  }

  private static String table() {
    Map<String, Set<String>> byLicence = new TreeMap<>();
    for (BillOfMaterials.Component component : bill.components()) {
      if (!component.starter()) {
        byLicence
            .computeIfAbsent(String.join(" or ", component.licences()), none -> new TreeSet<>())
            .add(component.coordinate());
      }
    }
    return byLicence.entrySet().stream()
        .map(entry -> "| %s | %s |\n".formatted(entry.getKey(), quoted(entry.getValue())))
        .collect(Collectors.joining("", "| licence | libraries |\n|---|---|\n", ""));
  }

  private static String quoted(Collection<String> coordinates) {
    return coordinates.stream()
        .map(coordinate -> "`" + coordinate + "`")
        .collect(Collectors.joining(", "));
  }

  private static Map<String, String> librariesByHash() throws Exception {
    Map<String, String> libraries = new TreeMap<>();
    for (JarEntry entry : Collections.list(jar.entries())) {
      if (entry.getName().matches("BOOT-INF/lib/.+\\.jar")) {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (InputStream content = jar.getInputStream(entry)) {
          digest.update(content.readAllBytes());
        }
        libraries.put(
            HexFormat.of().formatHex(digest.digest()),
            entry.getName().substring("BOOT-INF/lib/".length()));
      }
    }
    return libraries;
  }
}
