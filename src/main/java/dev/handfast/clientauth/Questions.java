package dev.handfast.clientauth;

import dev.handfast.handshake.ClientAuthentication;
import dev.handfast.handshake.ClientAuthentication.Answer;
import dev.handfast.handshake.ClientAuthentication.Decision;
import dev.handfast.handshake.ClientAuthentication.Question;
import dev.handfast.handshake.ClientAuthentication.Verdict;
import dev.handfast.handshake.Reason;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The questions of step 6 while they are being asked: in order, each once. Not thread-safe. */
final class Questions {

  private static final int MAX_EVIDENCE = 1000;

  private final Policy policy;
  private final @Nullable String subject;
  private final @Nullable String fingerprint;
  private final List<Answer> answers = new ArrayList<>();
  private boolean enforced;

  Questions(Policy policy, @Nullable String subject, @Nullable String fingerprint) {
    this.policy = policy;
    this.subject = subject;
    this.fingerprint = fingerprint;
    this.enforced = policy.enforced();
  }

  /** Nothing is against the client. */
  Questions yes(Question question, String evidence) {
    return answer(question, Verdict.YES, evidence);
  }

  /** This question is not asked here. */
  Questions notAsked(Question question, String evidence) {
    return answer(question, Verdict.NOT_ASKED, evidence);
  }

  /** Nobody knows, and that is no obstacle. */
  Questions unknown(Question question, String evidence) {
    return answer(question, Verdict.UNKNOWN, evidence);
  }

  /** From now on the decision counts, whatever the policy's enforcement. */
  Questions enforce() {
    enforced = true;
    return this;
  }

  /** The client does not come in; later questions are not asked. */
  ClientAuthentication deny(Question question, Verdict verdict, Reason reason, String evidence) {
    answer(question, verdict, evidence);
    return end(Decision.DENY, reason, "the answer about the " + name(question) + " decided");
  }

  /** The client comes in; later questions are not asked. */
  ClientAuthentication allow(String rest) {
    return end(Decision.ALLOW, null, rest);
  }

  private ClientAuthentication end(Decision decision, @Nullable Reason reason, String rest) {
    for (Question question : Question.values()) {
      if (question.ordinal() >= answers.size()) {
        answers.add(new Answer(question, Verdict.NOT_ASKED, rest));
      }
    }
    return new ClientAuthentication(
        policy.name(),
        policy.revision(),
        decision,
        reason,
        enforced,
        subject,
        fingerprint,
        answers);
  }

  private Questions answer(Question question, Verdict verdict, String evidence) {
    if (question.ordinal() != answers.size()) {
      throw new IllegalStateException(question + " is asked out of order");
    }
    // Evidence quotes names, which a client may have made as long as it likes.
    answers.add(new Answer(question, verdict, abbreviate(evidence)));
    return this;
  }

  private static String abbreviate(String evidence) {
    return evidence.length() <= MAX_EVIDENCE ? evidence : evidence.substring(0, MAX_EVIDENCE) + "…";
  }

  private static String name(Question question) {
    return question.code();
  }
}
