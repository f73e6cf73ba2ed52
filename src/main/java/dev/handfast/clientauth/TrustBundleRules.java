package dev.handfast.clientauth;

import dev.handfast.configuration.NamedObjects;
import dev.handfast.configuration.ResourceName;
import dev.handfast.configuration.ResourceType;
import java.time.InstantSource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a trust bundle must be like. */
final class TrustBundleRules implements NamedObjects.Rules<TrustBundleDefinition> {

  private final InstantSource clock;

  TrustBundleRules(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public ResourceType type() {
    return ResourceType.TRUST_BUNDLE;
  }

  @Override
  public Class<TrustBundleDefinition> documentType() {
    return TrustBundleDefinition.class;
  }

  @Override
  public TrustBundleDefinition checked(@Nullable String name, TrustBundleDefinition given) {
    String accepted = ResourceName.require(name);
    TrustBundleDefinition complete = TrustBundleReader.complete(given, accepted);
    Objects.requireNonNull(TrustBundleReader.read(complete, accepted, 1, clock.instant()));
    return complete;
  }
}
