package dev.handfast.configuration;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Keeps named objects as JSON documents, each with a revision. Writing is done within {@link
 * ConfigurationChanges#apply}, and is audited with the document before and after; so a document
 * holds no secret. Blocks (database).
 */
@Component
public class ConfigurationObjects {

  private final JdbcClient jdbc;
  private final JsonMapper json;
  private final ManagedObjects managed;
  private final ApplicationEventPublisher events;
  private final InstantSource clock;

  ConfigurationObjects(
      JdbcClient jdbc,
      JsonMapper json,
      ManagedObjects managed,
      ApplicationEventPublisher events,
      InstantSource clock) {
    this.jdbc = jdbc;
    this.managed = managed;
    // A newer version may have written a document: a policy read without a condition is wider.
    this.json = json.rebuild().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
    this.events = events;
    this.clock = clock;
  }

  /**
   * All objects of a type, by name.
   *
   * @throws UnreadableObjectException if one was written by a newer version
   */
  public <T> List<StoredObject<T>> findAll(ResourceType type, Class<T> valueType) {
    return jdbc.sql(
            """
            select name, revision, document, updated_at from configuration_object
            where type = ? order by name
            """)
        .param(type.path())
        .query((row, number) -> read(type, row, valueType))
        .list();
  }

  /**
   * The object with this name, or empty.
   *
   * @throws UnreadableObjectException if it was written by a newer version
   */
  public <T> Optional<StoredObject<T>> find(ResourceType type, String name, Class<T> valueType) {
    return jdbc.sql(
            """
            select name, revision, document, updated_at from configuration_object
            where type = ? and name = ?
            """)
        .params(type.path(), name)
        .query((row, number) -> read(type, row, valueType))
        .optional();
  }

  /**
   * The object with this name.
   *
   * @throws NotFoundException if there is none
   */
  public <T> StoredObject<T> get(ResourceType type, String name, Class<T> valueType) {
    return find(type, name, valueType).orElseThrow(() -> new NotFoundException(type, name));
  }

  /**
   * Creates an object at revision 1.
   *
   * @throws AlreadyExistsException if the name is taken
   */
  public <T> StoredObject<T> create(ResourceType type, String name, T value) {
    if (find(type, name, value.getClass()).isPresent()) {
      throw new AlreadyExistsException(type, name);
    }
    String document = json.writeValueAsString(value);
    jdbc.sql(
            """
            insert into configuration_object (type, name, revision, document, updated_at)
            values (?, ?, 1, ?, ?)
            """)
        .params(type.path(), name, document, now())
        .update();
    events.publishEvent(new AuditableAction("create", type.path(), name, null, document));
    return new StoredObject<>(name, 1, value, clock.instant());
  }

  /**
   * Replaces an object's value. If it is so already, nothing is written, and the revision stays.
   *
   * @param ifMatch the revision that the caller saw, or empty to replace whatever is there
   * @throws NotFoundException if there is none
   * @throws RevisionMismatchException if it is at another revision
   * @throws ManagedException if a configuration document owns it
   */
  public <T> StoredObject<T> replace(
      ResourceType type, String name, OptionalLong ifMatch, T value) {
    StoredObject<?> before = get(type, name, value.getClass());
    requireRevision(type, before, ifMatch);
    String document = json.writeValueAsString(value);
    if (document.equals(json.writeValueAsString(before.value()))) {
      return new StoredObject<>(name, before.revision(), value, before.updatedAt());
    }
    managed.requireEditable(type, name);
    long revision = before.revision() + 1;
    jdbc.sql(
            """
            update configuration_object set revision = ?, document = ?, updated_at = ?
            where type = ? and name = ?
            """)
        .params(revision, document, now(), type.path(), name)
        .update();
    events.publishEvent(
        new AuditableAction(
            "update", type.path(), name, json.writeValueAsString(before.value()), document));
    return new StoredObject<>(name, revision, value, clock.instant());
  }

  /**
   * Deletes an object. That nobody refers to it is checked by the caller, see {@link References}.
   *
   * @throws NotFoundException if there is none
   * @throws RevisionMismatchException if it is at another revision
   * @throws ManagedException if a configuration document owns it
   */
  public <T> void delete(ResourceType type, String name, OptionalLong ifMatch, Class<T> valueType) {
    StoredObject<T> before = get(type, name, valueType);
    requireRevision(type, before, ifMatch);
    managed.requireEditable(type, name);
    jdbc.sql("delete from configuration_object where type = ? and name = ?")
        .params(type.path(), name)
        .update();
    managed.release(type, name);
    events.publishEvent(
        new AuditableAction(
            "delete", type.path(), name, json.writeValueAsString(before.value()), null));
  }

  private static void requireRevision(
      ResourceType type, StoredObject<?> found, OptionalLong ifMatch) {
    if (ifMatch.isPresent() && ifMatch.getAsLong() != found.revision()) {
      throw new RevisionMismatchException(
          type, found.name(), ifMatch.getAsLong(), found.revision());
    }
  }

  private <T> StoredObject<T> read(ResourceType type, ResultSet row, Class<T> valueType)
      throws SQLException {
    String name = row.getString("name");
    T value;
    try {
      value = json.readValue(row.getString("document"), valueType);
    } catch (JacksonException e) {
      throw new UnreadableObjectException(type, name, JsonViolations.of(e).getFirst());
    }
    return new StoredObject<>(
        name,
        row.getLong("revision"),
        value,
        row.getObject("updated_at", OffsetDateTime.class).toInstant());
  }

  private OffsetDateTime now() {
    return clock.instant().atOffset(ZoneOffset.UTC);
  }
}
