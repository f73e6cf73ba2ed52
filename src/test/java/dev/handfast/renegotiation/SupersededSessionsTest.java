package dev.handfast.renegotiation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.certificate.CertificatesChanged;
import dev.handfast.clientauth.ClientAuthChanged;
import dev.handfast.handshake.Credential;
import dev.handfast.session.SessionSelector;
import dev.handfast.testing.Pki;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SupersededSessionsTest {

  private final FakeSessions sessions = new FakeSessions();
  private final FakePolicy staff = new FakePolicy("staff");
  private final Map<String, Integer> versions = new HashMap<>(Map.of("server", 3));
  private final SupersededSessions superseded =
      new SupersededSessions(
          sessions,
          name -> name.equals("staff") ? Optional.of(staff) : Optional.empty(),
          name -> Optional.ofNullable(versions.get(name)).map(v -> credential(name, v)));

  @Test
  void aChangedPolicyKeepsTheSessionsOfItsRevisionInForce() {
    staff.revision = 8;

    superseded.on(new ClientAuthChanged(Set.of("staff"), ClientAuthChanged.Cause.POLICY));

    assertThat(sessions.invalidated)
        .containsExactly(SessionSelector.ofEarlierRevisions("staff", 8));
  }

  @Test
  void aDeletedPolicyKeepsNone() {
    superseded.on(new ClientAuthChanged(Set.of("guests"), ClientAuthChanged.Cause.POLICY));

    assertThat(sessions.invalidated).containsExactly(SessionSelector.ofPolicy("guests"));
  }

  @Test
  void aRevocationIsLeftToTheHandshakeThatOffersTheSession() {
    superseded.on(new ClientAuthChanged(Set.of("staff"), ClientAuthChanged.Cause.REVOCATION));

    assertThat(sessions.invalidated).isEmpty();
  }

  @Test
  void aChangedCertificateKeepsTheSessionsOfItsCurrentVersion() {
    superseded.on(new CertificatesChanged(Set.of("server")));

    assertThat(sessions.invalidated).containsExactly(SessionSelector.ofOtherVersions("server", 3));
  }

  @Test
  void aDeletedCertificateKeepsNone() {
    superseded.on(new CertificatesChanged(Set.of("gone")));

    assertThat(sessions.invalidated).containsExactly(SessionSelector.ofCertificate("gone"));
  }

  private static Credential credential(String name, int version) {
    Pki.Issued issued = Pki.root("CN=" + name);
    return new Credential(
        name, version, List.of(issued.certificate()), issued.keys().getPrivate(), null);
  }
}
