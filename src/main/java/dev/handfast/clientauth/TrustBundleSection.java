package dev.handfast.clientauth;

import dev.handfast.configuration.DocumentBodies;
import dev.handfast.configuration.DocumentSection;
import dev.handfast.configuration.ResourceType;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;

/** Trust bundles in the configuration document. */
@Component
class TrustBundleSection implements DocumentSection {

  private final ClientAuthConfiguration configuration;
  private final DocumentBodies bodies;

  TrustBundleSection(ClientAuthConfiguration configuration, DocumentBodies bodies) {
    this.configuration = configuration;
    this.bodies = bodies;
  }

  @Override
  public ResourceType type() {
    return ResourceType.TRUST_BUNDLE;
  }

  @Override
  public SortedMap<String, ObjectNode> read() {
    SortedMap<String, ObjectNode> all = new TreeMap<>();
    configuration.bundles().forEach(stored -> all.put(stored.name(), bodies.write(stored.value())));
    return all;
  }

  @Override
  public void create(String name, ObjectNode body) {
    configuration.storeNewBundle(name, bodies.read(body, TrustBundleDefinition.class));
  }

  @Override
  public void replace(String name, ObjectNode body) {
    configuration.storeBundle(
        name, OptionalLong.empty(), bodies.read(body, TrustBundleDefinition.class));
  }

  @Override
  public void delete(String name) {
    configuration.deleteBundle(name, OptionalLong.empty());
  }
}
