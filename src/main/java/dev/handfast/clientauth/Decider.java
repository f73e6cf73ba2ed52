package dev.handfast.clientauth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.handfast.clientauth.revocation.Finding;
import dev.handfast.clientauth.revocation.RevocationSettings;
import dev.handfast.handshake.CertificateDemand;
import dev.handfast.handshake.ClientAuthentication;
import dev.handfast.handshake.ClientAuthentication.Decision;
import dev.handfast.handshake.ClientAuthentication.Question;
import dev.handfast.handshake.ClientAuthentication.Verdict;
import dev.handfast.handshake.ClientAuthenticator.Proof;
import dev.handfast.handshake.Reason;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * Decides about a client: the questions of step 6, one method each, in their order. The same for
 * handshakes, resumptions, simulations and evaluations. Thread-safe.
 */
@Component
final class Decider {

  private static final long CACHED_PATHS = 20_000;

  private final RevocationData revocation;

  /**
   * Valid paths only, so that nobody without a trusted certificate fills it. A path depends on the
   * bundle's certificates alone: it survives another CRL, when all live clients are judged anew.
   */
  private final Cache<PathKey, PathResult.Valid> paths =
      Caffeine.newBuilder().maximumSize(CACHED_PATHS).build();

  Decider(RevocationData revocation) {
    this.revocation = revocation;
  }

  /** Decides. May block on the network if it may ask. */
  ClientAuthentication decide(
      Policy policy,
      List<X509Certificate> chain,
      Proof proof,
      Resource resource,
      Instant at,
      RevocationLookup lookup) {
    if (chain.isEmpty()) {
      return withoutCertificate(policy);
    }
    TrustBundle bundle = policy.bundle();
    if (policy.mode() == CertificateDemand.NONE || bundle == null) {
      return new Questions(policy, null, null).allow("the policy asks for no certificate");
    }
    X509Certificate client = chain.getFirst();
    ClientIdentity identity;
    try {
      identity = ClientIdentity.of(client);
    } catch (RuntimeException e) {
      // BC reports malformed names by several unchecked exceptions.
      return new Questions(policy, null, ClientIdentity.fingerprint(client))
          .deny(
              Question.CERTIFICATE,
              Verdict.NO,
              Reason.CLIENT_CERTIFICATE_UNSUITABLE,
              "the names of the certificate cannot be read");
    }
    Questions questions =
        new Questions(policy, identity.subjectText(), identity.fingerprintSha256())
            .yes(
                Question.CERTIFICATE,
                chain.size()
                    + (chain.size() == 1 ? " certificate was" : " certificates were")
                    + " sent, the client's own is '"
                    + identity.subjectText()
                    + "'");
    return new Asking(policy, bundle, chain, resource, at, lookup, identity, questions)
        .signature(proof);
  }

  /** When the policy's basis last changed: what was fetched for its bundle counts too. */
  Instant changedAt(Policy policy, Instant changedAt) {
    TrustBundle bundle = policy.bundle();
    Instant fetched = bundle == null ? Instant.EPOCH : revocation.changedAt(bundle);
    return fetched.isAfter(changedAt) ? fetched : changedAt;
  }

  private static ClientAuthentication withoutCertificate(Policy policy) {
    Questions questions = new Questions(policy, null, null);
    return switch (policy.mode()) {
      case NONE -> questions.allow("the policy asks for no certificate");
      case REQUEST ->
          questions
              .notAsked(
                  Question.CERTIFICATE,
                  "the client sent no certificate; the policy requests one, but does not require"
                      + " it")
              .allow("the client has no certificate");
      case REQUIRE ->
          questions.deny(
              Question.CERTIFICATE,
              Verdict.NO,
              Reason.CLIENT_CERTIFICATE_MISSING,
              "the client sent no certificate; the policy requires one");
    };
  }

  /** One client being asked about; each method answers its question and goes on to the next. */
  private final class Asking {

    private final Policy policy;
    private final TrustBundle bundle;
    private final List<X509Certificate> chain;
    private final Resource resource;
    private final Instant at;
    private final RevocationLookup lookup;
    private final ClientIdentity identity;
    private final Questions questions;

    Asking(
        Policy policy,
        TrustBundle bundle,
        List<X509Certificate> chain,
        Resource resource,
        Instant at,
        RevocationLookup lookup,
        ClientIdentity identity,
        Questions questions) {
      this.policy = policy;
      this.bundle = bundle;
      this.chain = chain;
      this.resource = resource;
      this.at = at;
      this.lookup = lookup;
      this.identity = identity;
      this.questions = questions;
    }

    ClientAuthentication signature(Proof proof) {
      switch (proof) {
        case VERIFIED ->
            questions.yes(
                Question.SIGNATURE,
                "the certificate's key verifies the signature over this handshake");
        case RESUMED ->
            questions.yes(
                Question.SIGNATURE, "proven in the full handshake that began this session");
        case NONE ->
            questions.notAsked(Question.SIGNATURE, "there is no handshake to be signed here");
        case FAILED -> {
          // RFC 8446 section 4.4.3: such a handshake must end, so a shadow policy ends it too.
          return questions
              .enforce()
              .deny(
                  Question.SIGNATURE,
                  Verdict.NO,
                  Reason.CLIENT_SIGNATURE_INVALID,
                  "the certificate's key does not verify the signature over this handshake");
        }
      }
      return validity();
    }

