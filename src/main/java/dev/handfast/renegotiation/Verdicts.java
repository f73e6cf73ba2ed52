package dev.handfast.renegotiation;

import dev.handfast.clientauth.ClientAuthDecisions;
import dev.handfast.clientauth.ClientAuthPolicy;
import dev.handfast.clientauth.Resource;
import dev.handfast.clientauth.RevocationLookup;
import dev.handfast.handshake.CertificateDemand;
import dev.handfast.handshake.ClientAuthentication;
import dev.handfast.handshake.ClientAuthenticator.Proof;
import dev.handfast.handshake.Failure;
import dev.handfast.handshake.Reason;
import dev.handfast.listener.ConnectionInfo;
import dev.handfast.listener.LiveConnection;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Asks the policies in force about the clients that are connected. May block (OCSP). */
final class Verdicts {

  private final ClientAuthDecisions decisions;

  Verdicts(ClientAuthDecisions decisions) {
    this.decisions = decisions;
  }

  /** Why the policy refuses the client today, or empty if it does not. */
  Optional<Failure> refusal(LiveConnection connection, ClientAuthPolicy policy, Instant now) {
    if (policy.demand() == CertificateDemand.NONE) {
      return Optional.empty();
    }
    ConnectionInfo info = connection.info();
    return decisions
        .inForce(policy.name())
        .flatMap(judge -> refusal(judge, connection.clientChain(), resource(info), now))
        .map(reason -> new Failure(reason, explanation(policy, reason)));
  }

  private static Optional<Reason> refusal(
      ClientAuthDecisions.Judge judge,
      List<X509Certificate> chain,
      Resource resource,
      Instant now) {
    Proof proof = chain.isEmpty() ? Proof.NONE : Proof.RESUMED;
    ClientAuthentication known = judge.decide(chain, proof, resource, now, RevocationLookup.KNOWN);
    Optional<Reason> refusal = known.refusal();
    // What is only unknown here may be known elsewhere: nobody is ended without having asked.
    return refusal.equals(Optional.of(Reason.CLIENT_REVOCATION_UNKNOWN))
        ? judge.decide(chain, proof, resource, now, RevocationLookup.ASK).refusal()
        : refusal;
  }

  private static Resource resource(ConnectionInfo info) {
    return new Resource(info.listener(), info.serverName(), null);
  }

  private static String explanation(ClientAuthPolicy policy, Reason reason) {
    return "policy %s no longer admits the client of this live connection: %s"
        .formatted(policy.name(), Objects.requireNonNull(reason).code());
  }
}
