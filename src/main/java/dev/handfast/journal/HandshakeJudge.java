package dev.handfast.journal;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.handfast.handshake.ClientAuthentication;
import dev.handfast.handshake.Failure;
import dev.handfast.handshake.HandshakeException;
import dev.handfast.handshake.Negotiation;
import dev.handfast.handshake.Reason;
import dev.handfast.handshake.TlsProfile;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Judges recorded handshakes under a change, by the code that decides real ones. Only what changes
 * is judged anew; of the rest, what happened stands. Few combinations of offer, certificates and
 * server name cover many handshakes, so judgements are remembered. Blocks; one thread.
 */
final class HandshakeJudge {

  private static final int MOST_REMEMBERED = 20_000;

  private final SimulationPlan plan;
  private final SharedContentReader content;
  private final Negotiation negotiation = Negotiation.standard();
  private final Cache<Question, Judgement> negotiated =
      Caffeine.newBuilder().maximumSize(MOST_REMEMBERED).build();
  private final Cache<Question, Judgement> authenticated =
      Caffeine.newBuilder().maximumSize(MOST_REMEMBERED).build();

  HandshakeJudge(SimulationPlan plan, SharedContentReader content) {
    this.plan = plan;
    this.content = content;
  }

  Judgement judge(RecordedHandshake handshake) {
    Reason recorded = handshake.reason();
    TlsProfile profile = plan.profile();
    PolicyJudge policy = plan.policy();
    if (recorded != null) {
      boolean judgedAnew =
          switch (Decider.of(recorded)) {
            case NEGOTIATION -> profile != null;
            case CLIENT_AUTHENTICATION -> policy != null;
            case SOMETHING_ELSE -> false;
          };
      if (!judgedAnew) {
        return new Judgement.Fails(new Failure(recorded, "as recorded"));
      }
    }
    if (profile != null) {
      Judgement judgement = negotiate(handshake, profile);
      if (!(judgement instanceof Judgement.Completes)) {
        return judgement;
      }
    }
    // A resumption shows no certificate: the full handshake that began the session is judged.
    if (policy != null && !(handshake.resumption() && handshake.chain() == null)) {
      return authenticate(handshake, policy);
    }
    return new Judgement.Completes();
  }

  private Judgement negotiate(RecordedHandshake handshake, TlsProfile profile) {
    Question question = new Question(handshake.offer(), handshake.serverName());
    Judgement known = negotiated.getIfPresent(question);
    if (known == null) {
      known = negotiate(handshake.offer(), handshake.serverName(), profile);
      negotiated.put(question, known);
    }
    return known;
  }

  private Judgement negotiate(String fingerprint, @Nullable String name, TlsProfile profile) {
    Optional<ClientOffer> offer = content.offer(fingerprint);
    if (offer.isEmpty()) {
      return new Judgement.Unknown();
    }
    try {
      negotiation.choose(
          offer.get().asClientHello(name),
          profile,
          plan.certificates().apply(name),
          plan.applicationProtocols());
      return new Judgement.Completes();
    } catch (HandshakeException e) {
      return new Judgement.Fails(e.failure());
    }
  }

  private Judgement authenticate(RecordedHandshake handshake, PolicyJudge policy) {
    String chain = handshake.chain() == null ? "" : handshake.chain();
    Question question = new Question(chain, handshake.serverName());
    Judgement known = authenticated.getIfPresent(question);
    if (known == null) {
      known = authenticate(chain, handshake.serverName(), policy);
      authenticated.put(question, known);
    }
    return known;
  }

  private Judgement authenticate(String fingerprint, @Nullable String name, PolicyJudge policy) {
    Optional<List<X509Certificate>> chain =
        fingerprint.isEmpty() ? Optional.of(List.of()) : content.chain(fingerprint);
    if (chain.isEmpty()) {
      return new Judgement.Unknown();
    }
    ClientAuthentication authentication = policy.judge(chain.get(), name);
    return authentication
        .refusal()
        .<Judgement>map(
            reason -> new Judgement.Fails(new Failure(reason, evidence(authentication))))
        .orElseGet(Judgement.Completes::new);
  }

  private static String evidence(ClientAuthentication authentication) {
    return authentication.questions().stream()
        .filter(answer -> answer.verdict() == ClientAuthentication.Verdict.NO)
        .map(ClientAuthentication.Answer::evidence)
        .reduce((first, last) -> last)
        .orElse("policy " + authentication.policy() + " refuses");
  }

  private record Question(String fingerprint, @Nullable String serverName) {}

  /** What would become of a handshake. */
  sealed interface Judgement {

    /** It would complete. */
    record Completes() implements Judgement {}

    /** It would fail. */
    record Fails(Failure failure) implements Judgement {}

    /** What it takes to know was not kept. */
    record Unknown() implements Judgement {}
  }
}
