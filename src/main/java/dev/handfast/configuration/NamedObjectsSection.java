package dev.handfast.configuration;

import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/** Named objects in the configuration document. */
public final class NamedObjectsSection<D> implements DocumentSection {

  private final NamedObjects<D> objects;
  private final DocumentBodies bodies;

  /** The section of these objects. */
  public NamedObjectsSection(NamedObjects<D> objects, DocumentBodies bodies) {
    this.objects = objects;
    this.bodies = bodies;
  }

  @Override
  public ResourceType type() {
    return objects.type();
  }

  @Override
  public SortedMap<String, ObjectNode> read() {
    SortedMap<String, ObjectNode> all = new TreeMap<>();
    objects.stored().forEach(stored -> all.put(stored.name(), bodies.write(stored.value())));
    return all;
  }

  @Override
  public boolean exists(String name) {
    return objects.exists(name);
  }

  @Override
  public void create(String name, ObjectNode body) {
    objects.create(name, bodies.read(body, objects.documentType()));
  }

  @Override
  public void replace(String name, ObjectNode body) {
    objects.replace(name, OptionalLong.empty(), bodies.read(body, objects.documentType()));
  }

  @Override
  public void delete(String name) {
    objects.delete(name, OptionalLong.empty());
  }
}
