package dev.handfast.replica;

import com.zaxxer.hikari.HikariDataSource;
import dev.handfast.configuration.SharedDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** What one process has of this package, on a PostgreSQL, without the rest of the application. */
final class TestReplica implements AutoCloseable {

  static final Duration TIMEOUT = Duration.ofMillis(1500);

  final JdbcClient jdbc;
  final Replicas replicas;
  private final HikariDataSource pool;
  private final Mailbox mailbox;

  TestReplica(String name, String url, Topic<?, ?>... topics) {
    pool = new HikariDataSource();
    pool.setJdbcUrl(url);
    pool.setMaximumPoolSize(6);
    Flyway.configure().dataSource(pool).load().migrate();
    jdbc = JdbcClient.create(pool);
    SharedDatabase database = new SharedDatabase(pool, jdbc, true);
    ReplicaProperties properties =
        new ReplicaProperties(
            name,
            Duration.ofMillis(200),
            Duration.ofSeconds(3),
            Duration.ofMinutes(1),
            TIMEOUT,
            Duration.ofMillis(50));
    Self self = self(name);
    ReplicaRegister register = new ReplicaRegister(jdbc, properties);
    MailboxStore store =
        new MailboxStore(jdbc, new TransactionTemplate(new JdbcTransactionManager(pool)), database);
    Topics known = new Topics(() -> Stream.of(topics), new JsonMapper());
    Correspondence correspondence = new Correspondence(self.id(), store, known);
    mailbox = new Mailbox(self, register, store, known, properties, true);
    replicas = new Replicas(self, database, register, correspondence, TIMEOUT);
    mailbox.start();
  }

  static Self self(String name) {
    return new Self(
        new Identity(UUID.randomUUID().toString(), name, "1.2.3", Instant.now()),
        () -> new Self.Condition("127.0.0.1:8080", 7, true, 3),
        InstantSource.system());
  }

  /** Says goodbye. */
  void stop() {
    mailbox.stop();
  }

  @Override
  public void close() {
    mailbox.stop();
    pool.close();
  }
}
