package dev.handfast.clientauth;

import dev.handfast.clientauth.revocation.CrlRefresh;
import dev.handfast.clientauth.revocation.CrlStatus;
import dev.handfast.configuration.ConfigurationChanges;
import dev.handfast.configuration.ConfigurationObjects;
import dev.handfast.configuration.References;
import dev.handfast.configuration.ResourceName;
import dev.handfast.configuration.ResourceType;
import dev.handfast.configuration.StoredObject;
import dev.handfast.configuration.Violations;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** How trust bundles and policies change: checked first, then stored, then in force. Blocks. */
@Component
class ClientAuthConfiguration implements References.Source {

  private static final Logger LOG = LoggerFactory.getLogger(ClientAuthConfiguration.class);
  private static final ResourceType BUNDLE = ResourceType.TRUST_BUNDLE;
  private static final ResourceType POLICY = ResourceType.CLIENT_AUTH_POLICY;

  /** An answer to a change waits this long for its CRLs, so that they are usually in force. */
  private static final Duration FIRST_FETCH = Duration.ofSeconds(5);

  private final ConfigurationObjects objects;
  private final ConfigurationChanges changes;
  private final References references;
  private final ClientAuthSnapshot snapshot;
  private final CrlRefresh crls;
  private final InstantSource clock;

  ClientAuthConfiguration(
      ConfigurationObjects objects,
      ConfigurationChanges changes,
      References references,
      ClientAuthSnapshot snapshot,
      CrlRefresh crls,
      InstantSource clock) {
    this.objects = objects;
    this.changes = changes;
    this.references = references;
    this.snapshot = snapshot;
    this.crls = crls;
    this.clock = clock;
  }

  @Override
  public List<String> usersOf(ResourceType type, String name) {
    return type != BUNDLE
        ? List.of()
        : objects.findAll(POLICY, ClientAuthPolicyDefinition.class).stream()
            .filter(policy -> name.equals(policy.value().trustBundle()))
            .map(policy -> POLICY.text() + " " + policy.name())
            .toList();
  }

  List<StoredObject<TrustBundleDefinition>> bundles() {
    return objects.findAll(BUNDLE, TrustBundleDefinition.class);
  }

  StoredObject<TrustBundleDefinition> bundle(String name) {
    return objects.get(BUNDLE, name, TrustBundleDefinition.class);
  }

  /** Creates a bundle; its CRLs are fetched later. */
  StoredObject<TrustBundleDefinition> createBundle(
      @Nullable String name, TrustBundleDefinition given) {
    return fetched(storeNewBundle(name, given));
  }

  /** Without waiting for CRLs: within a change that covers more. */
  StoredObject<TrustBundleDefinition> storeNewBundle(
      @Nullable String name, TrustBundleDefinition given) {
    String checked = requireName(name);
    TrustBundleDefinition complete = checked(given, checked);
    return changes.apply(() -> objects.create(BUNDLE, checked, complete));
  }

  /** Replaces a bundle; new CRLs are fetched later. */
  StoredObject<TrustBundleDefinition> replaceBundle(
      String name, OptionalLong ifMatch, TrustBundleDefinition given) {
    return fetched(storeBundle(name, ifMatch, given));
  }

  /** Without waiting for CRLs: within a change that covers more. */
  StoredObject<TrustBundleDefinition> storeBundle(
      String name, OptionalLong ifMatch, TrustBundleDefinition given) {
    TrustBundleDefinition complete = checked(given, name);
    return changes.apply(() -> objects.replace(BUNDLE, name, ifMatch, complete));
  }

  void deleteBundle(String name, OptionalLong ifMatch) {
    changes.apply(
        () -> {
          references.requireUnused(BUNDLE, name);
          objects.delete(BUNDLE, name, ifMatch, TrustBundleDefinition.class);
          return true;
        });
  }

  List<CrlStatus> crlsOf(String bundle) {
    return snapshot
        .bundle(bundle)
        .map(inForce -> crls.statusOf(bundle, inForce.revocation().crls()))
        .orElse(List.of());
  }

  List<StoredObject<ClientAuthPolicyDefinition>> policies() {
    return objects.findAll(POLICY, ClientAuthPolicyDefinition.class);
  }

  StoredObject<ClientAuthPolicyDefinition> policy(String name) {
    return objects.get(POLICY, name, ClientAuthPolicyDefinition.class);
  }

  StoredObject<ClientAuthPolicyDefinition> createPolicy(
      @Nullable String name, ClientAuthPolicyDefinition given) {
    String checked = requireName(name);
    return changes.apply(() -> objects.create(POLICY, checked, checked(given, checked)));
  }

  StoredObject<ClientAuthPolicyDefinition> replacePolicy(
      String name, OptionalLong ifMatch, ClientAuthPolicyDefinition given) {
    return changes.apply(() -> objects.replace(POLICY, name, ifMatch, checked(given, name)));
  }

  void deletePolicy(String name, OptionalLong ifMatch) {
    changes.apply(
        () -> {
          references.requireUnused(POLICY, name);
          objects.delete(POLICY, name, ifMatch, ClientAuthPolicyDefinition.class);
          return true;
        });
  }

  List<String> usersOfBundle(String name) {
    return references.usersOf(BUNDLE, name);
  }

  List<String> usersOfPolicy(String name) {
    return references.usersOf(POLICY, name);
  }

  private TrustBundleDefinition checked(TrustBundleDefinition given, String name) {
    TrustBundleDefinition complete = TrustBundleReader.complete(given, name);
    Objects.requireNonNull(TrustBundleReader.read(complete, name, 1, clock.instant()));
    return complete;
  }

  private ClientAuthPolicyDefinition checked(ClientAuthPolicyDefinition given, String name) {
    ClientAuthPolicyDefinition complete = PolicyReader.complete(given, name);
    Objects.requireNonNull(PolicyReader.read(complete, name, 1, this::storedBundle));
    return complete;
  }

  private Optional<TrustBundle> storedBundle(String name) {
    return objects
        .find(BUNDLE, name, TrustBundleDefinition.class)
        .map(
            stored ->
                TrustBundleReader.read(
                    stored.value(), name, stored.revision(), stored.updatedAt()));
  }

  /** Fetches the CRLs of a bundle that was just stored, and waits for them for a while. */
  StoredObject<TrustBundleDefinition> fetched(StoredObject<TrustBundleDefinition> stored) {
    if (stored.value().crlUrls() == null || stored.value().crlUrls().isEmpty()) {
      return stored;
    }
    try {
      crls.refresh().orTimeout(FIRST_FETCH.toMillis(), TimeUnit.MILLISECONDS).join();
    } catch (RuntimeException e) {
      LOG.info("CRLs of trust bundle {} are still being fetched", stored.name());
    }
    return stored;
  }

  private static String requireName(@Nullable String name) {
    Violations violations = new Violations();
    ResourceName.check(violations, name);
    violations.throwIfAny();
    return Objects.requireNonNull(name);
  }
}
