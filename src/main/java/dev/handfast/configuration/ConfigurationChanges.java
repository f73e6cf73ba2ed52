package dev.handfast.configuration;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The one door through which configuration changes. Changes are serialised over all replicas by a
 * lock on the revision's row; each is a transaction, and bumps the revision.
 */
@Component
public class ConfigurationChanges implements SharedDatabase.Subscriber {

  private static final Logger LOG = LoggerFactory.getLogger(ConfigurationChanges.class);
  private static final long NEVER = -1;
  private static final String CHANNEL = "handfast_configuration";

  private final JdbcClient jdbc;
  private final SharedDatabase database;
  private final TransactionTemplate transaction;
  private final ApplicationEventPublisher events;
  private final ObjectProvider<NamedObjects<?>> objects;
  private volatile long published = NEVER;
  private volatile boolean lastApplySucceeded = true;
  private volatile @Nullable String unreadable;
  private boolean databaseGone;
  private boolean changing;

  ConfigurationChanges(
      JdbcClient jdbc,
      SharedDatabase database,
      TransactionTemplate transaction,
      ApplicationEventPublisher events,
      ObjectProvider<NamedObjects<?>> objects,
      MeterRegistry meters) {
    this.jdbc = jdbc;
    this.database = database;
    this.transaction = transaction;
    this.events = events;
    this.objects = objects;
    Gauge.builder("handfast.configuration.revision", this, changes -> changes.published)
        .description("The configuration revision that is in force here; -1 before the first")
        .register(meters);
    Gauge.builder(
            "handfast.configuration.last.apply.success",
            this,
            changes -> changes.lastApplySucceeded ? 1 : 0)
        .description("1 if the newest configuration seen here is in force, else 0")
        .register(meters);
  }

  /**
   * Makes a change and puts it in force. Blocks (database); never called on an event loop. If the
   * change was stored but could not be put in force, the exception says so, the snapshot before
   * stays, and putting it in force is tried again every poll interval. Within another change it
   * becomes a part of that one. Nothing is stored while a newer version's object is not understood.
   *
   * @param change runs in the transaction; what it throws rolls everything back
   * @return what the change answered, after every snapshot was replaced
   */
  public <T> T apply(Supplier<T> change) {
    return attempt(change, answer -> true);
  }

  /**
   * Makes a change, looks at what it answered, and either keeps it or rolls it back.
   *
   * @param keep decides, within the transaction; ignored within another change
   */
  synchronized <T> T attempt(Supplier<T> change, Predicate<T> keep) {
    if (changing) {
      return change.get();
    }
    changing = true;
    Outcome<T> outcome;
    try {
      outcome = transaction.execute(status -> change(change, keep, status));
    } finally {
      changing = false;
    }
    if (outcome.kept()) {
      publish(outcome.revision());
    }
    return outcome.answer();
  }

  private <T> Outcome<T> change(
      Supplier<T> change, Predicate<T> keep, TransactionStatus transaction) {
    long revision = lockRevision() + 1;
    T answer = change.get();
    if (!keep.test(answer)) {
      transaction.setRollbackOnly();
      return new Outcome<>(answer, revision, false);
    }
    requireReadable();
    jdbc.sql("update configuration_revision set revision = ?").param(revision).update();
    database.signal(CHANNEL);
    return new Outcome<>(answer, revision, true);
  }

  /** The revision in the database. Blocks. */
  public long currentRevision() {
    return jdbc.sql("select revision from configuration_revision").query(Long.class).single();
  }

  /** The revision in force here; -1 before the first. Any thread, never blocks. */
  public long publishedRevision() {
    return published;
  }

  /** Whether the newest configuration seen here is in force. Any thread, never blocks. */
  public boolean lastApplySucceeded() {
    return lastApplySucceeded;
  }

  /** Why this version cannot read the newest configuration, or null. Any thread, never blocks. */
  @Nullable String unreadable() {
    return unreadable;
  }

  @Override
  public String channel() {
    return CHANNEL;
  }

  @Override
  public void signalled() {
    // To put a change in force may take longer than other signals should wait.
    Thread.ofVirtual().name("configuration-follow").start(this::follow);
  }

  /** Publishes what another replica changed, or what could not be put in force before. */
  @Scheduled(fixedDelayString = "${handfast.configuration.poll-interval:1s}")
  synchronized void follow() {
    long revision;
    try {
      revision = currentRevision();
    } catch (DataAccessException | TransactionException e) {
      if (!databaseGone) {
        databaseGone = true;
        LOG.warn("The database is gone; the configuration in force stays: {}", e.getMessage());
      }
      return;
    }
    if (databaseGone) {
      databaseGone = false;
      LOG.info("The database is back");
    }
    if (revision == published) {
      return;
    }
    boolean failedBefore = !lastApplySucceeded;
    try {
      publish(revision);
    } catch (UnreadableObjectException e) {
      if (!failedBefore) {
        LOG.error(
            "Configuration revision {} is not in force here, the one before stays: {}",
            revision,
            e.getMessage());
      }
    } catch (RuntimeException e) {
      if (!failedBefore) {
        LOG.error("Configuration revision {} cannot be put in force; retrying", revision, e);
      }
    }
  }

  private long lockRevision() {
    return jdbc.sql("select revision from configuration_revision for update")
        .query(Long.class)
        .single();
  }

  /** Before any snapshot is replaced, so that a configuration is never in force in parts. */
  private void requireReadable() {
    objects.stream().forEach(NamedObjects::stored);
  }

  private void publish(long revision) {
    try {
      requireReadable();
      unreadable = null;
      events.publishEvent(new ConfigurationChanged(revision));
    } catch (UnreadableObjectException e) {
      lastApplySucceeded = false;
      unreadable = e.getMessage();
      throw e;
    } catch (RuntimeException e) {
      lastApplySucceeded = false;
      throw e;
    }
    lastApplySucceeded = true;
    published = revision;
  }

  private record Outcome<T>(T answer, long revision, boolean kept) {}
}
