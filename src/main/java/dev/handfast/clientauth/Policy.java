package dev.handfast.clientauth;

import dev.handfast.handshake.CertificateDemand;
import dev.handfast.handshake.ClientAuthentication.Decision;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A policy ready to be asked.
 *
 * @param revision as in its ETag; 0 for one that is not stored
 * @param bundle null exactly when the mode is {@link CertificateDemand#NONE} and none was named
 * @param enforced false: decide and record only
 */
record Policy(
    String name,
    long revision,
    CertificateDemand mode,
    @Nullable TrustBundle bundle,
    Decision defaultEffect,
    List<PolicyRule> rules,
    Optional<Duration> reauthenticateAfter,
    boolean enforced) {

  Policy {
    rules = List.copyOf(rules);
  }

  /** Whether the answer depends on the request's path. */
  boolean asksForPath() {
    return rules.stream().anyMatch(PolicyRule::asksForPath);
  }
}
