package dev.handfast.journal;

import dev.handfast.handshake.Handshake;
import dev.handfast.handshake.HandshakeJournal;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;

/**
 * Counts every handshake and keeps records: of all that failed or were abandoned, and of a sample
 * of those that completed. Never blocks its callers; memory is bounded, what does not fit is
 * counted by {@code handfast_journal_dropped_total}.
 */
final class Journal implements HandshakeJournal, DisposableBean {

  private static final Logger log = LoggerFactory.getLogger(Journal.class);
  private static final Duration STOP_WITHIN = Duration.ofSeconds(5);
  private static final Duration SETTLE_WITHIN = Duration.ofSeconds(1);

  private final boolean enabled;
  private final HandshakeMeters meters;
  private final HandshakeCounts counts = new HandshakeCounts();
  private final SuccessSampler sampler;
  private final RecordQueue queue;
  private final Counter dropped;
  private final JournalWriter writer;

  Journal(
      JournalSettings settings,
      HandshakeStore store,
      MeterRegistry registry,
      InstantSource clock,
      LongSupplier nanoTime) {
    this.enabled = settings.enabled();
    this.meters = new HandshakeMeters(registry);
    this.sampler = new SuccessSampler(settings, nanoTime);
    this.queue = new RecordQueue(settings.queueCapacity());
    this.dropped =
        Counter.builder("handfast.journal.dropped")
            .description("Handshake records that could not be kept")
            .register(registry);
    Gauge.builder("handfast.journal.queue", queue, RecordQueue::size)
        .description("Handshake records that wait for the database")
        .register(registry);
    this.writer = new JournalWriter(queue, counts, store, clock, dropped::increment);
    writer.start();
  }

  @Override
  public void record(Handshake handshake) {
    try {
      meters.count(handshake);
      if (!enabled) {
        return;
      }
      counts.count(handshake);
      if (handshake.result() != Handshake.Result.COMPLETED || sampler.keeps(handshake.listener())) {
        keep(handshake);
      }
    } catch (RuntimeException e) {
      // A handshake must not suffer from its own record.
      dropped.increment();
      log.error("journal: handshake {} was not recorded", handshake.id(), e);
    }
  }

  private void keep(Handshake handshake) {
    if (!queue.add(handshake)) {
      dropped.increment();
    }
    if (queue.isHalfFull()) {
      writer.wake();
    }
  }

  /**
   * Waits, for a second at most, until what was recorded before is in the database: so a query sees
   * the handshake that made somebody ask. Blocks.
   *
   * @return whether it is
   */
  boolean settle() {
    return writer.settle(SETTLE_WITHIN);
  }

  @Override
  public void destroy() throws InterruptedException {
    writer.stop(STOP_WITHIN);
  }
}
