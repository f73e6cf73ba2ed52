package dev.handfast.configuration;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/**
 * Applies configuration documents, each as one change: all of it or nothing. A document that says
 * what is so already changes nothing, not even the revision. Blocks (database).
 */
@Component
public class ConfigurationDocuments {

  private final ObjectProvider<DocumentSection> sections;
  private final ConfigurationChanges changes;
  private final ManagedObjects managed;

  ConfigurationDocuments(
      ObjectProvider<DocumentSection> sections,
      ConfigurationChanges changes,
      ManagedObjects managed) {
    this.sections = sections;
    this.changes = changes;
    this.managed = managed;
  }

  /** The configuration as it is now. */
  public Exported exported() {
    long revision = changes.currentRevision();
    ObjectNode document = ConfigurationDocument.of(read());
    return new Exported(
        revision, ConfigurationDocument.toJson(document), ConfigurationDocument.toYaml(document));
  }

  private Map<ResourceType, SortedMap<String, ObjectNode>> read() {
    Map<ResourceType, SortedMap<String, ObjectNode>> all = new LinkedHashMap<>();
    inOrder().forEach(section -> all.put(section.type(), section.read()));
    return all;
  }

  /**
   * Makes the kinds of objects that the document speaks of what it says; others of these kinds are
   * deleted.
   *
   * @param text JSON or YAML
   * @param ifMatch the configuration's revision that the caller saw, or empty
   * @param dryRun whether to answer the differences only
   * @throws InvalidConfigurationException with everything that is wrong
   */
  public Applied replace(String text, OptionalLong ifMatch, boolean dryRun) {
    ConfigurationDocument document = ConfigurationDocument.parse(text);
    return apply(
        dryRun,
        () -> {
          requireRevision(ifMatch);
          write(document, null);
          deleteSurplus(
              document,
              section ->
                  document.sections().containsKey(section.type())
                      ? section.read().keySet()
                      : Set.of());
        });
  }

  /**
   * Makes the objects that the document has what it says, and the owner's: others cannot change
   * them. What the owner had, and the document has no more, is deleted; anything else stays.
   */
  Applied own(String text, String owner) {
    ConfigurationDocument document = ConfigurationDocument.parse(text);
    return managed.actingAs(
        owner,
        () ->
            apply(
                false,
                () -> {
                  write(document, owner);
                  deleteSurplus(
                      document, section -> Set.copyOf(managed.ownedNames(section.type(), owner)));
                }));
  }

  private Applied apply(boolean dryRun, Runnable writing) {
    Attempt attempt =
        changes.attempt(
            () -> {
              Map<ResourceType, SortedMap<String, ObjectNode>> before = read();
              List<ManagedObjects.Managed> ownersBefore = managed.all();
              writing.run();
              return new Attempt(differences(before, read()), !ownersBefore.equals(managed.all()));
            },
            made -> !dryRun && (made.ownersChanged() || !made.differences().isEmpty()));
    return new Applied(changes.currentRevision(), dryRun, attempt.differences());
  }

  private void requireRevision(OptionalLong ifMatch) {
    long current = changes.currentRevision();
    if (ifMatch.isPresent() && ifMatch.getAsLong() != current) {
      throw new RevisionMismatchException(
          "the configuration", "current", ifMatch.getAsLong(), current);
    }
  }

  private void write(ConfigurationDocument document, @Nullable String owner) {
    Violations violations = new Violations();
    Set<ResourceType> unknown = new TreeSet<>(document.sections().keySet());
    for (DocumentSection section : inOrder()) {
      unknown.remove(section.type());
      Map<String, ObjectNode> current = section.read();
      int index = 0;
      for (Map.Entry<String, ObjectNode> wanted :
          document.sections().getOrDefault(section.type(), Map.of()).entrySet()) {
        String field = section.type().documentKey() + "[" + index++ + "]";
        Item item = new Item(section, wanted.getKey(), wanted.getValue(), owner);
        write(item, current.get(item.name()), field, violations);
      }
    }
    unknown.forEach(
        type -> violations.reject(type.documentKey(), "cannot be configured by a document"));
    violations.throwIfAny();
  }

  private void write(Item item, @Nullable ObjectNode current, String field, Violations violations) {
    try {
      if (current == null) {
        item.section().create(item.name(), item.body());
      } else if (!current.equals(item.body())) {
        managed.requireEditable(item.section().type(), item.name());
        item.section().replace(item.name(), item.body());
      }
      if (item.owner() != null) {
        managed.requireEditable(item.section().type(), item.name());
        managed.own(item.section().type(), item.name(), item.owner());
      }
    } catch (InvalidConfigurationException e) {
      e.violations()
          .forEach(violation -> violations.reject(path(field, violation), violation.message()));
    } catch (JacksonException e) {
      JsonViolations.of(e)
          .forEach(violation -> violations.reject(path(field, violation), violation.message()));
    }
  }

  private static String path(String field, Violation violation) {
    return violation.field().equals(JsonViolations.WHOLE) ? field : field + "." + violation.field();
  }

  /** In the reverse order of reference, after everything that still referred to it has changed. */
  private void deleteSurplus(
      ConfigurationDocument document, Function<DocumentSection, Set<String>> had) {
    for (DocumentSection section : inOrder().reversed()) {
      Set<String> surplus = new TreeSet<>(had.apply(section));
      surplus.removeAll(document.sections().getOrDefault(section.type(), Map.of()).keySet());
      for (String name : surplus) {
        if (section.read().containsKey(name)) {
          managed.requireEditable(section.type(), name);
          section.delete(name);
        } else {
          managed.release(section.type(), name);
        }
      }
    }
  }

  private static List<ConfigurationDifference> differences(
      Map<ResourceType, SortedMap<String, ObjectNode>> before,
      Map<ResourceType, SortedMap<String, ObjectNode>> after) {
    List<ConfigurationDifference> differences = new ArrayList<>();
    for (ResourceType type : after.keySet()) {
      SortedMap<String, ObjectNode> had = before.getOrDefault(type, new TreeMap<>());
      SortedMap<String, ObjectNode> has = after.getOrDefault(type, new TreeMap<>());
      Set<String> names = new TreeSet<>(had.keySet());
      names.addAll(has.keySet());
      for (String name : names) {
        ObjectNode old = had.get(name);
        ObjectNode now = has.get(name);
        if (old == null) {
          differences.add(new ConfigurationDifference("create", type.path(), name, null, now));
        } else if (now == null) {
          differences.add(new ConfigurationDifference("delete", type.path(), name, old, null));
        } else if (!old.equals(now)) {
          differences.add(new ConfigurationDifference("update", type.path(), name, old, now));
        }
      }
    }
    return differences;
  }

  private List<DocumentSection> inOrder() {
    return sections.stream().sorted(Comparator.comparing(DocumentSection::type)).toList();
  }

  private record Item(
      DocumentSection section, String name, ObjectNode body, @Nullable String owner) {}

  private record Attempt(List<ConfigurationDifference> differences, boolean ownersChanged) {}

  /**
   * What a document changed, or would change.
   *
   * @param revision the configuration's, afterwards
   */
  public record Applied(long revision, boolean dryRun, List<ConfigurationDifference> changes) {}

  /**
   * The whole configuration in both forms.
   *
   * @param revision the configuration's, before it was read
   */
  public record Exported(long revision, String json, String yaml) {}
}
