package dev.handfast.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.handfast.configuration.InvalidConfigurationException;
import dev.handfast.configuration.SharedDatabase;
import dev.handfast.replica.Answers.Answer;
import dev.handfast.replica.Replica.State;
import dev.handfast.testing.Postgres;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.AbstractDataSource;
import org.springframework.transaction.support.TransactionOperations;
import tools.jackson.databind.json.JsonMapper;

/** Replicas that ask each other through a real PostgreSQL; polling only, nobody listens. */
class MailboxTest {

  private final String url = Postgres.newDatabase();
  private final List<TestReplica> started = new ArrayList<>();

  @AfterEach
  void close() {
    started.forEach(TestReplica::close);
  }

  @Test
  void everyReplicaAnswersForItself() {
    TestReplica a = start("a", topic(question -> "a heard " + question));
    start("b", topic(question -> "b heard " + question));
    start("c", topic(question -> null));
    awaitLive(a, 3);

    Answers<String> answers = a.replicas.ask(topic(question -> "a heard " + question), "hello");

    assertThat(answers.given())
        .containsExactly(new Answer<>("a", "a heard hello"), new Answer<>("b", "b heard hello"));
    assertThat(answers.unreachable()).isEmpty();
    await().until(() -> count(a, "replica_question") == 0);
    assertThat(count(a, "replica_answer")).isZero();
  }

  @Test
  void oneReplicaAloneCanBeAsked() {
    TestReplica a = start("a", topic(question -> "a"));
    start("b", topic(question -> "b"));
    start("c", topic(question -> "c"));
    awaitLive(a, 3);
    Topic<String, String> topic = topic(question -> "a");

    assertThat(a.replicas.askOne("c", topic, "", TestReplica.TIMEOUT).given())
        .containsExactly(new Answer<>("c", "c"));
    assertThat(a.replicas.askOne("a", topic, "", TestReplica.TIMEOUT).given())
        .containsExactly(new Answer<>("a", "a"));
    assertThat(a.replicas.askOne("nobody", topic, "", TestReplica.TIMEOUT).unreachable())
        .containsExactly("nobody");
  }

  @Test
  void whoFailsOrDoesNotUnderstandIsNamedAndTheOthersAreHeard() {
    TestReplica a = start("a", topic(question -> "a"));
    start(
        "fails",
        topic(
            question -> {
              throw new IllegalStateException("secret");
            }));
    start("older");
    start("talkative", topic(question -> "x".repeat(Topics.MAX_ANSWER)));
    awaitLive(a, 4);

    Answers<String> answers = a.replicas.ask(topic(question -> "a"), "");

    assertThat(answers.given()).containsExactly(new Answer<>("a", "a"));
    assertThat(answers.unreachable()).containsExactly("fails", "older", "talkative");
  }

  @Test
  void whoIsLateIsNamedAndNotWaitedForAnyLonger() {
    CountDownLatch over = new CountDownLatch(1);
    TestReplica a = start("a", topic(question -> "a"));
    start("late", topic(question -> awaiting(over)));
    awaitLive(a, 2);
    long begin = System.nanoTime();

    Answers<String> answers = a.replicas.ask(topic(question -> "a"), "");

    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    over.countDown();
    assertThat(answers.given()).containsExactly(new Answer<>("a", "a"));
    assertThat(answers.unreachable()).containsExactly("late");
    assertThat(took).isGreaterThanOrEqualTo(TestReplica.TIMEOUT).isLessThan(Duration.ofSeconds(20));
  }

  @Test
  void whoWasSilentForLongIsNamedWithoutWaiting() {
    TestReplica a = start("a", topic(question -> "a"));
    awaitLive(a, 1);
    a.jdbc
        .sql(
            """
            insert into replica (id, name, address, version, started_at, last_seen, revision,
                                 in_force, connections)
            values ('x', 'killed', '', '', now(), now() - interval '5 seconds', 1, true, 0)
            """)
        .update();

    Answers<String> answers = a.replicas.ask(topic(question -> "a"), "");

    assertThat(answers.unreachable()).containsExactly("killed");
    assertThat(count(a, "replica_question")).isZero();
    assertThat(a.replicas.all())
        .extracting(Replica::name, Replica::state)
        .containsExactly(tuple("a", State.SELF), tuple("killed", State.SILENT));
    // Its successor of the same name takes its place.
    start("killed", topic(question -> "back"));
    awaitLive(a, 2);
    assertThat(a.replicas.ask(topic(question -> "a"), "").unreachable()).isEmpty();
  }

