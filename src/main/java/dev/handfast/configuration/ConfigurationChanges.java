package dev.handfast.configuration;

import java.util.function.Supplier;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The one door through which configuration changes. Changes are serialised over all replicas by a
 * lock on the revision's row; each is a transaction, and bumps the revision.
 */
@Component
public class ConfigurationChanges {

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final ApplicationEventPublisher events;
  private long published = -1;

  ConfigurationChanges(
      JdbcClient jdbc, TransactionTemplate transaction, ApplicationEventPublisher events) {
    this.jdbc = jdbc;
    this.transaction = transaction;
    this.events = events;
  }

  /**
   * Makes a change and puts it in force. Blocks (database); never called on an event loop.
   *
   * @param change runs in the transaction; what it throws rolls everything back
   * @return what the change answered, after every snapshot was replaced
   */
  public synchronized <T> T apply(Supplier<T> change) {
    Outcome<T> outcome =
        transaction.execute(
            status -> {
              long revision = lockRevision() + 1;
              T answer = change.get();
              jdbc.sql("update configuration_revision set revision = ?").param(revision).update();
              return new Outcome<>(answer, revision);
            });
    publish(outcome.revision());
    return outcome.answer();
  }

  /** The revision in the database. Blocks. */
  public long currentRevision() {
    return jdbc.sql("select revision from configuration_revision").query(Long.class).single();
  }

  /** Publishes what another replica changed. */
  @Scheduled(fixedDelayString = "${handfast.configuration.poll-interval:1s}")
  synchronized void follow() {
    long revision = currentRevision();
    if (revision != published) {
      publish(revision);
    }
  }

  private long lockRevision() {
    return jdbc.sql("select revision from configuration_revision for update")
        .query(Long.class)
        .single();
  }

  private void publish(long revision) {
    events.publishEvent(new ConfigurationChanged(revision));
    published = revision;
  }

  private record Outcome<T>(T answer, long revision) {}
}