    private ClientAuthentication validity() {
      X509Certificate client = chain.getFirst();
      Instant begin = client.getNotBefore().toInstant();
      Instant end = client.getNotAfter().toInstant();
      Date now = Date.from(at);
      if (now.before(client.getNotBefore())) {
        return questions.deny(
            Question.VALIDITY,
            Verdict.NO,
            Reason.CLIENT_CERTIFICATE_NOT_YET_VALID,
            "valid only from %s; the clock reads %s".formatted(begin, at));
      }
      if (now.after(client.getNotAfter())) {
        return questions.deny(
            Question.VALIDITY,
            Verdict.NO,
            Reason.CLIENT_CERTIFICATE_EXPIRED,
            "expired on %s; the clock reads %s".formatted(end, at));
      }
      questions.yes(
          Question.VALIDITY, "valid from " + begin + " to " + end + "; the clock reads " + at);
      return issuerAndChain();
    }

    private ClientAuthentication issuerAndChain() {
      return switch (path()) {
        case PathResult.Broken broken -> broken(broken);
        case PathResult.Valid valid -> {
          questions.yes(
              Question.ISSUER, valid.text() + ", which is in trust bundle '" + bundle.name() + "'");
          questions.yes(
              Question.CHAIN,
              "each issuer's key verifies the signature below it; basic constraints, path length,"
                  + " key usage, extended key usage and name constraints hold for all "
                  + valid.certificates().size()
                  + " certificates");
          yield authorization(valid);
        }
      };
    }

    private ClientAuthentication broken(PathResult.Broken broken) {
      if (broken.question() == Question.CHAIN) {
        questions.yes(
            Question.ISSUER, "the issuers lead to trust bundle '%s'".formatted(bundle.name()));
      }
      Question question = broken.question() == Question.CHAIN ? Question.CHAIN : Question.ISSUER;
      return questions.deny(question, Verdict.NO, broken.reason(), broken.evidence());
    }

    private PathResult path() {
      PathKey key = new PathKey(chain, bundle.certificates());
      PathResult.Valid known = paths.getIfPresent(key);
      if (known != null && known.holdsAt(at)) {
        return known;
      }
      PathResult found = CertificationPaths.find(chain, bundle.certificates(), at);
      if (found instanceof PathResult.Valid valid) {
        paths.put(key, valid);
      }
      return found;
    }

    private ClientAuthentication authorization(PathResult.Valid path) {
      String requested = resource.path();
      if (requested != null && policy.asksForPath() && !PathPattern.isNormal(requested)) {
        return unauthorized("the path of the request is not in normal form, so no rule can match");
      }
      for (PolicyRule rule : policy.rules()) {
        Optional<String> matched = rule.match(identity, resource);
        if (matched.isPresent()) {
          String evidence =
              "rule " + rule.number() + " (" + rule.effect().code() + ") matches: " + matched.get();
          return rule.effect() == Decision.ALLOW
              ? authorized(path, evidence)
              : unauthorized(evidence);
        }
      }
      String evidence =
          (policy.rules().isEmpty()
                  ? "the policy has no rules"
                  : "none of the policy's " + policy.rules().size() + " rules matches")
              + "; the policy's default effect is "
              + policy.defaultEffect().code();
      return policy.defaultEffect() == Decision.ALLOW
          ? authorized(path, evidence)
          : unauthorized(evidence);
    }

    private ClientAuthentication unauthorized(String evidence) {
      return questions.deny(
          Question.AUTHORIZATION, Verdict.NO, Reason.CLIENT_NOT_AUTHORIZED, evidence);
    }

    private ClientAuthentication authorized(PathResult.Valid path, String evidence) {
      questions.yes(Question.AUTHORIZATION, evidence);
      RevocationSettings settings = bundle.revocation();
      if (settings.mode() == RevocationSettings.Mode.NONE) {
        return questions.allow("trust bundle '%s' checks no revocation".formatted(bundle.name()));
      }
      Finding finding = revocation.check(bundle, path.certificates(), at, lookup);
      return switch (finding.status()) {
        case GOOD -> questions.yes(Question.REVOCATION, finding.evidence()).allow("");
        case REVOKED ->
            questions.deny(
                Question.REVOCATION,
                Verdict.NO,
                Reason.CLIENT_CERTIFICATE_REVOKED,
                finding.evidence());
        case UNKNOWN ->
            settings.allowUnknown()
                ? questions
                    .unknown(
                        Question.REVOCATION,
                        finding.evidence() + "; the trust bundle lets in who is unknown")
                    .allow("")
                : questions.deny(
                    Question.REVOCATION,
                    Verdict.UNKNOWN,
                    Reason.CLIENT_REVOCATION_UNKNOWN,
                    finding.evidence() + "; the trust bundle keeps out who is unknown");
      };
    }
  }

  /** Certificates compare by their encoding. */
  private record PathKey(List<X509Certificate> chain, List<X509Certificate> anchors) {

    PathKey {
      chain = List.copyOf(chain);
    }
  }
}
