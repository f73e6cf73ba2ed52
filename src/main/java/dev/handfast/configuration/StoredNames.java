package dev.handfast.configuration;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Knows what exists in the database, also what the change that is running on this thread has just
 * created and no snapshot has yet. Blocks.
 */
@Component
public class StoredNames {

  private final ObjectProvider<DocumentSection> sections;

  StoredNames(ObjectProvider<DocumentSection> sections) {
    this.sections = sections;
  }

  /** Whether there is such an object that others may refer to. */
  public boolean exists(ResourceType type, String name) {
    return sections.stream()
        .filter(section -> section.type() == type)
        .anyMatch(section -> section.exists(name));
  }
}
