package dev.handfast.journal;

import dev.handfast.certificate.Certificates;
import dev.handfast.clientauth.ClientAuthDecisions;
import dev.handfast.clientauth.ClientAuthPolicyDefinition;
import dev.handfast.clientauth.Resource;
import dev.handfast.clientauth.RevocationLookup;
import dev.handfast.configuration.InstantRange;
import dev.handfast.configuration.InvalidConfigurationException;
import dev.handfast.configuration.StoredObject;
import dev.handfast.handshake.ClientAuthenticator;
import dev.handfast.handshake.Negotiation.ServerCertificate;
import dev.handfast.handshake.TlsProfile;
import dev.handfast.listener.ListenerSettings;
import dev.handfast.listener.Listeners;
import dev.handfast.profile.TlsProfiles;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Makes a plan of a request, or says what is wrong with it. Blocks. */
@Component
class SimulationPlanner {

  private static final Duration A_DAY = Duration.ofDays(1);

  private final Listeners listeners;
  private final TlsProfiles profiles;
  private final ClientAuthDecisions decisions;
  private final Certificates certificates;
  private final JsonMapper json;
  private final InstantSource clock;

  SimulationPlanner(
      Listeners listeners,
      TlsProfiles profiles,
      ClientAuthDecisions decisions,
      Certificates certificates,
      JsonMapper json,
      InstantSource clock) {
    this.listeners = listeners;
    this.profiles = profiles;
    this.decisions = decisions;
    this.certificates = certificates;
    this.json = json;
    this.clock = clock;
  }

  SimulationPlan plan(SimulationRequest request) {
    String name = request.listener();
    if (name == null) {
      throw new InvalidConfigurationException("listener", "missing (expected: a listener's name)");
    }
    ListenerSettings listener =
        listeners
            .find(name)
            .map(StoredObject::value)
            .orElseThrow(
                () ->
                    new InvalidConfigurationException(
                        "listener", "'%s' (expected: an existing listener)".formatted(name)));
    if (request.tlsProfile() == null && request.clientAuthPolicy() == null) {
      throw new InvalidConfigurationException(
          "tlsProfile", "missing (expected: this or clientAuthPolicy, or nothing would change)");
    }
    return new SimulationPlan(
        name,
        since(request.since()),
        profile(request.tlsProfile()),
        policy(request.clientAuthPolicy(), name),
        listener.alpn(),
        serverName -> certificates(listener.certificatesFor(serverName)));
  }

  private List<ServerCertificate> certificates(List<String> names) {
    return names.stream()
        .flatMap(name -> certificates.current(name).stream())
        .map(current -> new ServerCertificate(current.name(), current.version(), current.chain()))
        .toList();
  }

  private Instant since(@Nullable String text) {
    Instant now = clock.instant();
    if (text == null) {
      return now.minus(A_DAY);
    }
    if (text.startsWith("P")) {
      try {
        return InstantRange.require("since", now.minus(Duration.parse(text)));
      } catch (DateTimeException | ArithmeticException e) {
        throw new InvalidConfigurationException(
            "since", "%s (expected: a duration such as PT24H, or an instant)".formatted(text));
      }
    }
    return HandshakeFilter.instant("since", text).orElse(now);
  }

  private @Nullable TlsProfile profile(@Nullable JsonNode profile) {
    if (profile == null || profile.isNull()) {
      return null;
    }
    if (profile.isObject()) {
      return InlineProfile.read(profile);
    }
    String name = profile.asString();
    return profiles
        .find(name)
        .orElseThrow(
            () ->
                new InvalidConfigurationException(
                    "tlsProfile", "'%s' (expected: an existing TLS profile)".formatted(name)));
  }

  private @Nullable PolicyJudge policy(@Nullable JsonNode policy, String listener) {
    if (policy == null || policy.isNull()) {
      return null;
    }
    ClientAuthDecisions.Judge judge = policy.isObject() ? tried(policy) : inForce(policy);
    Instant now = clock.instant();
    return (chain, serverName) ->
        judge.decide(
            chain,
            ClientAuthenticator.Proof.NONE,
            new Resource(listener, serverName, null),
            now,
            RevocationLookup.KNOWN);
  }

  private ClientAuthDecisions.Judge inForce(JsonNode policy) {
    String name = policy.asString();
    return decisions
        .inForce(name)
        .orElseThrow(
            () ->
                new InvalidConfigurationException(
                    "clientAuthPolicy",
                    "'%s' (expected: an existing client-auth policy)".formatted(name)));
  }

  private ClientAuthDecisions.Judge tried(JsonNode policy) {
    try {
      return decisions.of(json.treeToValue(policy, ClientAuthPolicyDefinition.class));
    } catch (JacksonException e) {
      throw new InvalidConfigurationException(
          "clientAuthPolicy", "not understood: " + e.getOriginalMessage());
    }
  }
}
