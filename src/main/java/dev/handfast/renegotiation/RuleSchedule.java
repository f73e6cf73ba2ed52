package dev.handfast.renegotiation;

import dev.handfast.clientauth.ClientAuthChanged;
import dev.handfast.configuration.ConfigurationChanged;
import dev.handfast.configuration.SnapshotOrder;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;

/** Has the rules look at the live connections: at every change, and every now and then. */
class RuleSchedule implements SmartLifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(RuleSchedule.class);

  /** After the listeners, whose snapshots the rules read. */
  private static final int AFTER_LISTENERS = SnapshotOrder.LISTENERS + 10;

  private final LiveConnectionRules rules;
  private final Duration interval;
  private final Semaphore wanted = new Semaphore(0);
  private volatile boolean running;

  RuleSchedule(LiveConnectionRules rules, Duration interval) {
    this.rules = rules;
    this.interval = interval;
  }

  @EventListener
  void on(ClientAuthChanged changed) {
    wanted.release();
  }

  @EventListener
  @Order(AFTER_LISTENERS)
  void on(ConfigurationChanged changed) {
    wanted.release();
  }

  @Override
  public void start() {
    running = true;
    Thread.ofVirtual().name("handfast-renegotiation-rules").start(this::run);
  }

  @Override
  public void stop() {
    running = false;
    wanted.release();
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  private void run() {
    while (running) {
      try {
        boolean atOnce = wanted.tryAcquire(interval.toNanos(), TimeUnit.NANOSECONDS);
        LOG.trace("Looking at the live connections, because of a change: {}", atOnce);
        // Changes that come from here on are looked at again.
        wanted.drainPermits();
        if (running) {
          rules.check();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException e) {
        LOG.error("The rules for live connections failed; they are tried again", e);
      }
    }
  }
}
