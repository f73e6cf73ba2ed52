package dev.handfast.clientauth;

import static dev.handfast.testing.Pki.certificate;
import static dev.handfast.testing.Pki.root;
import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.clientauth.revocation.Finding;
import dev.handfast.clientauth.revocation.RevocationSettings;
import dev.handfast.clientauth.revocation.RevocationSettings.Mode;
import dev.handfast.clientauth.revocation.RevocationSettings.Nonce;
import dev.handfast.clientauth.revocation.RevocationSettings.Ocsp;
import dev.handfast.handshake.ClientAuthentication;
import dev.handfast.handshake.ClientAuthenticator.Proof;
import dev.handfast.handshake.Reason;
import dev.handfast.testing.Pki.Issued;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Paths are validated once, and never believed for longer than what they depend on. */
class ValidatedPathsTest {

  private final Issued root = root("CN=Root");
  private final Issued alice = certificate("CN=alice").issue(root);
  private final Listed revocation = new Listed();
  private final Decider decider = new Decider(revocation);

  @Test
  void aNewCrlIsAskedAboutAPathThatIsNotValidatedAgain() {
    assertThat(decide(bundle(1, root)).refusal()).isEmpty();

    revocation.revoked = true;
    ClientAuthentication again = decide(bundle(2, root));

    assertThat(again.refusal()).contains(Reason.CLIENT_CERTIFICATE_REVOKED);
    assertThat(revocation.bundles).extracting(TrustBundle::revision).containsExactly(1L, 2L);
    assertThat(revocation.paths.getLast()).isSameAs(revocation.paths.getFirst());
  }

  @Test
  void aKnownPathIsNotBelievedOnceItsAuthorityIsGone() {
    Issued other = root("CN=Other");
    assertThat(decide(bundle(1, root, other)).refusal()).isEmpty();

    assertThat(decide(bundle(2, other)).refusal()).contains(Reason.CLIENT_ISSUER_UNTRUSTED);
    assertThat(decide(bundle(3, other, root)).refusal()).isEmpty();
  }

  @Test
  void aKnownPathIsNotBelievedOnceItsAuthorityHasAnotherKey() {
    assertThat(decide(bundle(1, root)).refusal()).isEmpty();

    assertThat(decide(bundle(2, root("CN=Root"))).refusal()).isNotEmpty();
  }

  @Test
  void aKnownPathIsNotBelievedOfAnotherCertificateOfTheSameName() {
    assertThat(decide(bundle(1, root)).refusal()).isEmpty();
    Issued impostor = certificate("CN=alice").issue(root("CN=Root"));

    assertThat(decide(bundle(1, root), impostor.certificate()).refusal()).isNotEmpty();
  }

  private ClientAuthentication decide(TrustBundle bundle) {
    return decide(bundle, alice.certificate());
  }

  private ClientAuthentication decide(TrustBundle bundle, X509Certificate client) {
    return decider.decide(
        Deciding.require(bundle, "allow"),
        List.of(client),
        Proof.RESUMED,
        Deciding.RESOURCE,
        Instant.now(),
        RevocationLookup.KNOWN);
  }

  private static TrustBundle bundle(long revision, Issued... authorities) {
    return new TrustBundle(
        "clients",
        revision,
        Instant.EPOCH.plusSeconds(revision),
        Deciding.certificates(List.of(authorities)),
        new RevocationSettings(
            Mode.CRL, true, false, List.of(), List.of(), new Ocsp(null, null, Nonce.OPTIONAL)));
  }

  /** Says whether a certificate is revoked, and remembers what it was asked. */
  private static final class Listed implements RevocationData {

    private final List<TrustBundle> bundles = new ArrayList<>();
    private final List<List<X509Certificate>> paths = new ArrayList<>();
    private boolean revoked;

    @Override
    public Finding check(
        TrustBundle bundle, List<X509Certificate> path, Instant at, RevocationLookup lookup) {
      bundles.add(bundle);
      paths.add(path);
      return revoked
          ? new Finding(Finding.Status.REVOKED, "it is listed")
          : new Finding(Finding.Status.GOOD, "it is not listed");
    }

    @Override
    public Instant changedAt(TrustBundle bundle) {
      return Instant.EPOCH;
    }
  }
}
