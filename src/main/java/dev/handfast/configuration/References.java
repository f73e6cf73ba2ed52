package dev.handfast.configuration;

import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** Asks every feature who refers to a named resource. Called within a change, so it may block. */
@Component
public class References {

  private final ObjectProvider<Source> sources;

  References(ObjectProvider<Source> sources) {
    this.sources = sources;
  }

  /** Who refers to it, for example {@code listener default}; in no particular order. */
  public List<String> usersOf(ResourceType type, String name) {
    return sources.stream().flatMap(source -> source.usersOf(type, name).stream()).toList();
  }

  /**
   * Refuses to delete what is in use.
   *
   * @throws InUseException naming the users
   */
  public void requireUnused(ResourceType type, String name) {
    List<String> users = usersOf(type, name);
    if (!users.isEmpty()) {
      throw new InUseException(type, name, users);
    }
  }

  /** A feature whose resources refer to others. */
  public interface Source {

    /** Those of this feature's resources that refer to the named one: {@code listener default}. */
    List<String> usersOf(ResourceType type, String name);
  }
}
