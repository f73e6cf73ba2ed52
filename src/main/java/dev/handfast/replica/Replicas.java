package dev.handfast.replica;

import dev.handfast.configuration.SharedDatabase;
import dev.handfast.replica.Answers.Answer;
import dev.handfast.replica.Replica.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Asks all replicas. Where the database belongs to this process alone, only this process is asked,
 * without the database. Any thread but an event loop: it blocks.
 */
public final class Replicas {

  private final Self self;
  private final SharedDatabase database;
  private final ReplicaRegister register;
  private final Correspondence correspondence;
  private final Duration timeout;

  Replicas(
      Self self,
      SharedDatabase database,
      ReplicaRegister register,
      Correspondence correspondence,
      Duration timeout) {
    this.self = self;
    this.database = database;
    this.register = register;
    this.correspondence = correspondence;
    this.timeout = timeout;
  }

  /**
   * Asks every replica, this one too.
   *
   * @return what came within {@code handfast.replicas.answer-timeout}
   * @throws org.springframework.dao.DataAccessException if the database fails
   */
  public <Q, A> Answers<A> ask(Topic<Q, A> topic, Q question) {
    if (!database.isShared()) {
      return new Answers<>(own(topic, question), List.of());
    }
    List<Replica> others = others();
    try (Correspondence.Letter letter =
        correspondence.send(topic, question, others.stream().filter(Replica::isLive), timeout)) {
      List<Answer<A>> given = own(topic, question);
      Answers<A> theirs = letter.await(topic.answer());
      given.addAll(theirs.given());
      List<String> unreachable = new ArrayList<>(theirs.unreachable());
      others.stream().filter(it -> !it.isLive()).map(Replica::name).forEach(unreachable::add);
      unreachable.sort(null);
      return new Answers<>(given, unreachable);
    }
  }

  /**
   * Asks one replica.
   *
   * @param name as in an answer of before
   * @param patience how long to wait
   */
  public <Q, A> Answers<A> askOne(String name, Topic<Q, A> topic, Q question, Duration patience) {
    if (name.equals(self.name())) {
      return new Answers<>(own(topic, question), List.of());
    }
    List<Replica> there =
        others().stream().filter(it -> it.isLive() && it.name().equals(name)).toList();
    if (there.isEmpty()) {
      return new Answers<>(List.of(), List.of(name));
    }
    try (Correspondence.Letter letter =
        correspondence.send(topic, question, there.stream(), patience)) {
      return letter.await(topic.answer());
    }
  }

  /** All replicas that are known, by name. */
  List<Replica> all() {
    if (!database.isShared()) {
      return List.of(self.now());
    }
    List<Replica> all = new ArrayList<>(others());
    all.add(self.now());
    all.sort(Comparator.comparing(Replica::name).thenComparing(Replica::id));
    return all;
  }

  private List<Replica> others() {
    return register.all(self.id()).stream().filter(it -> it.state() != State.SELF).toList();
  }

  private <Q, A> List<Answer<A>> own(Topic<Q, A> topic, Q question) {
    List<Answer<A>> own = new ArrayList<>();
    A answer = topic.answering().apply(question);
    if (answer != null) {
      own.add(new Answer<>(self.name(), answer));
    }
    return own;
  }
}
