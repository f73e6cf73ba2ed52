package dev.handfast.certificate;

import dev.handfast.certificate.CurrentVersion.StapleTimes;
import dev.handfast.configuration.ConfigurationChanged;
import dev.handfast.configuration.SnapshotOrder;
import dev.handfast.handshake.Credential;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Holds the current versions with their private keys in memory. After a change only those are read
 * that changed.
 */
@Component
class CertificateSnapshot implements Certificates, InitializingBean {

  private static final Logger LOG = LoggerFactory.getLogger(CertificateSnapshot.class);

  private final JdbcClient jdbc;
  private final CertificateRepository repository;
  private final CertificateMetrics metrics;
  private final ApplicationEventPublisher events;
  private volatile Map<String, CurrentVersion> versions = Map.of();

  CertificateSnapshot(
      JdbcClient jdbc,
      CertificateRepository repository,
      CertificateMetrics metrics,
      ApplicationEventPublisher events) {
    this.jdbc = jdbc;
    this.repository = repository;
    this.metrics = metrics;
    this.events = events;
  }

  @Override
  public Optional<Credential> current(String name) {
    return Optional.ofNullable(versions.get(name)).map(CurrentVersion::credential);
  }

  /** All current versions by name. Never blocks. */
  Map<String, CurrentVersion> versions() {
    return versions;
  }

  @Override
  public void afterPropertiesSet() {
    reload();
  }

  @EventListener
  @Order(SnapshotOrder.CERTIFICATES)
  void onChange(ConfigurationChanged change) {
    reload();
  }

  private synchronized void reload() {
    Map<String, CurrentVersion> before = versions;
    Map<String, CurrentVersion> after = new HashMap<>();
    for (Head head : heads()) {
      CurrentVersion known = before.get(head.name());
      if (known != null && head.isOf(known)) {
        after.put(head.name(), known);
      } else {
        CurrentVersion loaded = load(head, known);
        if (loaded != null) {
          after.put(head.name(), loaded);
        }
      }
    }
    versions = Map.copyOf(after);
    metrics.update(versions);
    Set<String> superseded = superseded(before, after);
    if (!superseded.isEmpty()) {
      events.publishEvent(new CertificatesChanged(superseded));
    }
  }

  private static Set<String> superseded(
      Map<String, CurrentVersion> before, Map<String, CurrentVersion> after) {
    Set<String> names = new TreeSet<>();
    before.forEach(
        (name, old) -> {
          CurrentVersion now = after.get(name);
          if (now == null || now.credential().version() != old.credential().version()) {
            names.add(name);
          }
        });
    return names;
  }

  /** One damaged row must not stop the others, nor replace a working version. */
  private @Nullable CurrentVersion load(Head head, @Nullable CurrentVersion known) {
    try {
      StoredVersion stored = repository.findVersion(head.name(), head.version()).orElseThrow();
      Credential credential =
          new Credential(
              head.name(),
              head.version(),
              stored.chain(),
              repository.privateKey(
                  head.name(), head.version(), stored.certificate().getPublicKey()),
              head.staple() == null ? null : response(head));
      return new CurrentVersion(
          head.fingerprint(), credential, head.staple(), Renewal.dueAt(stored));
    } catch (RuntimeException e) {
      LOG.error(
          "certificate '{}' version {} cannot be loaded; {}",
          head.name(),
          head.version(),
          known == null ? "it is not served" : "version in use stays in use",
          e);
      return known;
    }
  }

  private List<Head> heads() {
    return jdbc.sql(
            """
            select c.name, c.current_version, v.fingerprint, o.this_update, o.next_update
            from certificate c
            join certificate_version v on v.name = c.name and v.version = c.current_version
            left join certificate_ocsp_response o on o.name = v.name and o.version = v.version
            """)
        .query(CertificateSnapshot::head)
        .list();
  }

  private byte @Nullable [] response(Head head) {
    return jdbc.sql("select response from certificate_ocsp_response where name = ? and version = ?")
        .params(head.name(), head.version())
        .query((row, number) -> row.getBytes(1))
        .optional()
        .orElse(null);
  }

  private static Head head(ResultSet row, int number) throws SQLException {
    OffsetDateTime thisUpdate = row.getObject("this_update", OffsetDateTime.class);
    OffsetDateTime nextUpdate = row.getObject("next_update", OffsetDateTime.class);
    return new Head(
        row.getString("name"),
        row.getInt("current_version"),
        row.getString("fingerprint"),
        thisUpdate == null || nextUpdate == null
            ? null
            : new StapleTimes(thisUpdate.toInstant(), nextUpdate.toInstant()));
  }

  private record Head(String name, int version, String fingerprint, @Nullable StapleTimes staple) {

    boolean isOf(CurrentVersion known) {
      return known.credential().version() == version
          && known.fingerprint().equals(fingerprint)
          && Objects.equals(known.staple(), staple);
    }
  }
}
