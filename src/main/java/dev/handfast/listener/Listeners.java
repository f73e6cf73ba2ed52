package dev.handfast.listener;

import dev.handfast.clientauth.ClientAuthPolicy;
import dev.handfast.configuration.ConfigurationChanges;
import dev.handfast.configuration.ConfigurationObjects;
import dev.handfast.configuration.References;
import dev.handfast.configuration.ResourceType;
import dev.handfast.configuration.StoredObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The configured listeners. Blocks (database, binding); never called on an event loop. */
public class Listeners implements References.Source {

  private final ConfigurationObjects objects;
  private final ConfigurationChanges changes;
  private final ListenerValidator validator;
  private final ListenerRuntime runtime;

  Listeners(
      ConfigurationObjects objects,
      ConfigurationChanges changes,
      ListenerValidator validator,
      ListenerRuntime runtime) {
    this.objects = objects;
    this.changes = changes;
    this.validator = validator;
    this.runtime = runtime;
  }

  /** All of them, by name. */
  public List<StoredObject<ListenerSettings>> findAll() {
    return objects.findAll(ResourceType.LISTENER, ListenerSettings.class);
  }

  /**
   * The one with this name.
   *
   * @throws dev.handfast.configuration.NotFoundException if there is none
   */
  public StoredObject<ListenerSettings> get(String name) {
    return objects.get(ResourceType.LISTENER, name, ListenerSettings.class);
  }

  /**
   * Creates one, and starts it if it is enabled.
   *
   * @throws dev.handfast.configuration.InvalidConfigurationException with everything that is wrong
   * @throws dev.handfast.configuration.AlreadyExistsException if the name is taken
   */
  public StoredObject<ListenerSettings> create(ListenerSettings settings) {
    return changes.apply(() -> createWithinChange(settings));
  }

  /** Does what {@link #create} does, within {@link ConfigurationChanges#apply}. */
  public StoredObject<ListenerSettings> createWithinChange(ListenerSettings settings) {
    validator.validate(settings, findAll());
    return objects.create(ResourceType.LISTENER, settings.name(), settings);
  }

  /**
   * Replaces one; live connections go on as they are.
   *
   * @param ifMatch the revision that the caller saw, or empty
   */
  public StoredObject<ListenerSettings> replace(ListenerSettings settings, OptionalLong ifMatch) {
    return changes.apply(() -> replaceWithinChange(settings, ifMatch));
  }

  /** Does what {@link #replace} does, within {@link ConfigurationChanges#apply}. */
  public StoredObject<ListenerSettings> replaceWithinChange(
      ListenerSettings settings, OptionalLong ifMatch) {
    get(settings.name());
    validator.validate(settings, findAll());
    return objects.replace(ResourceType.LISTENER, settings.name(), ifMatch, settings);
  }

  /** Deletes one; its connections may go on for the drain time. */
  public void delete(String name, OptionalLong ifMatch) {
    changes.apply(
        () -> {
          deleteWithinChange(name, ifMatch);
          return name;
        });
  }

  /** Does what {@link #delete} does, within {@link ConfigurationChanges#apply}. */
  public void deleteWithinChange(String name, OptionalLong ifMatch) {
    objects.delete(ResourceType.LISTENER, name, ifMatch, ListenerSettings.class);
  }

  /**
   * The policy with which a running listener meets clients of this server name now; empty if it
   * asks for no client certificate, or does not run. Does not block.
   */
  public Optional<ClientAuthPolicy> policyInForce(String name, @Nullable String serverName) {
    return runtime
        .find(name)
        .map(ListenerServer::snapshot)
        .map(snapshot -> snapshot.policyOf(serverName));
  }

  /** How it is doing on this instance. Does not block. */
  public ListenerStatus status(String name) {
    return runtime
        .find(name)
        .map(ListenerServer::status)
        .orElseGet(() -> new ListenerStatus(ListenerStatus.State.STOPPED.text(), null, null, 0));
  }

  @Override
  public List<String> usersOf(ResourceType type, String name) {
    List<String> users = new ArrayList<>();
    for (StoredObject<ListenerSettings> listener : findAll()) {
      if (uses(listener.value(), type, name)) {
        users.add("listener " + listener.name());
      }
    }
    return users;
  }

  private static boolean uses(ListenerSettings settings, ResourceType type, String name) {
    ListenerSettings.UpstreamTls tls = settings.upstreamTls();
    return switch (type) {
      case CERTIFICATE ->
          settings.certificates().contains(name)
              || settings.routes().stream().anyMatch(it -> it.certificates().contains(name))
              || tls != null && is(tls.certificate(), name);
      case TLS_PROFILE -> settings.tlsProfile().equals(name);
      case CLIENT_AUTH_POLICY ->
          is(settings.clientAuthPolicy(), name)
              || settings.routes().stream().anyMatch(it -> is(it.clientAuthPolicy(), name))
              || settings.protectedPaths().stream()
                  .anyMatch(it -> it.clientAuthPolicy().equals(name));
      case TRUST_BUNDLE -> tls != null && is(tls.trustBundle(), name);
      case LISTENER -> false;
    };
  }

  private static boolean is(@Nullable String found, String name) {
    return Objects.equals(found, name);
  }
}
