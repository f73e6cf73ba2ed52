package dev.handfast.listener;

import dev.handfast.handshake.ClientAuthentication;
import dev.handfast.handshake.ClientAuthentication.Answer;
import dev.handfast.handshake.ClientAuthentication.Decision;
import dev.handfast.handshake.ClientAuthentication.Question;
import dev.handfast.handshake.ClientAuthentication.Verdict;
import dev.handfast.handshake.ClientAuthenticator;
import dev.handfast.handshake.Reason;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Lets nobody become somebody else on a live connection: the upstream was told who the client is
 * when it began. A renewed certificate of the same subject is the same client.
 *
 * @param connection knows whom it belongs to, once it is established
 * @param policy decides everything else, first
 */
record SameIdentity(GatewayConnection connection, ClientAuthenticator policy)
    implements ClientAuthenticator {

  @Override
  public ClientAuthentication authenticate(List<X509Certificate> chain, Proof proof) {
    ClientAuthentication decided = policy.authenticate(chain, proof);
    List<X509Certificate> before =
        connection.negotiated() == null ? List.of() : connection.clientChain();
    if (decided.decision() == Decision.DENY
        || before.isEmpty()
        || chain.isEmpty()
        || isSame(before.getFirst(), chain.getFirst())) {
      return decided;
    }
    return decided.refusedFor(
        Reason.CLIENT_IDENTITY_CHANGED,
        new Answer(
            Question.AUTHORIZATION,
            Verdict.NO,
            "the connection belongs to %s; the client now shows %s"
                .formatted(name(before.getFirst()), name(chain.getFirst()))));
  }

  private static boolean isSame(X509Certificate before, X509Certificate now) {
    return now.equals(before)
        || (!name(now).isEmpty()
            && now.getSubjectX500Principal().equals(before.getSubjectX500Principal())
            && now.getIssuerX500Principal().equals(before.getIssuerX500Principal()));
  }

  private static String name(X509Certificate certificate) {
    return certificate.getSubjectX500Principal().getName();
  }
}
