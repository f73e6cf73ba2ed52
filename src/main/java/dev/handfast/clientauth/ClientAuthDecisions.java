package dev.handfast.clientauth;

import dev.handfast.handshake.ClientAuthentication;
import dev.handfast.handshake.ClientAuthenticator.Proof;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Decisions about clients outside of a handshake: resumed sessions, live connections, recorded
 * handshakes, evaluations. The code that decides is that of the handshake, but nothing is counted.
 * Any thread.
 */
public interface ClientAuthDecisions {

  /** The policy in force with this name, ready to decide; or empty. */
  Optional<Judge> inForce(String policy);

  /**
   * A policy that is not in force, ready to decide over many clients. It refers to the trust bundle
   * in force.
   *
   * @throws dev.handfast.configuration.InvalidConfigurationException if the definition is wrong
   */
  Judge of(ClientAuthPolicyDefinition definition);

  /** Decides by one policy. Immutable: does not see later changes. Any thread. */
  @FunctionalInterface
  interface Judge {

    /**
     * Answers the questions of step 6. A pure function of its arguments, the policy, its trust
     * bundle, and what is known of revocations. Blocks only on the network, see {@link
     * RevocationLookup}; a path that was validated before is not validated again.
     *
     * @param chain the client's certificate first; empty for a client without one
     * @param proof {@link Proof#NONE} leaves question (a) unasked
     * @param at the clock's reading
     */
    ClientAuthentication decide(
        List<X509Certificate> chain,
        Proof proof,
        Resource resource,
        Instant at,
        RevocationLookup lookup);
  }
}
