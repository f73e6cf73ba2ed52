package dev.handfast.clientauth;

import dev.handfast.configuration.DocumentSection;
import dev.handfast.configuration.ResourceType;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The client-auth policies in the configuration document. */
@Component
class ClientAuthPolicySection implements DocumentSection {

  private final ClientAuthConfiguration configuration;
  private final JsonMapper json;

  ClientAuthPolicySection(ClientAuthConfiguration configuration, JsonMapper json) {
    this.configuration = configuration;
    this.json = json;
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
        .forEach(stored -> all.put(stored.name(), body(stored.name(), stored.value())));
    return all;
  }

  @Override
  public void create(String name, ObjectNode body) {
    configuration.createPolicy(name, definition(body));
  }

  @Override
  public void replace(String name, ObjectNode body) {
    ClientAuthPolicyDefinition given = definition(body);
    if (!PolicyReader.complete(given, name).equals(configuration.policy(name).value())) {
      configuration.replacePolicy(name, OptionalLong.empty(), given);
    }
  }

  @Override
  public void delete(String name) {
    configuration.deletePolicy(name, OptionalLong.empty());
  }

  private ObjectNode body(String name, ClientAuthPolicyDefinition stored) {
    ObjectNode body = json.valueToTree(PolicyReader.complete(stored, name));
    body.remove("name");
    return body;
  }

  private ClientAuthPolicyDefinition definition(ObjectNode body) {
    return json.treeToValue(body, ClientAuthPolicyDefinition.class);
  }
}
