package dev.handfast.clientauth;

import dev.handfast.clientauth.revocation.Finding;
import dev.handfast.clientauth.revocation.RevocationSettings;
import dev.handfast.handshake.ClientAuthentication;
import dev.handfast.handshake.ClientAuthentication.Question;
import dev.handfast.handshake.ClientAuthentication.Verdict;
import dev.handfast.handshake.ClientAuthenticator.Proof;
import dev.handfast.testing.Pki.Issued;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides without an application around it. */
final class Deciding {

  static final Resource RESOURCE = new Resource("default", "www.example", null);

  private Deciding() {}

  /** A bundle that checks no revocation. */
  static TrustBundle bundle(List<Issued> authorities) {
    return new TrustBundle(
        "clients",
        1,
        Instant.EPOCH,
        authorities.stream().map(Issued::certificate).toList(),
        new RevocationSettings(
            RevocationSettings.Mode.NONE,
            true,
            false,
            List.of(),
            List.of(),
            new RevocationSettings.Ocsp(null, null, RevocationSettings.Nonce.OPTIONAL)));
  }

  /** A policy that requires a certificate. */
  static Policy require(
      TrustBundle bundle,
      String defaultEffect,
      ClientAuthPolicyDefinition.@Nullable Rule... rules) {
    return PolicyReader.read(
        new ClientAuthPolicyDefinition(
            "p", "require", "clients", defaultEffect, List.of(rules), null, null),
        "p",
        1,
        name -> Optional.of(bundle));
  }

  static Decider decider() {
    return new Decider(
        new RevocationData() {
          @Override
          public Finding check(
              TrustBundle bundle, List<X509Certificate> path, Instant at, RevocationLookup lookup) {
            throw new AssertionError("no revocation is checked here");
          }

          @Override
          public Instant changedAt(TrustBundle bundle) {
            return Instant.EPOCH;
          }
        });
  }

  static ClientAuthentication decide(Policy policy, List<X509Certificate> chain) {
    return decider()
        .decide(policy, chain, Proof.VERIFIED, RESOURCE, Instant.now(), RevocationLookup.KNOWN);
  }

  static List<X509Certificate> certificates(List<Issued> chain) {
    return chain.stream().map(Issued::certificate).toList();
  }

  /** The question that stopped it. */
  static Question stoppedBy(ClientAuthentication authentication) {
    return authentication.questions().stream()
        .filter(a -> a.verdict() != Verdict.NOT_ASKED)
        .reduce((first, second) -> second)
        .orElseThrow()
        .question();
  }

  static String evidence(ClientAuthentication authentication, Question question) {
    return authentication.questions().get(question.ordinal()).evidence();
  }
}
