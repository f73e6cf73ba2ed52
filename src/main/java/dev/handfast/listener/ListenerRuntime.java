package dev.handfast.listener;

import dev.handfast.configuration.ConfigurationChanged;
import dev.handfast.configuration.ConfigurationObjects;
import dev.handfast.configuration.ResourceType;
import dev.handfast.configuration.SnapshotOrder;
import dev.handfast.configuration.StoredObject;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;

/**
 * Keeps the running listeners equal to the stored ones: after every change, only what changed is
 * touched; what cannot run is tried again.
 */
class ListenerRuntime implements SmartLifecycle {

  /** Before the management server, so that readiness is not asked too early. */
  static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 4096;

  private static final Logger LOG = LoggerFactory.getLogger(ListenerRuntime.class);
  private static final Duration MOST_RETRY_INTERVAL = Duration.ofMinutes(1);

  private final ConfigurationObjects objects;
  private final SnapshotCompiler compiler;
  private final EventLoops eventLoops;
  private final ConnectionServices services;
  private final MeterRegistry registry;
  private final ListenerProperties properties;
  private final Map<String, ListenerServer> servers = new ConcurrentHashMap<>();
  private final Map<String, ListenerMeters> meters = new HashMap<>();
  private final Set<ListenerServer> draining = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService retries =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("handfast-listener-retry").factory());

  private Duration retryInterval;
  private boolean retryScheduled;
  private volatile boolean running;

  ListenerRuntime(
      ConfigurationObjects objects,
      SnapshotCompiler compiler,
      EventLoops eventLoops,
      ConnectionServices services,
      MeterRegistry registry,
      ListenerProperties properties) {
    this.objects = objects;
    this.compiler = compiler;
    this.eventLoops = eventLoops;
    this.services = services;
    this.registry = registry;
    this.properties = properties;
    this.retryInterval = properties.retryInterval();
  }

  /** Makes the running listeners equal to the stored ones. */
  @EventListener
  @Order(SnapshotOrder.LISTENERS)
  synchronized void on(ConfigurationChanged change) {
    if (running) {
      reconcile();
    }
  }

  private void reconcile() {
    List<StoredObject<ListenerSettings>> stored =
        objects.findAll(ResourceType.LISTENER, ListenerSettings.class);
    Set<String> names = new HashSet<>();
    for (StoredObject<ListenerSettings> one : stored) {
      names.add(one.name());
      ListenerServer server = servers.computeIfAbsent(one.name(), this::server);
      reconcile(server, one);
    }
    for (ListenerServer server : List.copyOf(servers.values())) {
      if (!names.contains(server.name())) {
        servers.remove(server.name());
        stop(server);
      }
    }
    scheduleRetry();
  }

  private void reconcile(ListenerServer server, StoredObject<ListenerSettings> stored) {
    if (!stored.value().enabled()) {
      if (!server.status().state().equals(ListenerStatus.State.STOPPED.text())) {
        stop(server);
      }
      return;
    }
    ListenerSnapshot before = server.snapshot();
    try {
      ListenerSnapshot next = compiler.compile(stored, before);
      boolean unchanged = next == before && server.status().reason() == null;
      if (!unchanged || server.status().boundPort() == null) {
        server.apply(next);
      }
    } catch (BrokenListenerException e) {
      server.broken(String.valueOf(e.getMessage()));
    }
  }

  private ListenerServer server(String name) {
    ListenerMeters figures = meters.computeIfAbsent(name, it -> new ListenerMeters(registry, it));
    return new ListenerServer(name, eventLoops, services, figures);
  }

  /** Stops accepting at once; what is open may go on for the drain time. */
  private void stop(ListenerServer server) {
    server.close();
    draining.add(server);
    retries.schedule(
        () -> {
          server.endConnections();
          draining.remove(server);
        },
        properties.drainTimeout().toMillis(),
        TimeUnit.MILLISECONDS);
  }

  private void scheduleRetry() {
    boolean failed = servers.values().stream().anyMatch(ListenerServer::failed);
    if (!failed) {
      retryInterval = properties.retryInterval();
    } else if (!retryScheduled && running) {
      retryScheduled = true;
      retries.schedule(this::retry, retryInterval.toMillis(), TimeUnit.MILLISECONDS);
      Duration doubled = retryInterval.multipliedBy(2);
      retryInterval = doubled.compareTo(MOST_RETRY_INTERVAL) > 0 ? MOST_RETRY_INTERVAL : doubled;
    }
  }

  private synchronized void retry() {
    retryScheduled = false;
    if (running) {
      try {
        reconcile();
      } catch (RuntimeException e) {
        LOG.warn("The listeners cannot be read from the database: {}", e.getMessage());
        scheduleRetry();
      }
    }
  }

  /** The listeners that are known on this instance. */
  Collection<ListenerServer> servers() {
    return servers.values();
  }

  Optional<ListenerServer> find(String name) {
    return Optional.ofNullable(servers.get(name));
  }

  @Override
  public synchronized void start() {
    running = true;
    reconcile();
  }

  @Override
  public void stop() {
    List<ListenerServer> all;
    synchronized (this) {
      running = false;
      servers.values().forEach(ListenerServer::close);
      draining.addAll(servers.values());
      all = List.copyOf(draining);
    }
    try {
      drain(all);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    retries.shutdownNow();
    eventLoops.close();
  }

  private void drain(List<ListenerServer> all) throws InterruptedException {
    long deadline = System.nanoTime() + properties.drainTimeout().toNanos();
    for (ListenerServer server : all) {
      server.awaitDrained(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
    }
    all.forEach(ListenerServer::endConnections);
    for (ListenerServer server : all) {
      server.awaitDrained(Duration.ofSeconds(2));
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return PHASE;
  }
}
