package dev.handfast.listener;

import dev.handfast.configuration.DocumentBodies;
import dev.handfast.configuration.DocumentSection;
import dev.handfast.configuration.ResourceType;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;

/** Listeners in the configuration document. */
@Component
class ListenerSection implements DocumentSection {

  private final Listeners listeners;
  private final DocumentBodies bodies;

  ListenerSection(Listeners listeners, DocumentBodies bodies) {
    this.listeners = listeners;
    this.bodies = bodies;
  }

  @Override
  public ResourceType type() {
    return ResourceType.LISTENER;
  }

  @Override
  public SortedMap<String, ObjectNode> read() {
    SortedMap<String, ObjectNode> all = new TreeMap<>();
    listeners.findAll().forEach(stored -> all.put(stored.name(), bodies.write(stored.value())));
    return all;
  }

  @Override
  public void create(String name, ObjectNode body) {
    listeners.create(bodies.read(body, ListenerSettings.class).named(name));
  }

  @Override
  public void replace(String name, ObjectNode body) {
    listeners.replace(bodies.read(body, ListenerSettings.class).named(name), OptionalLong.empty());
  }

  @Override
  public void delete(String name) {
    listeners.delete(name, OptionalLong.empty());
  }
}
