package dev.handfast.web;

import dev.handfast.configuration.InvalidConfigurationException;
import dev.handfast.configuration.NamedObjects;
import dev.handfast.configuration.StoredObject;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;

/**
 * What the endpoints of every type of named object do. Controllers declare them with types and
 * descriptions of their own.
 *
 * @param <D> the document that is stored
 * @param <V> what the API answers
 */
public final class NamedObjectEndpoints<D, V> {

  private final NamedObjects<D> objects;
  private final Function<StoredObject<D>, V> view;

  /** Endpoints of these objects. */
  public NamedObjectEndpoints(NamedObjects<D> objects, Function<StoredObject<D>, V> view) {
    this.objects = objects;
    this.view = view;
  }

  /** A page of all objects, by name. */
  public Page<V> list(PageRequest page) {
    String after = page.cursor() == null ? "" : page.cursor();
    List<StoredObject<D>> found =
        objects.findAll().stream()
            .filter(stored -> stored.name().compareTo(after) > 0)
            .limit(page.size() + 1L)
            .toList();
    Page<StoredObject<D>> shown = Page.of(found, page, StoredObject::name);
    return new Page<>(shown.items().stream().map(view).toList(), shown.nextCursor());
  }

  /** One object with its ETag. */
  public ResponseEntity<V> show(String name) {
    return answer(objects.get(name));
  }

  /** Creates an object: 201. */
  public ResponseEntity<V> create(@Nullable String name, D document) {
    return create(name, document, stored -> {});
  }

  /**
   * Creates an object: 201.
   *
   * @param stored told when the change is in force, before it is answered
   */
  public ResponseEntity<V> create(
      @Nullable String name, D document, Consumer<StoredObject<D>> stored) {
    StoredObject<D> created = objects.create(name, document);
    stored.accept(created);
    return Revisioned.created(created.revision(), view.apply(created));
  }

  /**
   * Replaces an object.
   *
   * @param name in the path
   * @param nameInBody the same, or null
   */
  public ResponseEntity<V> replace(
      String name, @Nullable String ifMatch, @Nullable String nameInBody, D document) {
    return replace(name, ifMatch, nameInBody, document, stored -> {});
  }

  /**
   * Replaces an object.
   *
   * @param name in the path
   * @param nameInBody the same, or null
   * @param stored told when the change is in force, before it is answered
   */
  public ResponseEntity<V> replace(
      String name,
      @Nullable String ifMatch,
      @Nullable String nameInBody,
      D document,
      Consumer<StoredObject<D>> stored) {
    if (nameInBody != null && !nameInBody.equals(name)) {
      throw new InvalidConfigurationException(
          "name", "differs from the path (expected: '%s', or nothing)".formatted(name));
    }
    StoredObject<D> replaced = objects.replace(name, Revisioned.ifMatch(ifMatch), document);
    stored.accept(replaced);
    return answer(replaced);
  }

  /** Deletes an object: 204. */
  public ResponseEntity<Void> delete(String name, @Nullable String ifMatch) {
    objects.delete(name, Revisioned.ifMatch(ifMatch));
    return ResponseEntity.noContent().build();
  }

  private ResponseEntity<V> answer(StoredObject<D> stored) {
    return Revisioned.ok(stored.revision(), view.apply(stored));
  }
}
