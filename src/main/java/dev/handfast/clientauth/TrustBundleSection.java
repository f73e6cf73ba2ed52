package dev.handfast.clientauth;

import dev.handfast.configuration.DocumentSection;
import dev.handfast.configuration.ResourceType;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The trust bundles in the configuration document. */
@Component
class TrustBundleSection implements DocumentSection {

  private final ClientAuthConfiguration configuration;
  private final JsonMapper json;

  TrustBundleSection(ClientAuthConfiguration configuration, JsonMapper json) {
    this.configuration = configuration;
    this.json = json;
  }

  @Override
  public ResourceType type() {
    return ResourceType.TRUST_BUNDLE;
  }

  @Override
  public SortedMap<String, ObjectNode> read() {
    SortedMap<String, ObjectNode> all = new TreeMap<>();
    configuration
        .bundles()
        .forEach(stored -> all.put(stored.name(), body(stored.name(), stored.value())));
    return all;
  }

  @Override
  public void create(String name, ObjectNode body) {
    configuration.storeNewBundle(name, definition(body));
  }

  @Override
  public void replace(String name, ObjectNode body) {
    TrustBundleDefinition given = definition(body);
    if (!TrustBundleReader.complete(given, name).equals(configuration.bundle(name).value())) {
      configuration.storeBundle(name, OptionalLong.empty(), given);
    }
  }

  @Override
  public void delete(String name) {
    configuration.deleteBundle(name, OptionalLong.empty());
  }

  private ObjectNode body(String name, TrustBundleDefinition stored) {
    ObjectNode body = json.valueToTree(TrustBundleReader.complete(stored, name));
    body.remove("name");
    return body;
  }

  private TrustBundleDefinition definition(ObjectNode body) {
    return json.treeToValue(body, TrustBundleDefinition.class);
  }
}
