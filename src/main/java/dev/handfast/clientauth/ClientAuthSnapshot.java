package dev.handfast.clientauth;

import dev.handfast.clientauth.ClientAuthChanged.Cause;
import dev.handfast.clientauth.revocation.CrlRefresh;
import dev.handfast.clientauth.revocation.RevocationChanged;
import dev.handfast.configuration.ConfigurationChanged;
import dev.handfast.configuration.ConfigurationObjects;
import dev.handfast.configuration.InvalidConfigurationException;
import dev.handfast.configuration.ResourceType;
import dev.handfast.configuration.SnapshotOrder;
import dev.handfast.configuration.StoredObject;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PostConstruct;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/**
 * The policies and trust bundles in force: an immutable snapshot, replaced as a whole. What did not
 * change stays the same instance, and with it what was cached about it.
 */
@Component
class ClientAuthSnapshot implements ClientAuthPolicies, ClientAuthDecisions, TrustBundles {

  private static final Logger LOG = LoggerFactory.getLogger(ClientAuthSnapshot.class);

  private final ConfigurationObjects objects;
  private final Decider decider;
  private final CrlRefresh crls;
  private final MeterRegistry meters;
  private final InstantSource clock;
  private final ApplicationEventPublisher events;
  private volatile Snapshot snapshot = new Snapshot(Map.of(), Map.of());

  ClientAuthSnapshot(
      ConfigurationObjects objects,
      Decider decider,
      CrlRefresh crls,
      MeterRegistry meters,
      InstantSource clock,
      ApplicationEventPublisher events) {
    this.objects = objects;
    this.decider = decider;
    this.crls = crls;
    this.meters = meters;
    this.clock = clock;
    this.events = events;
  }

  @Override
  public Optional<ClientAuthPolicy> find(String name) {
    return Optional.ofNullable(snapshot.policies().get(name));
  }

  @Override
  public Optional<Judge> inForce(String policy) {
    return Optional.ofNullable(snapshot.policies().get(policy)).map(PolicyInForce::judge);
  }

  @Override
  public Judge of(ClientAuthPolicyDefinition definition) {
    String name = definition.name() == null ? "inline" : definition.name();
    Policy policy = PolicyReader.read(definition, name, 0, this::bundle);
    return (chain, proof, resource, at, lookup) ->
        decider.decide(policy, chain, proof, resource, at, lookup);
  }

  @Override
  public Optional<List<X509Certificate>> certificates(String name) {
    return bundle(name).map(TrustBundle::certificates);
  }

  /** The bundle in force with this name. */
  Optional<TrustBundle> bundle(String name) {
    return Optional.ofNullable(snapshot.bundles().get(name));
  }

  /** Reads what is stored, before anything asks. */
  @PostConstruct
  synchronized void load() {
    putInForce(read(snapshot), true);
  }

  /** Puts in force what is stored: all of it, or, if this throws, nothing, until it is retried. */
  @EventListener
  @Order(SnapshotOrder.CLIENT_AUTH)
  synchronized void on(ConfigurationChanged changed) {
    Snapshot before = snapshot;
    Snapshot next = read(before);
    putInForce(next, !before.bundles().equals(next.bundles()));
    Map<Cause, Set<String>> changes = changes(before, next);
    changes.forEach((cause, names) -> events.publishEvent(new ClientAuthChanged(names, cause)));
  }

  /** Another CRL is in force. */
  @EventListener
  void on(RevocationChanged changed) {
    Set<String> policies =
        snapshot.policies().values().stream()
            .filter(p -> uses(p.policy(), changed.bundle()))
            .map(PolicyInForce::name)
            .collect(Collectors.toSet());
    if (!policies.isEmpty()) {
      events.publishEvent(new ClientAuthChanged(policies, Cause.REVOCATION));
    }
  }

  private void putInForce(Snapshot next, boolean otherBundles) {
    if (otherBundles) {
      follow(next);
    }
    snapshot = next;
    if (otherBundles) {
      crls.forgetOthers();
    }
  }

