package dev.handfast.listener;

import dev.handfast.clientauth.ClientAuthPolicy;
import dev.handfast.configuration.ConfigurationObjects;
import dev.handfast.configuration.NamedObjects;
import dev.handfast.configuration.References;
import dev.handfast.configuration.ResourceType;
import dev.handfast.configuration.StoredObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What listeners must be like, to what they refer, and how they are doing. */
public class Listeners implements NamedObjects.Rules<ListenerSettings>, References.Source {

  private final ConfigurationObjects objects;
  private final ListenerValidator validator;
  private final ListenerRuntime runtime;

  Listeners(ConfigurationObjects objects, ListenerValidator validator, ListenerRuntime runtime) {
    this.objects = objects;
    this.validator = validator;
    this.runtime = runtime;
  }

  @Override
  public ResourceType type() {
    return ResourceType.LISTENER;
  }

  @Override
  public Class<ListenerSettings> documentType() {
    return ListenerSettings.class;
  }

  @Override
  public ListenerSettings checked(@Nullable String name, ListenerSettings given) {
    ListenerSettings named = given.named(name == null ? "" : name);
    validator.validate(named, findAll());
    return named;
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

  /** The stored one with this name, or empty. Blocks (database). */
  public Optional<StoredObject<ListenerSettings>> find(String name) {
    return objects.find(type(), name, documentType());
  }

  /** All that are stored, by name. Blocks (database). */
  public List<StoredObject<ListenerSettings>> findAll() {
    return objects.findAll(type(), documentType());
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
