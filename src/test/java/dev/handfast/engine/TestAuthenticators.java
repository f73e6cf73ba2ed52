package dev.handfast.engine;

import dev.handfast.handshake.ClientAuthentication;
import dev.handfast.handshake.ClientAuthentication.Answer;
import dev.handfast.handshake.ClientAuthentication.Decision;
import dev.handfast.handshake.ClientAuthentication.Question;
import dev.handfast.handshake.ClientAuthentication.Verdict;
import dev.handfast.handshake.ClientAuthenticator;
import dev.handfast.handshake.Reason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Authenticators whose answer is known before the question. */
final class TestAuthenticators {

  private TestAuthenticators() {}

  static ClientAuthenticator allow() {
    return (chain, proof) -> answer(Decision.ALLOW, null, true, "fine: " + proof);
  }

  static ClientAuthenticator deny(Reason reason) {
    return (chain, proof) -> answer(Decision.DENY, reason, true, "denied as " + reason.code());
  }

  static ClientAuthenticator requireCertificate() {
    return (chain, proof) ->
        chain.isEmpty()
            ? answer(Decision.DENY, Reason.CLIENT_CERTIFICATE_MISSING, true, "sent no certificate")
            : answer(Decision.ALLOW, null, true, "fine: " + proof);
  }

  static ClientAuthenticator shadow(Reason reason) {
    return (chain, proof) -> answer(Decision.DENY, reason, false, "would be denied");
  }

  private static ClientAuthentication answer(
      Decision decision, @Nullable Reason reason, boolean enforced, String evidence) {
    Verdict verdict = decision == Decision.ALLOW ? Verdict.YES : Verdict.NO;
    return new ClientAuthentication(
        "test-policy",
        1,
        decision,
        reason,
        enforced,
        null,
        null,
        List.of(new Answer(Question.AUTHORIZATION, verdict, evidence)));
  }
}
