package dev.handfast.configuration;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Which objects a configuration document owns. Others cannot change them, unless {@code
 * handfast.configuration.managed-edits} allows it. Blocks (database).
 */
@Component
public class ManagedObjects {

  private final JdbcClient jdbc;
  private final boolean editable;

  /** Who makes the change that runs on this thread; nobody in particular if there is none. */
  private final ThreadLocal<@Nullable String> acting = new ThreadLocal<>();

  ManagedObjects(JdbcClient jdbc, HandfastProperties properties) {
    this.jdbc = jdbc;
    this.editable =
        properties.configuration().managedEdits() == HandfastProperties.ManagedEdits.ALLOW;
  }

  /** The document that owns the object, or empty. */
  public Optional<String> ownerOf(ResourceType type, String name) {
    return jdbc.sql("select owner from managed_object where type = ? and name = ?")
        .params(type.path(), name)
        .query(String.class)
        .optional();
  }

  /**
   * Called before an object is changed or deleted, within the change.
   *
   * @throws ManagedException if another owns it
   */
  public void requireEditable(ResourceType type, String name) {
    if (editable) {
      return;
    }
    ownerOf(type, name)
        .filter(owner -> !owner.equals(acting.get()))
        .ifPresent(
            owner -> {
              throw new ManagedException(type, name, owner);
            });
  }

  /** Everything that is owned. */
  public List<Managed> all() {
    return jdbc.sql("select type, name, owner from managed_object order by type, name")
        .query((row, number) -> new Managed(row.getString(1), row.getString(2), row.getString(3)))
        .list();
  }

  /** Runs a change on behalf of an owner. */
  <T> T actingAs(@Nullable String owner, Supplier<T> change) {
    String before = acting.get();
    acting.set(owner);
    try {
      return change.get();
    } finally {
      acting.set(before);
    }
  }

  void own(ResourceType type, String name, String owner) {
    release(type, name);
    jdbc.sql("insert into managed_object (type, name, owner) values (?, ?, ?)")
        .params(type.path(), name, owner)
        .update();
  }

  /**
   * Called after an object was deleted, within the change: another of this name is nobody's. Where
   * there is no owner nothing happens.
   */
  public void release(ResourceType type, String name) {
    jdbc.sql("delete from managed_object where type = ? and name = ?")
        .params(type.path(), name)
        .update();
  }

  List<String> ownedNames(ResourceType type, String owner) {
    return jdbc.sql("select name from managed_object where type = ? and owner = ? order by name")
        .params(type.path(), owner)
        .query((row, number) -> row.getString(1))
        .list();
  }

  /**
   * An owned object.
   *
   * @param type the collection's path segment
   */
  public record Managed(String type, String name, String owner) {}
}
