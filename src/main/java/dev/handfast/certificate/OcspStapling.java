package dev.handfast.certificate;

import dev.handfast.certificate.CurrentVersion.StapleTimes;
import dev.handfast.configuration.ConfigurationChanges;
import dev.handfast.handshake.Credential;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Keeps a fresh OCSP response for every certificate that names a responder, so that the server can
 * staple it (RFC 6066 section 8): fetched on virtual threads when half of the old one's time is
 * over, verified as a client will, and kept in the database. One that is out of date is dropped.
 */
@Component
class OcspStapling implements DisposableBean {

  private static final Logger LOG = LoggerFactory.getLogger(OcspStapling.class);
  private static final Duration FIRST_RETRY = Duration.ofMinutes(1);
  private static final Duration LAST_RETRY = Duration.ofHours(1);
  private static final int CONCURRENT_FETCHES = 4;

  private final CertificateProperties properties;
  private final CertificateSnapshot snapshot;
  private final ConfigurationChanges changes;
  private final JdbcClient jdbc;
  private final InstantSource clock;
  private final OcspResponder responder = new OcspResponder();
  private final ExecutorService fetches = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore permits = new Semaphore(CONCURRENT_FETCHES);
  private final Map<String, Attempt> attempts = new ConcurrentHashMap<>();

  OcspStapling(
      CertificateProperties properties,
      CertificateSnapshot snapshot,
      ConfigurationChanges changes,
      JdbcClient jdbc,
      InstantSource clock) {
    this.properties = properties;
    this.snapshot = snapshot;
    this.changes = changes;
    this.jdbc = jdbc;
    this.clock = clock;
  }

  @Scheduled(fixedDelayString = "${handfast.certificates.ocsp-check-interval:10s}")
  void refreshDue() {
    if (!properties.ocspStapling()) {
      return;
    }
    Map<String, CurrentVersion> versions = snapshot.versions();
    attempts.values().removeIf(attempt -> !attempt.isAbout(versions));
    versions.forEach(this::refreshIfDue);
  }

  @Override
  public void destroy() {
    fetches.shutdownNow();
  }

  private void refreshIfDue(String name, CurrentVersion version) {
    Instant now = clock.instant();
    StapleTimes staple = version.staple();
    if (staple != null && !staple.nextUpdate().isAfter(now)) {
      drop(version.credential());
      return;
    }
    Optional<URI> address = addressOf(version.credential());
    if (address.isEmpty() || (staple != null && now.isBefore(halfTime(staple)))) {
      return;
    }
    Attempt last = attempts.get(name);
    if (last != null && last.isAbout(versionKey(version)) && now.isBefore(last.next())) {
      return;
    }
    attempts.put(name, Attempt.after(last, name, versionKey(version), now));
    fetches.submit(() -> refresh(version.credential(), address.get()));
  }

  private static Optional<URI> addressOf(Credential credential) {
    return credential.chain().size() < 2
        ? Optional.empty()
        : OcspResponder.addressIn(credential.chain().getFirst());
  }

  private static Instant halfTime(StapleTimes staple) {
    return staple
        .thisUpdate()
        .plus(Duration.between(staple.thisUpdate(), staple.nextUpdate()).dividedBy(2));
  }

  private void refresh(Credential credential, URI address) {
    try {
      permits.acquire();
      try {
        OcspQuestion question =
            new OcspQuestion(credential.chain().getFirst(), credential.chain().get(1));
        byte[] answer = responder.ask(address, question.encoded());
        StapleTimes times = question.verify(answer, clock.instant());
        keep(credential, answer, times);
      } finally {
        permits.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | OcspQuestion.UnusableAnswerException | RuntimeException e) {
      LOG.warn(
          "certificate '{}': no OCSP response to staple from {}, it is asked again: {}",
          credential.name(),
          address,
          e.toString());
    }
  }

  private void keep(Credential credential, byte[] answer, StapleTimes times) {
    changes.apply(
        () -> {
          boolean newer =
              jdbc.sql(
                          """
                          select count(*) from certificate_ocsp_response
                          where name = ? and version = ? and this_update >= ?
                          """)
                      .params(
                          credential.name(),
                          credential.version(),
                          times.thisUpdate().atOffset(ZoneOffset.UTC))
                      .query(Long.class)
                      .single()
                  == 0;
          boolean exists =
              jdbc.sql(
                          """
                          select count(*) from certificate_version
                          where name = ? and version = ? and fingerprint = ?
                          """)
                      .params(
                          credential.name(),
                          credential.version(),
                          X509.fingerprint(credential.chain().getFirst()))
                      .query(Long.class)
                      .single()
                  > 0;
          if (newer && exists) {
            delete(credential);
            insert(credential, answer, times);
            attempts.remove(credential.name());
          }
          return true;
        });
  }

  private void drop(Credential credential) {
    LOG.warn(
        "certificate '{}': its OCSP response is out of date, and no longer stapled",
        credential.name());
    changes.apply(
        () -> {
          delete(credential);
          return true;
        });
  }

  private void delete(Credential credential) {
    jdbc.sql("delete from certificate_ocsp_response where name = ? and version = ?")
        .params(credential.name(), credential.version())
        .update();
  }

  private void insert(Credential credential, byte[] answer, StapleTimes times) {
    jdbc.sql(
            """
            insert into certificate_ocsp_response (name, version, response, this_update,
                next_update)
            values (?, ?, ?, ?, ?)
            """)
        .params(
            credential.name(),
            credential.version(),
            answer,
            times.thisUpdate().atOffset(ZoneOffset.UTC),
            times.nextUpdate().atOffset(ZoneOffset.UTC))
        .update();
  }

  private static String versionKey(CurrentVersion version) {
    return version.credential().version() + " " + version.fingerprint();
  }

  /** When to try again, and for which version. */
  private record Attempt(String name, String version, Duration delay, Instant next) {

    static Attempt after(@Nullable Attempt last, String name, String version, Instant now) {
      Duration delay =
          last == null || !last.version.equals(version) ? FIRST_RETRY : doubled(last.delay);
      return new Attempt(name, version, delay, now.plus(delay));
    }

    private static Duration doubled(Duration delay) {
      Duration twice = delay.multipliedBy(2);
      return twice.compareTo(LAST_RETRY) > 0 ? LAST_RETRY : twice;
    }

    boolean isAbout(String versionKey) {
      return version.equals(versionKey);
    }

    boolean isAbout(Map<String, CurrentVersion> versions) {
      CurrentVersion current = versions.get(name);
      return current != null && isAbout(versionKey(current));
    }
  }
}
