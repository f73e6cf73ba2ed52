package dev.handfast.profile;

import dev.handfast.configuration.NamedObjects;
import dev.handfast.configuration.ResourceName;
import dev.handfast.configuration.ResourceType;
import dev.handfast.configuration.Violations;
import dev.handfast.handshake.TlsProfile;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a TLS profile must be like, and which are always there. */
final class ProfileRules implements NamedObjects.Rules<ProfileDocument> {

  private static final Map<String, ProfileDocument> BUILT_IN =
      BuiltInProfiles.ALL.values().stream()
          .collect(Collectors.toUnmodifiableMap(TlsProfile::name, ProfileDocument::of));

  private final Implemented implemented;

  ProfileRules(Implemented implemented) {
    this.implemented = implemented;
  }

  @Override
  public ResourceType type() {
    return ResourceType.TLS_PROFILE;
  }

  @Override
  public Class<ProfileDocument> documentType() {
    return ProfileDocument.class;
  }

  @Override
  public ProfileDocument checked(@Nullable String name, ProfileDocument given) {
    Violations violations = new Violations();
    ResourceName.check(violations, name);
    Optional<TlsProfile> profile =
        new ProfileCheck(violations, implemented).check(String.valueOf(name), given);
    violations.throwIfAny();
    return ProfileDocument.of(profile.orElseThrow());
  }

  @Override
  public Map<String, ProfileDocument> builtIn() {
    return BUILT_IN;
  }
}
