package dev.handfast.configuration;

import java.util.SortedMap;
import tools.jackson.databind.node.ObjectNode;

/**
 * A feature's part of the configuration document. Bodies are those that REST takes, with the name
 * left out. Writing happens within one change that covers the whole document: references are
 * checked against the database, never against a snapshot. Blocks.
 */
public interface DocumentSection {

  /** What the section holds; its key in the document is {@link ResourceType#documentKey()}. */
  ResourceType type();

  /**
   * What is configured now, by name, as a document would have to say it: without revision, secrets,
   * or anything that a user cannot choose. Built-in objects are left out.
   */
  SortedMap<String, ObjectNode> read();

  /** Whether others may refer to this name now. */
  default boolean exists(String name) {
    return read().containsKey(name);
  }

  /**
   * Creates an object.
   *
   * @throws InvalidConfigurationException with fields relative to the body
   * @throws tools.jackson.core.JacksonException if the body has another form
   */
  void create(String name, ObjectNode body);

  /**
   * Replaces an object. Does nothing if it is so already.
   *
   * @throws InvalidConfigurationException with fields relative to the body
   * @throws tools.jackson.core.JacksonException if the body has another form
   */
  void replace(String name, ObjectNode body);

  /**
   * Deletes an object, and that somebody owned it.
   *
   * @throws InUseException if others still refer to it
   */
  void delete(String name);
}
