package dev.handfast.clientauth;

import dev.handfast.configuration.InstantRange;
import dev.handfast.configuration.InvalidConfigurationException;
import dev.handfast.configuration.NamedObjects;
import dev.handfast.configuration.NotFoundException;
import dev.handfast.configuration.ResourceType;
import dev.handfast.configuration.StoredObject;
import dev.handfast.handshake.ClientAuthentication;
import dev.handfast.handshake.ClientAuthenticator.Proof;
import dev.handfast.web.NamedObjectEndpoints;
import dev.handfast.web.Page;
import dev.handfast.web.PageRequest;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/client-auth-policies")
@Tag(
    name = "Client-auth policies",
    description = "Whether a client certificate is asked for, and who comes in")
class ClientAuthPolicyApi {

  private final NamedObjectEndpoints<ClientAuthPolicyDefinition, View> endpoints;
  private final NamedObjects<ClientAuthPolicyDefinition> policies;
  private final ClientAuthDecisions decisions;
  private final InstantSource clock;

  ClientAuthPolicyApi(
      NamedObjects<ClientAuthPolicyDefinition> policies,
      ClientAuthDecisions decisions,
      InstantSource clock) {
    this.endpoints = new NamedObjectEndpoints<>(policies, this::view);
    this.policies = policies;
    this.decisions = decisions;
    this.clock = clock;
  }

  @GetMapping
  @Operation(summary = "Lists the policies by name")
  Page<View> list(PageRequest page) {
    return endpoints.list(page);
  }

  @GetMapping("/{name}")
  @Operation(summary = "Shows a policy")
  ResponseEntity<View> show(@PathVariable String name) {
    return endpoints.show(name);
  }

  @PostMapping
  @Operation(summary = "Creates a policy")
  ResponseEntity<View> create(@RequestBody Body body) {
    return endpoints.create(body.name(), body.definition());
  }

  @PutMapping("/{name}")
  @Operation(summary = "Replaces a policy; new handshakes use it at once")
  ResponseEntity<View> replace(
      @PathVariable String name,
      @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
      @RequestBody Body body) {
    return endpoints.replace(name, ifMatch, body.name(), body.definition());
  }

  @DeleteMapping("/{name}")
  @Operation(summary = "Deletes a policy that nothing uses")
  ResponseEntity<Void> delete(
      @PathVariable String name,
      @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch) {
    return endpoints.delete(name, ifMatch);
  }

  @PostMapping("/{name}/evaluations")
  @Operation(
      summary = "Asks a policy about a client, without a connection",
      description =
          "The same code decides as in a handshake; nothing is recorded or counted. Without a"
              + " handshake there is no signature to verify.")
  Evaluation evaluate(@PathVariable String name, @RequestBody EvaluationBody body) {
    ClientAuthDecisions.Judge judge =
        decisions
            .inForce(name)
            .orElseThrow(() -> new NotFoundException(ResourceType.CLIENT_AUTH_POLICY, name));
    Resource resource =
        new Resource(
            Objects.requireNonNullElse(body.listener(), ""), body.serverName(), body.path());
    Instant at = body.checkedAt(clock);
    return Evaluation.of(
        judge.decide(body.chain(), Proof.NONE, resource, at, RevocationLookup.ASK));
  }

  private View view(StoredObject<ClientAuthPolicyDefinition> stored) {
    ClientAuthPolicyDefinition value = stored.value();
    return new View(
        stored.name(),
        value.mode(),
        value.trustBundle(),
        value.defaultEffect(),
        value.rules(),
        value.reauthenticateAfter(),
        value.enforcement(),
        stored.revision(),
        policies.usersOf(stored.name()));
  }

  /**
   * A policy as the API takes it. What the API answers besides is accepted and not looked at, so
   * that an answer can be changed and sent back.
   */
  record Body(
      @Nullable String name,
      @Nullable String mode,
      @Nullable String trustBundle,
      @Nullable String defaultEffect,
      @Nullable List<ClientAuthPolicyDefinition.@Nullable Rule> rules,
      @Nullable String reauthenticateAfter,
      @Nullable String enforcement,
      @Nullable Long revision,
      @Nullable List<String> usedBy) {

    ClientAuthPolicyDefinition definition() {
      return new ClientAuthPolicyDefinition(
          name, mode, trustBundle, defaultEffect, rules, reauthenticateAfter, enforcement);
    }
  }

  /** A policy as the API answers it. */
  record View(
      String name,
      @Nullable String mode,
      @Nullable String trustBundle,
      @Nullable String defaultEffect,
      @Nullable List<ClientAuthPolicyDefinition.@Nullable Rule> rules,
      @Nullable String reauthenticateAfter,
      @Nullable String enforcement,
      long revision,
      List<String> usedBy) {}

  /**
   * Who asks, and for what.
   *
   * @param certificateChainPem the client's certificate first; null or empty: a client without one
   * @param at the clock's reading to decide by; null: now
   */
  record EvaluationBody(
      @Nullable String certificateChainPem,
      @Nullable String listener,
      @Nullable String serverName,
      @Nullable String path,
      @Nullable Instant at) {

    Instant checkedAt(InstantSource clock) {
      return at == null ? clock.instant() : InstantRange.require("at", at);
    }

    List<X509Certificate> chain() {
      if (certificateChainPem == null || certificateChainPem.isBlank()) {
        return List.of();
      }
      try {
        return Pem.certificates(certificateChainPem, CertificationPaths.MAX_CERTIFICATES);
      } catch (IllegalArgumentException e) {
        throw new InvalidConfigurationException(
            "certificateChainPem", String.valueOf(e.getMessage()));
      }
    }
  }

  /** A decision, in the form of the handshake record. */
  record Evaluation(
      String policy,
      long policyRevision,
      String decision,
      @Nullable String reason,
      boolean enforced,
      @Nullable String subject,
      @Nullable String fingerprintSha256,
      List<Question> questions) {

    static Evaluation of(ClientAuthentication decided) {
      return new Evaluation(
          decided.policy(),
          decided.policyRevision(),
          decided.decision().code(),
          decided.reason() == null ? null : decided.reason().code(),
          decided.enforced(),
          decided.subject(),
          decided.fingerprintSha256(),
          decided.questions().stream()
              .map(
                  answer ->
                      new Question(
                          answer.question().code(),
                          answer.verdict().name().toLowerCase(Locale.ROOT),
                          answer.evidence()))
              .toList());
    }
  }

  /** A question with its answer: {@code yes}, {@code no}, {@code unknown} or {@code not_asked}. */
  record Question(String question, String verdict, String evidence) {}
}
