package dev.handfast.testing;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The CycloneDX document in the built jar.
 *
 * @param components what it lists
 * @param document as it is in the jar
 */
record BillOfMaterials(List<Component> components, JsonNode document) {

  private static final String ENTRY = "META-INF/sbom/application.cdx.json";

  /**
   * A library.
   *
   * @param coordinate group and artifact
   * @param sha256 of its jar, in hexadecimal
   * @param licences SPDX identifiers, or names of those that have none; the user's choice if
   *     several
   */
  record Component(String coordinate, String sha256, List<String> licences) {

    /** Starters have no classes and are not put into the jar. */
    boolean starter() {
      return coordinate.startsWith("org.springframework.boot:spring-boot-starter");
    }
  }

  static BillOfMaterials of(JarFile jar) throws IOException {
    ZipEntry entry = jar.getEntry(ENTRY);
    if (entry == null) {
      throw new AssertionError("%s has no %s".formatted(jar.getName(), ENTRY));
    }
    try (InputStream content = jar.getInputStream(entry)) {
      JsonNode document = JsonMapper.shared().readTree(content);
      List<Component> components = new ArrayList<>();
      for (JsonNode component : document.at("/components")) {
        components.add(component(component));
      }
      return new BillOfMaterials(List.copyOf(components), document);
    }
  }

  private static Component component(JsonNode component) {
    Map<String, String> hashes = new HashMap<>();
    for (JsonNode hash : component.at("/hashes")) {
      hashes.put(hash.at("/alg").asString(), hash.at("/content").asString());
    }
    List<String> licences = new ArrayList<>();
    for (JsonNode choice : component.at("/licenses")) {
      licences.add(
          choice
              .at("/license/id")
              .asString(
                  choice.at("/license/name").asString(choice.at("/expression").asString(""))));
    }
    return new Component(
        component.at("/group").asString() + ":" + component.at("/name").asString(),
        hashes.getOrDefault("SHA-256", ""),
        List.copyOf(licences));
  }
}
