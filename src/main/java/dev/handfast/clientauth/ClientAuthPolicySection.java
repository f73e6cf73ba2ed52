package dev.handfast.clientauth;

import dev.handfast.configuration.DocumentBodies;
import dev.handfast.configuration.DocumentSection;
import dev.handfast.configuration.ResourceType;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;

/** Client-auth policies in the configuration document. */
@Component
class ClientAuthPolicySection implements DocumentSection {

  private final ClientAuthConfiguration configuration;
  private final DocumentBodies bodies;

  ClientAuthPolicySection(ClientAuthConfiguration configuration, DocumentBodies bodies) {
    this.configuration = configuration;
    this.bodies = bodies;
  }

  @Override
  public ResourceType type() {
    return ResourceType.CLIENT_AUTH_POLICY;
  }

  @Override
  public SortedMap<String, ObjectNode> read() {
    SortedMap<String, ObjectNode> all = new TreeMap<>();
    configuration
        .policies()
        .forEach(stored -> all.put(stored.name(), bodies.write(stored.value())));
    return all;
  }

  @Override
  public void create(String name, ObjectNode body) {
    configuration.createPolicy(name, bodies.read(body, ClientAuthPolicyDefinition.class));
  }

  @Override
  public void replace(String name, ObjectNode body) {
    configuration.replacePolicy(
        name, OptionalLong.empty(), bodies.read(body, ClientAuthPolicyDefinition.class));
  }

  @Override
  public void delete(String name) {
    configuration.deletePolicy(name, OptionalLong.empty());
  }
}
