package dev.handfast.testing;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the configuration processor found in the application and in its dependencies. */
public final class DocumentedProperties {

  private DocumentedProperties() {}

  /** Their names, as in {@code spring.datasource.url}. */
  public static Set<String> names() throws IOException {
    Set<String> names = new TreeSet<>();
    for (URL file :
        Collections.list(
            DocumentedProperties.class
                .getClassLoader()
                .getResources("META-INF/spring-configuration-metadata.json"))) {
      try (InputStream in = file.openStream()) {
        for (JsonNode property : JsonMapper.shared().readTree(in).path("properties")) {
          names.add(property.path("name").asString());
        }
      }
    }
    return names;
  }
}
