package dev.handfast.handshake;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How the server authenticated the client (article step 6): every question that was asked, in
 * order, with its verdict and evidence.
 *
 * @param policy the client-auth policy's name
 * @param policyRevision its revision
 * @param decision whether the client comes in
 * @param reason why not; null when allowed
 * @param enforced false for a shadow policy: the decision is recorded, the client comes in anyway
 * @param subject the client certificate's subject in RFC 2253 form, or null without certificate
 * @param fingerprintSha256 lower-case hex of the client certificate's SHA-256, or null without
 */
public record ClientAuthentication(
    String policy,
    long policyRevision,
    Decision decision,
    @Nullable Reason reason,
    boolean enforced,
    @Nullable String subject,
    @Nullable String fingerprintSha256,
    List<Answer> questions) {

  public ClientAuthentication {
    questions = List.copyOf(questions);
  }

  /** The reason for which the handshake must end, or empty when the client may come in. */
  public Optional<Reason> refusal() {
    return enforced && decision == Decision.DENY ? Optional.ofNullable(reason) : Optional.empty();
  }

  /** The same answers where they do not decide: the client comes in anyway. */
  public ClientAuthentication unenforced() {
    return new ClientAuthentication(
        policy, policyRevision, decision, reason, false, subject, fingerprintSha256, questions);
  }

  /** The same client kept out, whatever the policy says, for what was asked besides. */
  public ClientAuthentication refusedFor(Reason why, Answer... besides) {
    List<Answer> answers = Stream.concat(questions.stream(), Arrays.stream(besides)).toList();
    return new ClientAuthentication(
        policy, policyRevision, Decision.DENY, why, true, subject, fingerprintSha256, answers);
  }

  /** Whether the client comes in. */
  public enum Decision {
    ALLOW,
    DENY;

    /** The value in the API and as a metric tag. */
    public String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The questions of step 6, in the order in which they are asked. */
  public enum Question {
    /** Was a certificate sent at all? */
    CERTIFICATE,
    /** (a) Does the certificate's key verify the signature over this handshake? */
    SIGNATURE,
    /** (b) Is now within the validity period? */
    VALIDITY,
    /** (c) Is the issuer trusted, directly or by a chain? */
    ISSUER,
    /** (d) Does each issuer's key verify the signature below it, and may it issue? */
    CHAIN,
    /** (e) Is this client authorised for this resource? */
    AUTHORIZATION,
    /** (f) Is the certificate revoked? */
    REVOCATION;

    /** The value in the API and as a metric tag. */
    public String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What came of a question. */
  public enum Verdict {
    YES,
    NO,
    UNKNOWN,
    NOT_ASKED
  }

  /**
   * A question with its answer. {@link Verdict#YES} always means "nothing against the client": for
   * revocation it means "not revoked".
   *
   * @param evidence a sentence that a person understands, made from what was seen
   */
  public record Answer(Question question, Verdict verdict, String evidence) {}
}
