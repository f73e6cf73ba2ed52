package dev.handfast.journal;

import com.sun.management.OperatingSystemMXBean;
import dev.handfast.handshake.Handshake;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.h2.jdbcx.JdbcConnectionPool;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/**
 * Measures what the journal costs in CPU time per handshake; run by hand, see {@code
 * docs/journal.md}. Argument: an H2 file to create.
 */
final class JournalCost {

  private static final int HANDSHAKES = 1_000_000;
  private static final int KEPT = 20_000;

  private JournalCost() {}

  public static void main(String[] arguments) throws Exception {
    JdbcConnectionPool pool = JournalMeasurements.open(arguments[0]);
    for (int round = 0; round < 3; round++) {
      Journal counting = journal(pool, 0);
      Handshake handshake = TestHandshakes.completed("web", Instant.now(), "shop.example");
      long begin = threadCpu();
      for (int i = 0; i < HANDSHAKES; i++) {
        counting.record(handshake);
      }
      System.out.printf(
          "counting: %d ns of CPU per handshake on its thread%n",
          (threadCpu() - begin) / HANDSHAKES);
      counting.destroy();

      Journal keeping = journal(pool, KEPT);
      long before = processCpu();
      for (int i = 0; i < KEPT; i++) {
        keeping.record(TestHandshakes.completed("web", Instant.now(), "shop.example"));
      }
      while (!keeping.settle()) {
        Thread.onSpinWait();
      }
      System.out.printf(
          "keeping: %d us of CPU per record, in all threads%n",
          (processCpu() - before) / KEPT / 1_000);
      keeping.destroy();
    }
    pool.dispose();
  }

  private static Journal journal(JdbcConnectionPool pool, int perSecond) {
    HandshakeStore store =
        new HandshakeStore(
            new JdbcTemplate(pool),
            new TransactionTemplate(new DataSourceTransactionManager(pool)),
            JsonMapper.builder().build(),
            Clock.systemUTC());
    return new Journal(
        new JournalSettings(true, 1, perSecond, Map.of(), 50_000, Duration.ofDays(14), 1_000_000),
        store,
        new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
        Clock.systemUTC(),
        System::nanoTime);
  }

  private static long threadCpu() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static long processCpu() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
