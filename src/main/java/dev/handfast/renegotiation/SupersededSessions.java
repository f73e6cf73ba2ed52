package dev.handfast.renegotiation;

import dev.handfast.certificate.Certificates;
import dev.handfast.certificate.CertificatesChanged;
import dev.handfast.clientauth.ClientAuthChanged;
import dev.handfast.clientauth.ClientAuthPolicies;
import dev.handfast.clientauth.ClientAuthPolicy;
import dev.handfast.handshake.Credential;
import dev.handfast.session.SessionSelector;
import dev.handfast.session.Sessions;
import java.util.Optional;
import org.springframework.context.event.EventListener;

/**
 * Deletes the sessions that a change of the configuration supersedes. Every replica hears of a
 * change and deletes, at its own time; so what is deleted is told by revision and version, and what
 * was issued since, here or elsewhere, stays. What became known about revoked certificates deletes
 * nothing: the policy is asked when a session is offered, and refuses that client's alone.
 */
class SupersededSessions {

  private final Sessions sessions;
  private final ClientAuthPolicies policies;
  private final Certificates certificates;

  SupersededSessions(Sessions sessions, ClientAuthPolicies policies, Certificates certificates) {
    this.sessions = sessions;
    this.policies = policies;
    this.certificates = certificates;
  }

  @EventListener
  void on(ClientAuthChanged changed) {
    if (changed.cause() == ClientAuthChanged.Cause.POLICY) {
      changed.policies().forEach(this::deleteOfPolicy);
    }
  }

  @EventListener
  void on(CertificatesChanged changed) {
    changed.names().forEach(this::deleteOfCertificate);
  }

  private void deleteOfPolicy(String name) {
    Optional<ClientAuthPolicy> inForce = policies.find(name);
    sessions.invalidate(
        inForce.isPresent()
            ? SessionSelector.ofEarlierRevisions(name, inForce.get().revision())
            : SessionSelector.ofPolicy(name));
  }

  private void deleteOfCertificate(String name) {
    Optional<Credential> current = certificates.current(name);
    sessions.invalidate(
        current.isPresent()
            ? SessionSelector.ofOtherVersions(name, current.get().version())
            : SessionSelector.ofCertificate(name));
  }
}
