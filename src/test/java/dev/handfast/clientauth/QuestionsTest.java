package dev.handfast.clientauth;

import static dev.handfast.handshake.ClientAuthentication.Verdict.NO;
import static dev.handfast.handshake.ClientAuthentication.Verdict.NOT_ASKED;
import static dev.handfast.handshake.ClientAuthentication.Verdict.YES;
import static dev.handfast.testing.Pki.certificate;
import static dev.handfast.testing.Pki.root;
import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.clientauth.ClientAuthPolicyDefinition.Rule;
import dev.handfast.handshake.CertificateDemand;
import dev.handfast.handshake.ClientAuthentication;
import dev.handfast.handshake.ClientAuthentication.Answer;
import dev.handfast.handshake.ClientAuthentication.Decision;
import dev.handfast.handshake.ClientAuthentication.Question;
import dev.handfast.handshake.ClientAuthenticator.Proof;
import dev.handfast.handshake.Reason;
import dev.handfast.testing.Pki.Issued;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class QuestionsTest {

  private final Issued root = root("CN=Root");
  private final Issued alice = certificate("CN=alice,O=Example").dns("a.x.example").issue(root);
  private final TrustBundle bundle = Deciding.bundle(List.of(root));
  private final List<X509Certificate> chain = List.of(alice.certificate());

  @Test
  void everyQuestionIsAnsweredInOrder() {
    ClientAuthentication decided = Deciding.decide(Deciding.require(bundle, "allow"), chain);

    assertThat(decided.questions()).extracting(Answer::question).containsExactly(Question.values());
    assertThat(decided.questions())
        .extracting(Answer::verdict)
        .containsExactly(YES, YES, YES, YES, YES, YES, NOT_ASKED);
    assertThat(decided.decision()).isEqualTo(Decision.ALLOW);
    assertThat(decided.refusal()).isEmpty();
    assertThat(decided.subject()).isEqualTo("O=Example,CN=alice");
    assertThat(decided.fingerprintSha256())
        .isEqualTo(ClientIdentity.fingerprint(alice.certificate()));
    assertThat(Deciding.evidence(decided, Question.ISSUER))
        .isEqualTo("'O=Example,CN=alice' issued by 'CN=Root', which is in trust bundle 'clients'");
  }

  @Test
  void nothingIsAskedAfterANo() {
    Issued expired = certificate("CN=alice").expired().issue(root);

    ClientAuthentication decided =
        Deciding.decide(Deciding.require(bundle, "allow"), List.of(expired.certificate()));

    assertThat(decided.questions())
        .extracting(Answer::verdict)
        .containsExactly(YES, YES, NO, NOT_ASKED, NOT_ASKED, NOT_ASKED, NOT_ASKED);
    assertThat(Deciding.evidence(decided, Question.VALIDITY))
        .startsWith("expired on ")
        .contains("; the clock reads ");
    assertThat(decided.refusal()).contains(Reason.CLIENT_CERTIFICATE_EXPIRED);
  }

  @Test
  void aClientWithoutCertificateIsRefusedWhereOneIsRequired() {
    ClientAuthentication decided = Deciding.decide(Deciding.require(bundle, "allow"), List.of());

    assertThat(decided.refusal()).contains(Reason.CLIENT_CERTIFICATE_MISSING);
    assertThat(Deciding.stoppedBy(decided)).isEqualTo(Question.CERTIFICATE);
    assertThat(decided.subject()).isNull();
  }

  @Test
  void aClientWithoutCertificateGoesOnWhereOneIsRequested() {
    ClientAuthentication decided = Deciding.decide(policy("request", "deny", null), List.of());

    assertThat(decided.decision()).isEqualTo(Decision.ALLOW);
    assertThat(decided.questions()).extracting(Answer::verdict).containsOnly(NOT_ASKED);
  }

  @Test
  void aWrongCertificateIsRefusedEvenWhereOneIsOnlyRequested() {
    Issued stranger = certificate("CN=stranger").issue(root("CN=Elsewhere"));

    ClientAuthentication decided =
        Deciding.decide(policy("request", "allow", null), List.of(stranger.certificate()));

    assertThat(decided.refusal()).contains(Reason.CLIENT_ISSUER_UNTRUSTED);
  }

  @Test
  void aPolicyThatAsksForNoCertificateLetsEveryoneIn() {
    ClientAuthPolicyDefinition none =
        new ClientAuthPolicyDefinition("p", "none", null, null, null, null, null);
    Policy policy = PolicyReader.read(none, "p", 1, name -> Optional.empty());

    assertThat(Deciding.decide(policy, List.of()).decision()).isEqualTo(Decision.ALLOW);
    assertThat(Deciding.decide(policy, chain).decision()).isEqualTo(Decision.ALLOW);
  }

  @Test
  void theFirstMatchingRuleDecides() {
    Rule denyAlice = rule("deny", "CN=alice", null);
    Rule allowExample = rule("allow", "O=Example", null);

    ClientAuthentication denied =
        Deciding.decide(Deciding.require(bundle, "allow", denyAlice, allowExample), chain);
    ClientAuthentication allowed =
        Deciding.decide(Deciding.require(bundle, "deny", allowExample, denyAlice), chain);

    assertThat(denied.refusal()).contains(Reason.CLIENT_NOT_AUTHORIZED);
    assertThat(Deciding.evidence(denied, Question.AUTHORIZATION))
        .isEqualTo("rule 1 (deny) matches: subject 'O=Example,CN=alice' has CN=alice");
    assertThat(allowed.decision()).isEqualTo(Decision.ALLOW);
  }

  @Test
  void everyFieldOfARuleMustMatch() {
    Rule both = rule("allow", "CN=alice", List.of("b.x.example"));

    ClientAuthentication decided = Deciding.decide(Deciding.require(bundle, "deny", both), chain);

    assertThat(decided.refusal()).contains(Reason.CLIENT_NOT_AUTHORIZED);
    assertThat(Deciding.evidence(decided, Question.AUTHORIZATION))
        .isEqualTo("none of the policy's 1 rules matches; the policy's default effect is deny");
  }

  @Test
  void oneOfAListIsEnough() {
    Rule either = rule("allow", null, List.of("b.x.example", "*.x.example"));

    assertThat(Deciding.decide(Deciding.require(bundle, "deny", either), chain).decision())
        .isEqualTo(Decision.ALLOW);
  }

  @Test
  void aFingerprintCanBeDeniedAtOnce() {
    String fingerprint = ClientIdentity.fingerprint(alice.certificate());
    Rule deny =
        new Rule(
            "deny", null, null, null, null, null, null, List.of(fingerprint), null, null, null);

    ClientAuthentication decided = Deciding.decide(Deciding.require(bundle, "allow", deny), chain);

    assertThat(decided.refusal()).contains(Reason.CLIENT_NOT_AUTHORIZED);
    assertThat(Deciding.evidence(decided, Question.AUTHORIZATION)).contains(fingerprint);
  }

  @Test
  void aRuleCanDependOnServerNameAndPath() {
    Rule admin =
        new Rule(
            "allow",
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            List.of("*.example"),
            List.of("/admin/**"));
    Policy policy = Deciding.require(bundle, "deny", admin);

    assertThat(decide(policy, "www.example", "/admin/x")).isEqualTo(Decision.ALLOW);
    assertThat(decide(policy, "www.example", "/other")).isEqualTo(Decision.DENY);
    assertThat(decide(policy, "www.example", null)).isEqualTo(Decision.DENY);
    assertThat(decide(policy, "elsewhere", "/admin/x")).isEqualTo(Decision.DENY);
    assertThat(decide(policy, null, "/admin/x")).isEqualTo(Decision.DENY);
  }

  @Test
  void aPathThatCouldMeanAnotherIsRefusedWhereRulesAskForPaths() {
    Rule denyAdmin =
        new Rule(
            "deny", null, null, null, null, null, null, null, null, null, List.of("/admin/**"));
    Policy policy = Deciding.require(bundle, "allow", denyAdmin);

    assertThat(decide(policy, null, "/x")).isEqualTo(Decision.ALLOW);
    assertThat(decide(policy, null, "/admin")).isEqualTo(Decision.DENY);
    assertThat(decide(policy, null, "/x/../admin")).isEqualTo(Decision.DENY);
    assertThat(decide(policy, null, "/%61dmin")).isEqualTo(Decision.DENY);
  }

  @Test
  void aShadowPolicyRecordsButDoesNotRefuse() {
    Policy shadow = policy("require", "deny", "shadow");

    ClientAuthentication decided = Deciding.decide(shadow, chain);

    assertThat(decided.decision()).isEqualTo(Decision.DENY);
    assertThat(decided.reason()).isEqualTo(Reason.CLIENT_NOT_AUTHORIZED);
    assertThat(decided.refusal()).isEmpty();
    assertThat(inForce(shadow).demand()).isEqualTo(CertificateDemand.REQUEST);
  }

  @Test
  void aSignatureThatDoesNotVerifyEndsTheHandshakeEvenInShadow() {
    ClientAuthentication decided =
        Deciding.decider()
            .decide(
                policy("require", "deny", "shadow"),
                chain,
                Proof.FAILED,
                Deciding.RESOURCE,
                Instant.now(),
                RevocationLookup.KNOWN);

    assertThat(decided.refusal()).contains(Reason.CLIENT_SIGNATURE_INVALID);
  }

  @Test
  void aHandshakeBelievesNobodyWithoutSignature() {
    ClientAuthentication decided =
        inForce(Deciding.require(bundle, "allow"))
            .authenticatorFor(Deciding.RESOURCE)
            .authenticate(chain, Proof.NONE);

    assertThat(decided.refusal()).contains(Reason.CLIENT_SIGNATURE_INVALID);
  }

  @Test
  void anEvaluationAsksEverythingButTheSignature() {
    ClientAuthentication decided =
        Deciding.decider()
            .decide(
                Deciding.require(bundle, "allow"),
                chain,
                Proof.NONE,
                Deciding.RESOURCE,
                Instant.now(),
                RevocationLookup.KNOWN);

    assertThat(decided.decision()).isEqualTo(Decision.ALLOW);
    assertThat(decided.questions().get(Question.SIGNATURE.ordinal()).verdict())
        .isEqualTo(NOT_ASKED);
  }

  @Test
  void handshakesAreCountedByTheQuestionThatStoppedThem() {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    PolicyInForce policy = inForce(Deciding.require(bundle, "allow"), meters);

    policy.authenticatorFor(Deciding.RESOURCE).authenticate(chain, Proof.VERIFIED);
    policy.authenticatorFor(Deciding.RESOURCE).authenticate(List.of(), Proof.NONE);
    policy
        .judge()
        .decide(chain, Proof.NONE, Deciding.RESOURCE, Instant.now(), RevocationLookup.KNOWN);

    assertThat(count(meters, "allow", "none")).isEqualTo(1);
    assertThat(count(meters, "deny", "certificate")).isEqualTo(1);
    assertThat(meters.getMeters()).hasSize(2);
  }

  @Test
  void aValidatedPathIsNotBelievedAfterItsEnd() {
    Policy policy = Deciding.require(bundle, "allow");
    Decider decider = Deciding.decider();
    Instant end = alice.certificate().getNotAfter().toInstant();

    assertThat(decide(decider, policy, Instant.now()).decision()).isEqualTo(Decision.ALLOW);
    assertThat(decide(decider, policy, end.plusSeconds(1)).reason())
        .isEqualTo(Reason.CLIENT_CERTIFICATE_EXPIRED);
  }

  @Test
  void certificatesThatCouldAllHaveIssuedEachOtherDoNotKeepItBusy() {
    Issued authority = certificate("CN=A").authority().withoutKeyIdentifiers().issue(null);
    List<X509Certificate> many = new java.util.ArrayList<>();
    many.add(certificate("CN=c").withoutKeyIdentifiers().issue(authority).certificate());
    for (int i = 0; i < 30; i++) {
      many.add(
          certificate("CN=A")
              .authority()
              .withoutKeyIdentifiers()
              .key(authority.keys())
              .issue(null)
              .certificate());
    }
    long begin = System.nanoTime();

    ClientAuthentication decided = Deciding.decide(Deciding.require(bundle, "allow"), many);

    assertThat(decided.refusal()).isPresent();
    assertThat(System.nanoTime() - begin).isLessThan(20_000_000_000L);
  }

  @Test
  void tooManyCertificatesAreRefused() {
    ClientAuthentication decided =
        Deciding.decide(
            Deciding.require(bundle, "allow"),
            java.util.Collections.nCopies(33, alice.certificate()));

    assertThat(decided.refusal()).contains(Reason.CLIENT_CHAIN_INVALID);
    assertThat(Deciding.evidence(decided, Question.CHAIN))
        .isEqualTo("33 certificates were sent (expected: at most 32)");
  }

  private Decision decide(Policy policy, @Nullable String serverName, @Nullable String path) {
    return Deciding.decider()
        .decide(
            policy,
            chain,
            Proof.VERIFIED,
            new Resource("default", serverName, path),
            Instant.now(),
            RevocationLookup.KNOWN)
        .decision();
  }

  private ClientAuthentication decide(Decider decider, Policy policy, Instant at) {
    return decider.decide(
        policy, chain, Proof.VERIFIED, Deciding.RESOURCE, at, RevocationLookup.KNOWN);
  }

  private Policy policy(String mode, String defaultEffect, @Nullable String enforcement) {
    return PolicyReader.read(
        new ClientAuthPolicyDefinition(
            "p", mode, "clients", defaultEffect, List.of(), null, enforcement),
        "p",
        1,
        name -> Optional.of(bundle));
  }

  private static PolicyInForce inForce(Policy policy) {
    return inForce(policy, new SimpleMeterRegistry());
  }

  private static PolicyInForce inForce(Policy policy, SimpleMeterRegistry meters) {
    return new PolicyInForce(
        policy, Instant.EPOCH, Deciding.decider(), meters, InstantSource.system());
  }

  private static double count(SimpleMeterRegistry meters, String decision, String question) {
    return meters
        .get("handfast.client.auth.decisions")
        .tags("listener", "default", "policy", "p", "decision", decision, "question", question)
        .counter()
        .count();
  }

  private static Rule rule(String effect, @Nullable String subject, @Nullable List<String> dns) {
    return new Rule(
        effect,
        null,
        subject,
        dns == null ? null : List.copyOf(dns),
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }
}
