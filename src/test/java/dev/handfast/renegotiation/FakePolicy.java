package dev.handfast.renegotiation;

import dev.handfast.clientauth.ClientAuthDecisions.Judge;
import dev.handfast.clientauth.ClientAuthPolicy;
import dev.handfast.clientauth.Resource;
import dev.handfast.handshake.CertificateDemand;
import dev.handfast.handshake.ClientAuthentication;
import dev.handfast.handshake.ClientAuthentication.Decision;
import dev.handfast.handshake.ClientAuthenticator;
import dev.handfast.handshake.Reason;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/** A policy that decides as a test wants. */
final class FakePolicy implements ClientAuthPolicy {

  final AtomicInteger decisions = new AtomicInteger();

  private final String name;
  volatile long revision = 1;
  volatile CertificateDemand demand = CertificateDemand.REQUIRE;
  volatile @Nullable Duration reauthenticateAfter;
  volatile Function<List<X509Certificate>, @Nullable Reason> refusal = chain -> null;

  FakePolicy(String name) {
    this.name = name;
  }

  /** Changes the policy: it refuses for this reason from now on. */
  void refuse(Reason reason) {
    refusal = chain -> reason;
    revision++;
  }

  Judge judge() {
    return (chain, proof, resource, at, lookup) -> {
      decisions.incrementAndGet();
      Reason reason = refusal.apply(chain);
      return new ClientAuthentication(
          name,
          revision,
          reason == null ? Decision.ALLOW : Decision.DENY,
          reason,
          true,
          null,
          null,
          List.of());
    };
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long revision() {
    return revision;
  }

  @Override
  public CertificateDemand demand() {
    return demand;
  }

  @Override
  public List<X500Principal> authorities() {
    return List.of();
  }

  @Override
  public Optional<Duration> reauthenticateAfter() {
    return Optional.ofNullable(reauthenticateAfter);
  }

  @Override
  public ClientAuthenticator authenticatorFor(Resource resource) {
    throw new UnsupportedOperationException("asked by connections only");
  }
}
