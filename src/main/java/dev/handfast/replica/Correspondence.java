package dev.handfast.replica;

import dev.handfast.configuration.InvalidConfigurationException;
import dev.handfast.replica.Answers.Answer;
import dev.handfast.replica.MailboxStore.Given;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;
import tools.jackson.core.JacksonException;

/** Asks other replicas and waits for what they answer. Any thread; blocks. */
final class Correspondence {

  private static final Logger LOG = LoggerFactory.getLogger(Correspondence.class);

  /** So many calls wait for other replicas at once; more find nobody reachable. */
  private static final int CONCURRENT_LETTERS = 32;

  /** Answers are looked for so often where signals are lost. */
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final String self;
  private final MailboxStore store;
  private final Topics topics;
  private final Semaphore permits = new Semaphore(CONCURRENT_LETTERS, true);
  private final Set<Semaphore> waiting = ConcurrentHashMap.newKeySet();

  Correspondence(String self, MailboxStore store, Topics topics) {
    this.self = self;
    this.store = store;
    this.topics = topics;
  }

  /** There may be an answer. Never blocks. */
  void look() {
    waiting.forEach(Semaphore::release);
  }

  /**
   * Asks these replicas; the letter must be closed.
   *
   * @throws InvalidConfigurationException if the question is too large
   */
  <Q> Letter send(Topic<Q, ?> topic, Q question, Stream<Replica> asked, Duration timeout) {
    Map<String, String> names =
        asked.collect(Collectors.toMap(Replica::id, Replica::name, (a, b) -> a, TreeMap::new));
    long deadline = System.nanoTime() + timeout.toNanos();
    Letter letter = new Letter(UUID.randomUUID().toString(), topic.name(), names, deadline);
    if (names.isEmpty()) {
      return letter;
    }
    String body = topics.write(question);
    if (body.length() > Topics.MAX_QUESTION) {
      throw new InvalidConfigurationException(
          "body",
          "%d characters (expected: at most %d)".formatted(body.length(), Topics.MAX_QUESTION));
    }
    if (letter.enter(timeout)) {
      String recipient = names.size() == 1 ? names.keySet().iterator().next() : null;
      try {
        store.ask(letter.id, self, recipient, topic.name(), body, timeout);
      } catch (DataAccessException | TransactionException e) {
        letter.close();
        throw e;
      }
    }
    return letter;
  }

  /** A question that was asked. Used by one thread. */
  final class Letter implements AutoCloseable {

    private final String id;
    private final String topic;
    private final Map<String, String> awaited;
    private final long deadline;
    private final Semaphore signal = new Semaphore(0);
    private boolean sent;

    private Letter(String id, String topic, Map<String, String> awaited, long deadline) {
      this.id = id;
      this.topic = topic;
      this.awaited = awaited;
      this.deadline = deadline;
    }

    private boolean enter(Duration timeout) {
      try {
        sent = permits.tryAcquire(timeout.toNanos(), TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      if (sent) {
        waiting.add(signal);
      } else {
        LOG.warn("Too many calls wait for other replicas; {} were not asked", awaited.values());
      }
      return sent;
    }

    /** Waits until all have answered, or the time is over. */
    <A> Answers<A> await(Class<A> type) {
      List<Answer<A>> given = new ArrayList<>();
      List<String> unreachable = new ArrayList<>();
      Set<String> seen = new HashSet<>(Set.of(self));
      boolean late = !sent;
      while (!awaited.isEmpty()) {
        if (sent) {
          for (Given answer : store.answers(id, seen)) {
            seen.add(answer.replica());
            read(answer, type, given, unreachable);
          }
        }
        if (late) {
          break;
        }
        late = !awaited.isEmpty() && isOver();
      }
      unreachable.addAll(awaited.values());
      return new Answers<>(given, unreachable);
    }

    private <A> void read(
        Given answer, Class<A> type, List<Answer<A>> given, List<String> unreachable) {
      String name = awaited.remove(answer.replica());
      if (name == null) {
        return;
      }
      String failure = answer.failure();
      if (answer.body() != null) {
        try {
          A value = topics.read(answer.body(), type);
          if (value != null) {
            given.add(new Answer<>(name, value));
          }
          return;
        } catch (JacksonException e) {
          failure = "its answer is not understood: " + e.getOriginalMessage();
        }
      }
      LOG.warn("Replica {} did not answer about {}: {}", name, topic, failure);
      unreachable.add(name);
    }

    /** Waits for a signal; answers true when the time is over. */
    private boolean isOver() {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return true;
      }
      try {
        if (signal.tryAcquire(Math.min(left, POLL_NANOS), TimeUnit.NANOSECONDS)) {
          signal.drainPermits();
        }
        return false;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return true;
      }
    }

    /** Takes the question back. */
    @Override
    public void close() {
      if (!sent) {
        return;
      }
      sent = false;
      waiting.remove(signal);
      permits.release();
      try {
        store.close(id);
      } catch (DataAccessException e) {
        LOG.debug("a question to other replicas is deleted later", e);
      }
    }
  }
}
