package dev.handfast.session;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The session store as a whole: puts its parts together, starts and ends them, and answers what an
 * operator asks. The methods of this class block, {@link #sessions()} do not.
 */
final class SessionStore implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SessionStore.class);
  private static final int CLEANUP_PIECE = 1000;

  private final SessionProperties properties;
  private final SessionStorage storage;
  private final InvalidationLog log;
  private final SessionMetrics metrics;
  private final InstantSource clock;
  private final MemoryTier memory;
  private final WriteBehind writeBehind;
  private final Lookups lookups;
  private final Invalidations invalidations;
  private final TieredSessions sessions;
  private final ScheduledThreadPoolExecutor scheduler;
  private boolean failing;

  SessionStore(
      SessionProperties properties,
      SessionStorage storage,
      SessionSeal seal,
      InvalidationLog log,
      MeterRegistry registry,
      InstantSource clock) {
    this.properties = properties;
    this.storage = storage;
    this.log = log;
    this.metrics = new SessionMetrics(registry);
    this.clock = clock;
    SessionCodec codec = new SessionCodec(seal);
    SessionIdentities identities = new SessionIdentities(seal.identityKey());
    this.memory = new MemoryTier(properties.memory(), clock);
    this.writeBehind = new WriteBehind(storage, codec, properties.writeBehind(), metrics);
    this.lookups = new Lookups(storage, clock, properties.lookupDeadline());
    this.invalidations = new Invalidations(memory, writeBehind, storage, log);
    this.sessions =
        new TieredSessions(
            properties,
            memory,
            writeBehind,
            lookups,
            invalidations,
            identities,
            codec,
            metrics,
            clock);
    this.scheduler =
        new ScheduledThreadPoolExecutor(
            2, Thread.ofVirtual().name("handfast-session-maintenance-", 0).factory());
    metrics.watch(memory::size, writeBehind::waiting);
  }

  /** Starts the threads that write, look up, follow the other replicas, and clean up. */
  void start() {
    invalidations.start();
    writeBehind.start();
    lookups.start();
    repeat(properties.invalidationPollInterval(), this::follow);
    repeat(properties.cleanupInterval(), this::cleanUp);
  }

  /** Writes what waits, for some seconds at most, and ends. */
  @Override
  public void close() {
    // Not by interrupt: it would close H2's files under everybody.
    scheduler.shutdown();
    lookups.close();
    writeBehind.close();
  }

  Sessions sessions() {
    return sessions;
  }

  /** See {@link SessionStorage#list}; sessions of this replica are written first. */
  List<SessionRow> list(
      SessionSelector selector, SessionStorage.@Nullable Position after, int limit) {
    writeBehind.flush();
    return storage.list(selector, after, limit, clock.instant());
  }

  /** One session, or empty. */
  Optional<SessionRow> get(String id) {
    writeBehind.flush();
    return storage.get(id, clock.instant());
  }

  /** See {@link Sessions#invalidate}; sessions of this replica are written first, and counted. */
  CompletionStage<Long> invalidate(SessionSelector selector) {
    writeBehind.flush();
    return sessions.invalidate(selector);
  }

  Summary summary() {
    writeBehind.flush();
    long total = 0;
    Map<String, Long> byListener = new LinkedHashMap<>();
    Map<String, Long> byProtocol = new LinkedHashMap<>();
    for (SessionStorage.Group group : storage.groups(clock.instant())) {
      total += group.sessions();
      byListener.merge(group.listener(), group.sessions(), Long::sum);
      byProtocol.merge(group.protocol(), group.sessions(), Long::sum);
    }
    return new Summary(
        total,
        byListener,
        byProtocol,
        new Summary.Memory(memory.size(), memory.weight()),
        writeBehind.waiting());
  }

  private void repeat(Duration interval, Runnable task) {
    scheduler.scheduleWithFixedDelay(
        task, interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Never throws: the scheduler would stop. */
  private void follow() {
    try {
      invalidations.poll();
      if (failing) {
        failing = false;
        LOG.info("Deletions of sessions are exchanged with the other replicas again");
      }
    } catch (RuntimeException e) {
      if (!failing) {
        failing = true;
        LOG.warn("Deletions of sessions cannot be exchanged with the other replicas", e);
      }
    }
  }

  /** Never throws: the scheduler would stop. */
  private void cleanUp() {
    try {
      Instant now = clock.instant();
      int deleted;
      do {
        deleted = storage.deleteExpired(now, CLEANUP_PIECE);
      } while (deleted > 0 && !scheduler.isShutdown());
      log.clean();
      metrics.inDatabase(storage.count());
    } catch (RuntimeException e) {
      LOG.debug("Expired sessions cannot be removed now", e);
    }
  }

  /**
   * How many sessions there are.
   *
   * @param sessions in the store, not expired
   * @param memory of this replica
   * @param pendingWrites of this replica
   */
  record Summary(
      long sessions,
      Map<String, Long> byListener,
      Map<String, Long> byProtocol,
      Memory memory,
      long pendingWrites) {

    /** The memory in front of the store. */
    record Memory(long sessions, long bytes) {}
  }
}
