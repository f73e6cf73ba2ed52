package dev.handfast.profile;

import dev.handfast.configuration.DocumentSection;
import dev.handfast.configuration.ResourceType;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The user's own profiles in the configuration document. */
@Component
class ProfileSection implements DocumentSection {

  private final StoredProfiles profiles;
  private final JsonMapper json;

  ProfileSection(StoredProfiles profiles, JsonMapper json) {
    this.profiles = profiles;
    this.json = json;
  }

  @Override
  public ResourceType type() {
    return ResourceType.TLS_PROFILE;
  }

  @Override
  public SortedMap<String, ObjectNode> read() {
    SortedMap<String, ObjectNode> own = new TreeMap<>();
    profiles.all().stream()
        .filter(stored -> !StoredProfiles.isBuiltIn(stored.name()))
        .forEach(
            stored -> own.put(stored.name(), json.valueToTree(ProfileDocument.of(stored.value()))));
    return own;
  }

  @Override
  public boolean exists(String name) {
    return StoredProfiles.isBuiltIn(name) || read().containsKey(name);
  }

  @Override
  public void create(String name, ObjectNode body) {
    profiles.create(name, json.treeToValue(body, ProfileDocument.class));
  }

  @Override
  public void replace(String name, ObjectNode body) {
    profiles.replace(name, OptionalLong.empty(), json.treeToValue(body, ProfileDocument.class));
  }

  @Override
  public void delete(String name) {
    profiles.delete(name, OptionalLong.empty());
  }
}
