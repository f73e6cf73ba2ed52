package dev.handfast.listener;

import dev.handfast.clientauth.ClientAuthPolicy;
import dev.handfast.clientauth.Resource;
import dev.handfast.handshake.CertificateDemand;
import dev.handfast.handshake.ClientAuthentication;
import dev.handfast.handshake.ClientAuthenticator;
import dev.handfast.handshake.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;

/**
 * Lets one subject in.
 *
 * @param first what is done before each decision
 */
record TestPolicy(String subject, CertificateDemand demand, Runnable first)
    implements ClientAuthPolicy {

  TestPolicy(String subject, CertificateDemand demand) {
    this(subject, demand, () -> {});
  }

  TestPolicy(String subject) {
    this(subject, CertificateDemand.REQUIRE);
  }

  @Override
  public String name() {
    return "mtls";
  }

  @Override
  public long revision() {
    return 3;
  }

  @Override
  public List<X500Principal> authorities() {
    return List.of();
  }

  @Override
  public Optional<Duration> reauthenticateAfter() {
    return Optional.empty();
  }

  @Override
  public ClientAuthenticator authenticatorFor(Resource resource) {
    return (chain, proof) -> {
      first.run();
      String found = chain.isEmpty() ? null : chain.getFirst().getSubjectX500Principal().getName();
      boolean allowed = subject.equals(found);
      Reason reason =
          found == null ? Reason.CLIENT_CERTIFICATE_MISSING : Reason.CLIENT_NOT_AUTHORIZED;
      return new ClientAuthentication(
          name(),
          revision(),
          allowed ? ClientAuthentication.Decision.ALLOW : ClientAuthentication.Decision.DENY,
          allowed ? null : reason,
          true,
          found,
          found == null ? null : "00",
          List.of());
    };
  }
}
