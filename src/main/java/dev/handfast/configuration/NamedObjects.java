package dev.handfast.configuration;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The named objects of one type as an administrator changes them: checked first, then stored, then
 * in force. Blocks (database); never called on an event loop.
 *
 * @param <D> the document that is stored
 */
public final class NamedObjects<D> {

  private final Rules<D> rules;
  private final ConfigurationObjects objects;
  private final ConfigurationChanges changes;
  private final References references;

  /** The objects that these rules are about. */
  public NamedObjects(
      Rules<D> rules,
      ConfigurationObjects objects,
      ConfigurationChanges changes,
      References references) {
    this.rules = rules;
    this.objects = objects;
    this.changes = changes;
    this.references = references;
  }

  /** What they are. */
  public ResourceType type() {
    return rules.type();
  }

  Class<D> documentType() {
    return rules.documentType();
  }

  /** All of them by name, the built-in ones among them. */
  public List<StoredObject<D>> findAll() {
    Map<String, StoredObject<D>> all = new TreeMap<>();
    rules.builtIn().forEach((name, document) -> all.put(name, builtIn(name, document)));
    stored().forEach(object -> all.put(object.name(), object));
    return List.copyOf(all.values());
  }

  /** Those that are not built in, by name. */
  List<StoredObject<D>> stored() {
    return objects.findAll(rules.type(), rules.documentType());
  }

  /**
   * The one with this name.
   *
   * @throws NotFoundException if there is none
   */
  public StoredObject<D> get(String name) {
    D document = rules.builtIn().get(name);
    return document != null
        ? builtIn(name, document)
        : objects.get(rules.type(), name, rules.documentType());
  }

  /** Whether there is one with this name. */
  boolean exists(String name) {
    return isBuiltIn(name) || objects.find(rules.type(), name, rules.documentType()).isPresent();
  }

  /** Whether it is always there, and never changes. */
  public boolean isBuiltIn(String name) {
    return rules.builtIn().containsKey(name);
  }

  /** Who refers to it, for example {@code listener default}. */
  public List<String> usersOf(String name) {
    return references.usersOf(rules.type(), name);
  }

  /**
   * Creates one.
   *
   * @param name as given, not checked yet
   * @throws InvalidConfigurationException with everything that is wrong
   * @throws AlreadyExistsException if the name is taken
   */
  public StoredObject<D> create(@Nullable String name, D given) {
    return changes.apply(
        () -> {
          D checked = rules.checked(name, given);
          String accepted = String.valueOf(name);
          if (isBuiltIn(accepted)) {
            throw new AlreadyExistsException(rules.type(), accepted);
          }
          return objects.create(rules.type(), accepted, checked);
        });
  }

  /**
   * Replaces one. If it is so already, nothing is written, and the revision stays.
   *
   * @param ifMatch the revision that the caller saw, or empty
   * @throws InvalidConfigurationException with everything that is wrong
   * @throws NotFoundException if there is none
   * @throws RevisionMismatchException if it is at another revision
   * @throws ConflictException if it is built in
   */
  public StoredObject<D> replace(String name, OptionalLong ifMatch, D given) {
    return changes.apply(
        () -> {
          requireOwn(name);
          get(name);
          return objects.replace(rules.type(), name, ifMatch, rules.checked(name, given));
        });
  }

  /**
   * Deletes one.
   *
   * @param ifMatch the revision that the caller saw, or empty
   * @throws NotFoundException if there is none
   * @throws InUseException if others refer to it
   * @throws ConflictException if it is built in
   */
  public void delete(String name, OptionalLong ifMatch) {
    changes.apply(
        () -> {
          requireOwn(name);
          references.requireUnused(rules.type(), name);
          objects.delete(rules.type(), name, ifMatch, rules.documentType());
          return true;
        });
  }

  private void requireOwn(String name) {
    if (isBuiltIn(name)) {
      throw new ConflictException(
          "%s '%s' is built in and cannot be changed; make one of your own"
              .formatted(rules.type().text(), name));
    }
  }

  private static <D> StoredObject<D> builtIn(String name, D document) {
    return new StoredObject<>(name, 1, document, Instant.EPOCH);
  }

  /** What a feature knows about its objects. */
  public interface Rules<D> {

    /** What they are. */
    ResourceType type();

    /** What is stored. */
    Class<D> documentType();

    /**
     * Completes a document with what it leaves out, and with its name. Called within the change;
     * references are checked against the database.
     *
     * @param name as given, not checked yet
     * @throws InvalidConfigurationException with everything that is wrong, the name too
     */
    D checked(@Nullable String name, D given);

    /** Those that are always there, by name. */
    default Map<String, D> builtIn() {
      return Map.of();
    }
  }
}
