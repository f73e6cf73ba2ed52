package dev.handfast.profile;

import dev.handfast.configuration.AlreadyExistsException;
import dev.handfast.configuration.ConfigurationChanged;
import dev.handfast.configuration.ConfigurationChanges;
import dev.handfast.configuration.ConfigurationObjects;
import dev.handfast.configuration.ConflictException;
import dev.handfast.configuration.References;
import dev.handfast.configuration.ResourceName;
import dev.handfast.configuration.ResourceType;
import dev.handfast.configuration.SnapshotOrder;
import dev.handfast.configuration.StoredObject;
import dev.handfast.configuration.Violations;
import dev.handfast.handshake.TlsProfile;
import jakarta.annotation.PostConstruct;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** The profiles in force, and how they change. Changing blocks (database). */
@Component
class StoredProfiles implements TlsProfiles {

  private static final ResourceType TYPE = ResourceType.TLS_PROFILE;

  private final ConfigurationObjects objects;
  private final ConfigurationChanges changes;
  private final References references;
  private final Implemented implemented;
  private volatile Map<String, TlsProfile> inForce = BuiltInProfiles.ALL;

  StoredProfiles(
      ConfigurationObjects objects,
      ConfigurationChanges changes,
      References references,
      Implemented implemented) {
    this.objects = objects;
    this.changes = changes;
    this.references = references;
    this.implemented = implemented;
  }

  @Override
  public Optional<TlsProfile> find(String name) {
    return Optional.ofNullable(inForce.get(name));
  }

  /** Replaces the snapshot. */
  @PostConstruct
  void load() {
    Map<String, TlsProfile> next = new TreeMap<>(BuiltInProfiles.ALL);
    for (StoredObject<ProfileDocument> stored : objects.findAll(TYPE, ProfileDocument.class)) {
      next.put(stored.name(), stored.value().toProfile(stored.name()));
    }
    inForce = Map.copyOf(next);
  }

  @EventListener
  @Order(SnapshotOrder.PROFILES)
  void changed(ConfigurationChanged event) {
    load();
  }

  /** All profiles by name, the built-in ones among them. */
  List<StoredObject<TlsProfile>> all() {
    Map<String, StoredObject<TlsProfile>> all = new TreeMap<>();
    BuiltInProfiles.ALL.values().forEach(profile -> all.put(profile.name(), builtIn(profile)));
    objects
        .findAll(TYPE, ProfileDocument.class)
        .forEach(stored -> all.put(stored.name(), profile(stored)));
    return List.copyOf(all.values());
  }

  StoredObject<TlsProfile> get(String name) {
    TlsProfile builtIn = BuiltInProfiles.ALL.get(name);
    return builtIn != null
        ? builtIn(builtIn)
        : profile(objects.get(TYPE, name, ProfileDocument.class));
  }

  StoredObject<TlsProfile> create(@Nullable String name, ProfileDocument document) {
    Violations violations = new Violations();
    ResourceName.check(violations, name);
    TlsProfile profile = checked(String.valueOf(name), document, violations);
    if (isBuiltIn(profile.name())) {
      throw new AlreadyExistsException(TYPE, profile.name());
    }
    return changes.apply(
        () -> profile(objects.create(TYPE, profile.name(), ProfileDocument.of(profile))));
  }

  StoredObject<TlsProfile> replace(String name, OptionalLong ifMatch, ProfileDocument document) {
    requireOwn(name);
    TlsProfile profile = checked(name, document, new Violations());
    return changes.apply(
        () -> profile(objects.replace(TYPE, name, ifMatch, ProfileDocument.of(profile))));
  }

  void delete(String name, OptionalLong ifMatch) {
    requireOwn(name);
    changes.apply(
        () -> {
          references.requireUnused(TYPE, name);
          objects.delete(TYPE, name, ifMatch, ProfileDocument.class);
          return true;
        });
  }

  List<String> usersOf(String name) {
    return references.usersOf(TYPE, name);
  }

  static boolean isBuiltIn(String name) {
    return BuiltInProfiles.ALL.containsKey(name);
  }

  private TlsProfile checked(String name, ProfileDocument document, Violations violations) {
    Optional<TlsProfile> profile = new ProfileCheck(violations, implemented).check(name, document);
    violations.throwIfAny();
    return profile.orElseThrow();
  }

  private static void requireOwn(String name) {
    if (isBuiltIn(name)) {
      throw new ConflictException(
          "TLS profile '" + name + "' is built in and cannot be changed; make one of your own");
    }
  }

  private static StoredObject<TlsProfile> builtIn(TlsProfile profile) {
    return new StoredObject<>(profile.name(), 1, profile, Instant.EPOCH);
  }

  private static StoredObject<TlsProfile> profile(StoredObject<ProfileDocument> stored) {
    return new StoredObject<>(
        stored.name(),
        stored.revision(),
        stored.value().toProfile(stored.name()),
        stored.updatedAt());
  }
}
