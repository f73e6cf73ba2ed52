package dev.handfast.profile;

import dev.handfast.configuration.ConfigurationChanged;
import dev.handfast.configuration.ConfigurationObjects;
import dev.handfast.configuration.ResourceType;
import dev.handfast.configuration.SnapshotOrder;
import dev.handfast.configuration.StoredObject;
import dev.handfast.handshake.TlsProfile;
import jakarta.annotation.PostConstruct;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** The profiles in force: a snapshot of the built-in and the stored ones. */
@Component
class StoredProfiles implements TlsProfiles {

  private static final ResourceType TYPE = ResourceType.TLS_PROFILE;

  private final ConfigurationObjects objects;
  private volatile Map<String, TlsProfile> inForce = BuiltInProfiles.ALL;

  StoredProfiles(ConfigurationObjects objects) {
    this.objects = objects;
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
}