  @Test
  void whoSaysGoodbyeIsForgottenAtOnce() {
    TestReplica a = start("a", topic(question -> "a"));
    TestReplica b = start("b", topic(question -> "b"));
    awaitLive(a, 2);

    b.stop();

    await().until(() -> a.replicas.all().size() == 1);
  }

  @Test
  void aQuestionWithAFieldThatTheOtherDoesNotKnowIsNotAnswered() {
    Topic<Wide, String> wide = new Topic<>("greeting", Wide.class, String.class, it -> "wide");
    Topic<Narrow, String> narrow =
        new Topic<>("greeting", Narrow.class, String.class, it -> "narrow");
    TestReplica newer = start("newer", wide);
    start("older", narrow);
    awaitLive(newer, 2);

    assertThat(newer.replicas.ask(wide, new Wide("x", "only these")).unreachable())
        .containsExactly("older");
  }

  @Test
  void aQuestionThatIsTooLargeIsRefused() {
    TestReplica a = start("a", topic(question -> "a"));
    start("b", topic(question -> "b"));
    awaitLive(a, 2);

    assertThatThrownBy(
            () -> a.replicas.ask(topic(question -> "a"), "x".repeat(Topics.MAX_QUESTION + 1)))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining("expected: at most " + Topics.MAX_QUESTION);
    assertThat(count(a, "replica_question")).isZero();
  }

  @Test
  void whoHasADatabaseOfItsOwnAsksItselfWithoutIt() {
    NoDatabase none = new NoDatabase();
    JdbcClient jdbc = JdbcClient.create(none);
    SharedDatabase alone = new SharedDatabase(none, jdbc, false);
    Self self = TestReplica.self("single");
    ReplicaProperties properties =
        new ReplicaProperties(
            null,
            Duration.ofSeconds(2),
            Duration.ofSeconds(10),
            Duration.ofMinutes(10),
            Duration.ofSeconds(2),
            Duration.ofMillis(500));
    ReplicaRegister register = new ReplicaRegister(jdbc, properties);
    MailboxStore store = new MailboxStore(jdbc, TransactionOperations.withoutTransaction(), alone);
    Topics topics = new Topics(Stream::empty, new JsonMapper());
    Replicas replicas =
        new Replicas(
            self,
            alone,
            register,
            new Correspondence(self.id(), store, topics),
            Duration.ofSeconds(2));
    Mailbox mailbox = new Mailbox(self, register, store, topics, properties, false);

    mailbox.start();

    assertThat(mailbox.isRunning()).isFalse();
    assertThat(replicas.ask(topic(question -> "own"), "").given())
        .containsExactly(new Answer<>("single", "own"));
    assertThat(replicas.all()).extracting(Replica::state).containsExactly(State.SELF);
  }

  private TestReplica start(String name, Topic<?, ?>... topics) {
    TestReplica replica = new TestReplica(name, url, topics);
    started.add(replica);
    return replica;
  }

  private static void awaitLive(TestReplica replica, int count) {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                replica
                        .jdbc
                        .sql("select count(*) from replica where last_seen > now() - interval '1s'")
                        .query(Integer.class)
                        .single()
                    == count);
  }

  private static int count(TestReplica replica, String table) {
    return replica.jdbc.sql("select count(*) from " + table).query(Integer.class).single();
  }

  private static Topic<String, String> topic(Function<String, @Nullable String> answering) {
    return new Topic<>("greeting", String.class, String.class, answering);
  }

  private static String awaiting(CountDownLatch over) {
    try {
      over.await();
      return "too late";
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private record Narrow(String to) {}

  private record Wide(String to, String only) {}

  /** Fails whoever uses it. */
  private static final class NoDatabase extends AbstractDataSource {

    @Override
    public Connection getConnection() {
      throw new AssertionError("the database was used");
    }

    @Override
    public Connection getConnection(String user, String password) {
      throw new AssertionError("the database was used");
    }
  }
}
