package dev.handfast.session;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks sessions up in the store for handshakes that wait. What is asked for while a look-up is
 * under way is looked up together in the next one, so a busy server asks large questions and an
 * idle one answers at once; for that there is one worker. A store that is slow or gone makes
 * misses, never waits longer than the deadline, and never errors.
 */
final class Lookups implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Lookups.class);
  private static final int MAX_WAITING = 10_000;
  private static final int MAX_TOGETHER = 256;
  private static final long PAUSE_AFTER_FAILURE = Duration.ofSeconds(1).toNanos();
  private static final long IDLE = Long.MIN_VALUE;

  private final SessionStorage storage;
  private final InstantSource clock;
  private final long deadline;
  private final LookupDeadline overdue;
  private final BlockingQueue<Request> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
  private final AtomicBoolean failing = new AtomicBoolean();
  private final Thread worker;
  private volatile long busySince = IDLE;
  private volatile long failedAt;
  private volatile boolean closed;

  Lookups(SessionStorage storage, InstantSource clock, Duration deadline) {
    this.storage = storage;
    this.clock = clock;
    this.deadline = deadline.toNanos();
    this.overdue = new LookupDeadline(deadline);
    // Handshakes wait: a platform thread is back from the network with fewer detours.
    this.worker = Thread.ofPlatform().daemon().name("handfast-session-lookup").unstarted(this::run);
  }

  void start() {
    overdue.start();
    worker.start();
  }

  /**
   * Those of the identifiers that are stored. Completes after the deadline at the latest, then
   * empty; never exceptionally. Never blocks.
   */
  CompletableFuture<List<FoundSession>> find(List<String> ids) {
    if (deadline == 0 || closed || pausing() || stalled()) {
      return CompletableFuture.completedFuture(List.of());
    }
    CompletableFuture<List<FoundSession>> found = new CompletableFuture<>();
    if (!waiting.offer(new Request(ids, System.nanoTime(), found))) {
      return CompletableFuture.completedFuture(List.of());
    }
    overdue.watch(found);
    return found;
  }

  @Override
  public void close() {
    closed = true;
    overdue.close();
    // Not by interrupt: it would close H2's files under everybody.
    waiting.offer(Request.NOTHING);
  }

  private boolean pausing() {
    return failing.get() && System.nanoTime() - failedAt < PAUSE_AFTER_FAILURE;
  }

  /** Whether the worker waits for the store longer than anybody would wait for the worker. */
  private boolean stalled() {
    long since = busySince;
    return since != IDLE && System.nanoTime() - since >= deadline;
  }

  private void run() {
    warmUp();
    List<Request> requests = new ArrayList<>();
    while (!closed) {
      try {
        requests.clear();
        requests.add(waiting.take());
      } catch (InterruptedException e) {
        return;
      }
      waiting.drainTo(requests, MAX_TOGETHER - 1);
      // Nobody waits for these any more.
      requests.removeIf(request -> System.nanoTime() - request.since() >= deadline);
      if (!requests.isEmpty()) {
        busySince = System.nanoTime();
        answer(requests);
        busySince = IDLE;
      }
    }
  }

  /** The first connection takes longer than a handshake would wait. */
  private void warmUp() {
    try {
      storage.find(List.of("none"), clock.instant());
    } catch (RuntimeException e) {
      LOG.debug("The session store does not answer yet", e);
    }
  }

  private void answer(List<Request> requests) {
    Set<String> ids = new LinkedHashSet<>();
    requests.forEach(request -> ids.addAll(request.ids()));
    Map<String, FoundSession> found = new HashMap<>();
    try {
      for (FoundSession one : storage.find(ids, clock.instant())) {
        found.put(one.id(), one);
      }
      if (failing.getAndSet(false)) {
        LOG.info("Sessions are looked up again");
      }
    } catch (RuntimeException e) {
      failedAt = System.nanoTime();
      if (!failing.getAndSet(true)) {
        LOG.warn("Sessions cannot be looked up; handshakes are full until they can", e);
      }
    }
    for (Request request : requests) {
      List<FoundSession> answer = new ArrayList<>(request.ids().size());
      for (String id : request.ids()) {
        FoundSession one = found.get(id);
        if (one != null) {
          answer.add(one);
        }
      }
      request.found().complete(answer);
    }
  }

  private record Request(
      List<String> ids, long since, CompletableFuture<List<FoundSession>> found) {

    /** Wakes a worker that must end. */
    static final Request NOTHING =
        new Request(List.of(), System.nanoTime(), CompletableFuture.completedFuture(List.of()));
  }
}
