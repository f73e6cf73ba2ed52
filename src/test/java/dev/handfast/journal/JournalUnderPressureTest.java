package dev.handfast.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.handfast.handshake.Reason;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

class JournalUnderPressureTest {

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:30Z");

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final AtomicBoolean gone = new AtomicBoolean();

  @Test
  void whileTheDatabaseIsGoneTheOldestRecordsAreDroppedAndCounted() throws Exception {
    TestDatabase.Access access = TestDatabase.H2.open();
    gone.set(true);
    Journal journal =
        journal(access, new JournalSettings(true, 1, 50, Map.of(), 100, days(), 1_000));
    for (int i = 0; i < 1_000; i++) {
      journal.record(
          TestHandshakes.failed(
              "web", NOW.plusMillis(i), Reason.NOT_TLS, TestHandshakes.hello(null)));
    }
    // The writer holds one batch of at most 500 besides the queue.
    double dropped = registry.get("handfast.journal.dropped").counter().count();
    assertThat(dropped).isBetween(400.0, 900.0);
    assertThat(registry.get("handfast.journal.queue").gauge().value()).isLessThanOrEqualTo(100);

    gone.set(false);
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(count(access)).isEqualTo(1_000 - (long) dropped));
    assertThat(
            access
                .client()
                .sql("select count(*) from handshake where started_at >= ?")
                .param(NOW.plusMillis(900).atOffset(java.time.ZoneOffset.UTC))
                .query(Long.class)
                .single())
        .isEqualTo(100);
    await().atMost(Duration.ofSeconds(30)).until(journal::settle);
    assertThat(
            new SummaryQuery(access.client())
                .summarise(Dimension.REASON, null, null, null, 10)
                .total())
        .isEqualTo(1_000);
    journal.destroy();
  }

  @Test
  void aRecordThatTheDatabaseRefusesDoesNotHoldUpTheOthers() throws Exception {
    TestDatabase.Access access = TestDatabase.H2.open();
    Journal journal =
        journal(access, new JournalSettings(true, 1, 50, Map.of(), 100, days(), 1_000));
    var twice = TestHandshakes.completed("web", NOW, null);
    journal.record(twice);
    journal.record(twice);
    journal.record(TestHandshakes.completed("web", NOW, null));
    await().atMost(Duration.ofSeconds(30)).until(journal::settle);
    assertThat(count(access)).isEqualTo(2);
    assertThat(registry.get("handfast.journal.dropped").counter().count()).isEqualTo(1);
    journal.destroy();
  }

  @Test
  void whatWaitsIsWrittenBeforeTheEnd() throws Exception {
    TestDatabase.Access access = TestDatabase.H2.open();
    Journal journal =
        journal(access, new JournalSettings(true, 1, 999, Map.of(), 900, days(), 1_000));
    for (int i = 0; i < 800; i++) {
      journal.record(TestHandshakes.completed("web", NOW, null));
    }
    journal.destroy();
    assertThat(count(access)).isEqualTo(800);
  }

  @Test
  void completedHandshakesAreKeptUpToARatePerListener() {
    AtomicLong nanos = new AtomicLong(Duration.ofHours(1).toNanos());
    SuccessSampler sampler =
        new SuccessSampler(
            new JournalSettings(
                true,
                1,
                5,
                Map.of("quiet", new JournalSettings.Sampling(0, 5)),
                100,
                days(),
                1_000),
            nanos::get);
    assertThat(keptOf(100, sampler, "web")).isEqualTo(5);
    assertThat(keptOf(100, sampler, "other")).isEqualTo(5);
    assertThat(keptOf(100, sampler, "quiet")).isZero();
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(keptOf(100, sampler, "web")).isEqualTo(5);
  }

  private static int keptOf(int tries, SuccessSampler sampler, String listener) {
    int kept = 0;
    for (int i = 0; i < tries; i++) {
      kept += sampler.keeps(listener) ? 1 : 0;
    }
    return kept;
  }

  private Journal journal(TestDatabase.Access access, JournalSettings settings) {
    DelegatingDataSource source =
        new DelegatingDataSource(access.source()) {
          @Override
          public Connection getConnection() throws SQLException {
            if (gone.get()) {
              throw new SQLException("the database is gone");
            }
            return super.getConnection();
          }
        };
    HandshakeStore store =
        new HandshakeStore(
            new JdbcTemplate(source),
            new TransactionTemplate(new DataSourceTransactionManager(source)),
            JsonMapper.builder().build(),
            InstantSource.fixed(NOW));
    return new Journal(settings, store, registry, InstantSource.fixed(NOW), System::nanoTime);
  }

  private static long count(TestDatabase.Access access) {
    return access.client().sql("select count(*) from handshake").query(Long.class).single();
  }

  private static Duration days() {
    return Duration.ofDays(14);
  }
}
