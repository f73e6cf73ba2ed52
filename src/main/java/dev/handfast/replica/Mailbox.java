package dev.handfast.replica;

import dev.handfast.replica.MailboxStore.Question;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.transaction.TransactionException;

/**
 * Says that this replica lives, and answers what the others ask: on one thread that looks when it
 * is signalled, and every now and then; each answer is given on a virtual thread of its own.
 */
final class Mailbox implements SmartLifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(Mailbox.class);
  private static final int CONCURRENT_ANSWERS = 16;
  private static final Duration CLEANING = Duration.ofMinutes(1);
  private static final Duration GOODBYE = Duration.ofSeconds(5);

  private final Self self;
  private final ReplicaRegister register;
  private final MailboxStore store;
  private final Topics topics;
  private final ReplicaProperties properties;
  private final Semaphore wanted = new Semaphore(0);
  private final Semaphore answering = new Semaphore(CONCURRENT_ANSWERS);

  /** Questions that were taken, and until when they may be seen again (nanoseconds). */
  private final Map<String, Long> taken = new HashMap<>();

  private final boolean shared;
  private volatile boolean running;
  private volatile @Nullable Thread thread;
  private boolean registered;
  private boolean failing;
  private long nextHeartbeat = System.nanoTime();
  private long nextCleaning = nextHeartbeat;
  private long reportedRevision;
  private boolean reportedInForce;

  /**
   * A mailbox.
   *
   * @param shared whether there can be other replicas; if not, it stays closed
   */
  Mailbox(
      Self self,
      ReplicaRegister register,
      MailboxStore store,
      Topics topics,
      ReplicaProperties properties,
      boolean shared) {
    this.self = self;
    this.register = register;
    this.store = store;
    this.topics = topics;
    this.properties = properties;
    this.shared = shared;
  }

  /** Starts before there are connections, and ends when none are left. */
  @Override
  public int getPhase() {
    return 0;
  }

  @Override
  public void start() {
    if (!shared) {
      return;
    }
    running = true;
    thread = Thread.ofVirtual().name("handfast-replica-mailbox").start(this::run);
  }

  @Override
  public void stop() {
    running = false;
    wanted.release();
    Thread looking = thread;
    if (looking == null) {
      return;
    }
    try {
      // What it still says would undo the goodbye.
      looking.join(GOODBYE);
      register.leave(self.id());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (DataAccessException e) {
      LOG.debug("this replica could not say goodbye", e);
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** There may be a question. Never blocks. */
  void look() {
    wanted.release();
  }

  private void run() {
    while (running) {
      try {
        step();
        if (failing) {
          failing = false;
          LOG.info("The other replicas can be heard again");
        }
      } catch (DataAccessException | TransactionException e) {
        if (running && !failing) {
          failing = true;
          LOG.warn("The other replicas cannot be heard: {}", e.getMessage());
        }
      }
      try {
        boolean signalled =
            wanted.tryAcquire(properties.pollInterval().toNanos(), TimeUnit.NANOSECONDS);
        LOG.trace("Looking for questions, because of a signal: {}", signalled);
        wanted.drainPermits();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void step() {
    long now = System.nanoTime();
    Replica state = self.now();
    if (now - nextHeartbeat >= 0
        || state.revision() != reportedRevision
        || state.configurationInForce() != reportedInForce) {
      if (!registered) {
        register.succeed(state.id(), state.name());
      }
      register.heartbeat(state);
      registered = true;
      reportedRevision = state.revision();
      reportedInForce = state.configurationInForce();
      nextHeartbeat = now + properties.heartbeat().toNanos();
    }
    if (now - nextCleaning >= 0) {
      register.forgetOld();
      store.forgetOld();
      nextCleaning = now + CLEANING.toNanos();
    }
    taken.values().removeIf(until -> now - until > 0);
    for (Question question : store.open(self.id())) {
      long until = now + question.remaining().plus(CLEANING).toNanos();
      if (taken.putIfAbsent(question.id(), until) == null) {
        Instant received = Instant.now();
        Thread.ofVirtual()
            .name("handfast-replica-answer")
            .start(() -> answer(question, received.plus(question.remaining())));
      }
    }
  }

  private void answer(Question question, Instant deadline) {
    answering.acquireUninterruptibly();
    try {
      if (Instant.now().isAfter(deadline)) {
        LOG.warn("There was no time to answer another replica about {}", question.topic());
        return;
      }
      Topics.Reply reply = topics.reply(question.topic(), question.body());
      store.answer(question.id(), self.id(), reply.body(), reply.failure());
    } catch (DataIntegrityViolationException e) {
      LOG.debug("the asker no longer waits for an answer about {}", question.topic(), e);
    } catch (DataAccessException | TransactionException e) {
      LOG.warn(
          "Another replica could not be answered about {}: {}", question.topic(), e.getMessage());
    } finally {
      answering.release();
    }
  }
}
