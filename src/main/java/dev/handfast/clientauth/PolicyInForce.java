package dev.handfast.clientauth;

import dev.handfast.handshake.CertificateDemand;
import dev.handfast.handshake.ClientAuthentication;
import dev.handfast.handshake.ClientAuthentication.Answer;
import dev.handfast.handshake.ClientAuthentication.Decision;
import dev.handfast.handshake.ClientAuthentication.Verdict;
import dev.handfast.handshake.ClientAuthenticator;
import dev.handfast.handshake.ClientAuthenticator.Proof;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;

/** A policy as handshakes see it. */
final class PolicyInForce implements ClientAuthPolicy {

  private static final String DECISIONS = "handfast.client.auth.decisions";

  private final Policy policy;
  private final Instant changedAt;
  private final Decider decider;
  private final MeterRegistry meters;
  private final InstantSource clock;
  private final List<X500Principal> authorities;

  PolicyInForce(
      Policy policy,
      Instant changedAt,
      Decider decider,
      MeterRegistry meters,
      InstantSource clock) {
    this.policy = policy;
    this.changedAt = changedAt;
    this.decider = decider;
    this.meters = meters;
    this.clock = clock;
    this.authorities = policy.bundle() == null ? List.of() : policy.bundle().authorities();
  }

  Policy policy() {
    return policy;
  }

  Instant changedAt() {
    return changedAt;
  }

  ClientAuthDecisions.Judge judge() {
    return (chain, proof, resource, at, lookup) ->
        decider.decide(policy, chain, proof, resource, at, lookup);
  }

  @Override
  public String name() {
    return policy.name();
  }

  @Override
  public long revision() {
    Instant changed = decider.changedAt(policy, changedAt);
    return changed.getEpochSecond() * 1_000_000 + changed.getNano() / 1_000;
  }

  @Override
  public CertificateDemand demand() {
    // A shadow policy lets everyone through, so it cannot require anything of a client.
    return policy.mode() == CertificateDemand.REQUIRE && !policy.enforced()
        ? CertificateDemand.REQUEST
        : policy.mode();
  }

  @Override
  public List<X500Principal> authorities() {
    return authorities;
  }

  @Override
  public Optional<Duration> reauthenticateAfter() {
    return policy.reauthenticateAfter();
  }

  @Override
  public ClientAuthenticator authenticatorFor(Resource resource) {
    return (chain, proof) -> authenticate(resource, chain, proof);
  }

  private ClientAuthentication authenticate(
      Resource resource, List<X509Certificate> chain, Proof proof) {
    // Within a handshake nobody is believed without a signature.
    Proof seen = proof == Proof.NONE && !chain.isEmpty() ? Proof.FAILED : proof;
    ClientAuthentication authentication =
        decider.decide(policy, chain, seen, resource, clock.instant(), RevocationLookup.ASK);
    meters
        .counter(
            DECISIONS,
            "listener",
            resource.listener(),
            "policy",
            policy.name(),
            "decision",
            authentication.decision().code(),
            "question",
            decidedBy(authentication))
        .increment();
    return authentication;
  }

  private static String decidedBy(ClientAuthentication authentication) {
    if (authentication.decision() == Decision.ALLOW) {
      return "none";
    }
    return authentication.questions().stream()
        .filter(answer -> answer.verdict() != Verdict.NOT_ASKED)
        .map(Answer::question)
        .reduce((first, second) -> second)
        .map(ClientAuthentication.Question::code)
        .orElse("none");
  }
}