  /** Comes before the snapshot is replaced, because it may fail. */
  private void follow(Snapshot next) {
    crls.follow(
        next.bundles().values().stream()
            .map(
                bundle ->
                    new CrlRefresh.Followed(
                        bundle.name(), bundle.revocation().crlUrls(), bundle.certificates()))
            .toList());
  }

  private Snapshot read(Snapshot before) {
    Map<String, TrustBundle> bundles = new HashMap<>();
    for (var stored : objects.findAll(ResourceType.TRUST_BUNDLE, TrustBundleDefinition.class)) {
      TrustBundle bundle = bundle(stored, before.bundles().get(stored.name()));
      if (bundle != null) {
        bundles.put(stored.name(), bundle);
      }
    }
    Map<String, PolicyInForce> policies = new HashMap<>();
    for (var stored :
        objects.findAll(ResourceType.CLIENT_AUTH_POLICY, ClientAuthPolicyDefinition.class)) {
      PolicyInForce policy = policy(stored, bundles, before.policies().get(stored.name()));
      if (policy != null) {
        policies.put(stored.name(), policy);
      }
    }
    return new Snapshot(Map.copyOf(bundles), Map.copyOf(policies));
  }

  private @Nullable TrustBundle bundle(
      StoredObject<TrustBundleDefinition> stored, @Nullable TrustBundle before) {
    if (before != null
        && before.revision() == stored.revision()
        && before.updatedAt().equals(stored.updatedAt())) {
      return before;
    }
    try {
      return TrustBundleReader.read(
          stored.value(), stored.name(), stored.revision(), stored.updatedAt());
    } catch (InvalidConfigurationException e) {
      LOG.error("Stored trust bundle {} is not put in force: {}", stored.name(), e.getMessage());
      return before;
    }
  }

  private @Nullable PolicyInForce policy(
      StoredObject<ClientAuthPolicyDefinition> stored,
      Map<String, TrustBundle> bundles,
      @Nullable PolicyInForce before) {
    try {
      Policy policy =
          PolicyReader.read(
              stored.value(),
              stored.name(),
              stored.revision(),
              name -> Optional.ofNullable(bundles.get(name)));
      TrustBundle bundle = policy.bundle();
      Instant changedAt =
          bundle == null || bundle.updatedAt().isBefore(stored.updatedAt())
              ? stored.updatedAt()
              : bundle.updatedAt();
      return before != null
              && before.policy().revision() == policy.revision()
              && before.policy().bundle() == bundle
              && before.changedAt().equals(changedAt)
          ? before
          : new PolicyInForce(policy, changedAt, decider, meters, clock);
    } catch (InvalidConfigurationException e) {
      LOG.error("Stored policy {} is not put in force: {}", stored.name(), e.getMessage());
      return before;
    }
  }

  private static Map<Cause, Set<String>> changes(Snapshot before, Snapshot next) {
    Set<String> names = new TreeSet<>(before.policies().keySet());
    names.addAll(next.policies().keySet());
    Map<Cause, Set<String>> changes = new EnumMap<>(Cause.class);
    for (String name : names) {
      PolicyInForce old = before.policies().get(name);
      PolicyInForce now = next.policies().get(name);
      if (old != now) {
        Cause cause = differInCrlsOnly(old, now) ? Cause.REVOCATION : Cause.POLICY;
        changes.computeIfAbsent(cause, key -> new TreeSet<>()).add(name);
      }
    }
    return changes;
  }

  private static boolean differInCrlsOnly(
      @Nullable PolicyInForce old, @Nullable PolicyInForce now) {
    if (old == null || now == null || old.policy().revision() != now.policy().revision()) {
      return false;
    }
    TrustBundle oldBundle = old.policy().bundle();
    TrustBundle newBundle = now.policy().bundle();
    return oldBundle != null && newBundle != null && oldBundle.differsInCrlsOnly(newBundle);
  }

  private static boolean uses(Policy policy, String bundle) {
    TrustBundle used = policy.bundle();
    return used != null && used.name().equals(bundle);
  }

  private record Snapshot(Map<String, TrustBundle> bundles, Map<String, PolicyInForce> policies) {}
}
