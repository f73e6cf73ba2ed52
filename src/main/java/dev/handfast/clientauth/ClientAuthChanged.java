package dev.handfast.clientauth;

import java.util.Set;

/**
 * Published when clients may have to be judged anew: after the change is in force here, on the
 * thread that put it in force. A listener that does much does it on a thread of its own.
 *
 * @param policies the names of the policies whose decisions may differ now; also deleted ones
 */
public record ClientAuthChanged(Set<String> policies, Cause cause) {

  public ClientAuthChanged {
    policies = Set.copyOf(policies);
  }

  /** What changed. */
  public enum Cause {
    /** A policy, or a trust bundle's certificates or settings; the CRLs given with it besides. */
    POLICY,
    /** What is known about revoked certificates, and nothing else. */
    REVOCATION
  }
}
