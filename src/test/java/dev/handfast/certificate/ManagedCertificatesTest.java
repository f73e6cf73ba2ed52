package dev.handfast.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handfast.configuration.ConfigurationChanges;
import dev.handfast.configuration.ManagedException;
import dev.handfast.configuration.NotFoundException;
import dev.handfast.testing.ManagementTest;
import java.util.List;
import java.util.OptionalLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A certificate that a configuration file owns, whoever asks the service to change it. */
@ManagementTest
class ManagedCertificatesTest {

  private static final String NAME = "owned-by-a-file";
  private static final OptionalLong ANY = OptionalLong.empty();

  @Autowired private CertificateService service;
  @Autowired private CertificateRepository repository;
  @Autowired private ConfigurationChanges changes;
  @Autowired private JdbcClient jdbc;

  @BeforeEach
  void create() {
    service.create(body(NAME));
    service.addVersion(NAME, ANY, body(null));
    service.request(NAME, ANY, CsrBody.EMPTY);
    jdbc.sql("insert into managed_object (type, name, owner) values ('certificates', ?, 'file x')")
        .param(NAME)
        .update();
  }

  @AfterEach
  void delete() {
    jdbc.sql("delete from managed_object where name = ?").param(NAME).update();
    service.delete(NAME, ANY);
  }

  @Test
  void everyChangeByHandIsRefused() {
    StoredCertificate before = repository.get(NAME);
    StoredVersion first = repository.findVersion(NAME, 1).orElseThrow();

    for (ThrowingCallable change :
        List.<ThrowingCallable>of(
            () -> service.addVersion(NAME, ANY, body(null)),
            () -> service.rollback(NAME, ANY, null),
            () -> service.deleteVersion(NAME, 1),
            () -> service.request(NAME, ANY, CsrBody.EMPTY),
            () -> service.signed(NAME, ANY, X509.toPem(first.chain())),
            () -> service.delete(NAME, ANY))) {
      assertThatThrownBy(change)
          .isInstanceOf(ManagedException.class)
          .hasMessage("certificate 'owned-by-a-file' is managed by file x; change it there");
    }

    assertThat(repository.get(NAME)).isEqualTo(before);
    assertThat(repository.findVersion(NAME, 1)).isPresent();
  }

  @Test
  void whatDoesNotExistIsNotFoundStill() {
    assertThatThrownBy(() -> service.rollback("no-such-one", ANY, null))
        .isInstanceOf(NotFoundException.class);
  }

  @Test
  void itsRenewalGoesOn() {
    changes.apply(() -> service.addVersion("renew", NAME, ANY, this::successor));

    assertThat(repository.get(NAME).currentVersion()).isEqualTo(3);
  }

  private NewVersion successor() {
    StoredVersion current = repository.findVersion(NAME, 2).orElseThrow();
    return new NewVersion(
        current.origin(),
        new KeyMaterial(
            repository.privateKey(NAME, 2, current.certificate().getPublicKey()), current.chain()),
        current.generation());
  }

  private static CertificateBody body(@Nullable String name) {
    return CertificateServiceTest.generate(
        name, "CN=owned", List.of("owned.example"), "EC-P256", "P90D", "self");
  }
}
