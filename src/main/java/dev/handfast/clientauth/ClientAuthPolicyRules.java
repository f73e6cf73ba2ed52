package dev.handfast.clientauth;

import dev.handfast.configuration.ConfigurationObjects;
import dev.handfast.configuration.NamedObjects;
import dev.handfast.configuration.References;
import dev.handfast.configuration.ResourceName;
import dev.handfast.configuration.ResourceType;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a client-auth policy must be like, and to which trust bundle it refers. */
final class ClientAuthPolicyRules
    implements NamedObjects.Rules<ClientAuthPolicyDefinition>, References.Source {

  private final ConfigurationObjects objects;

  ClientAuthPolicyRules(ConfigurationObjects objects) {
    this.objects = objects;
  }

  @Override
  public ResourceType type() {
    return ResourceType.CLIENT_AUTH_POLICY;
  }

  @Override
  public Class<ClientAuthPolicyDefinition> documentType() {
    return ClientAuthPolicyDefinition.class;
  }

  @Override
  public ClientAuthPolicyDefinition checked(
      @Nullable String name, ClientAuthPolicyDefinition given) {
    String accepted = ResourceName.require(name);
    ClientAuthPolicyDefinition complete = PolicyReader.complete(given, accepted);
    Objects.requireNonNull(PolicyReader.read(complete, accepted, 1, this::storedBundle));
    return complete;
  }

  @Override
  public List<String> usersOf(ResourceType type, String name) {
    return type != ResourceType.TRUST_BUNDLE
        ? List.of()
        : objects.findAll(type(), documentType()).stream()
            .filter(policy -> name.equals(policy.value().trustBundle()))
            .map(policy -> type().text() + " " + policy.name())
            .toList();
  }

  private Optional<TrustBundle> storedBundle(String name) {
    return objects
        .find(ResourceType.TRUST_BUNDLE, name, TrustBundleDefinition.class)
        .map(
            stored ->
                TrustBundleReader.read(
                    stored.value(), name, stored.revision(), stored.updatedAt()));
  }
}
