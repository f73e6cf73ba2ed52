package dev.handfast.replica;

import dev.handfast.configuration.SharedDatabase;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/** Questions and answers in the database, on PostgreSQL. Blocks. */
final class MailboxStore {

  static final String QUESTIONS = "handfast_question";
  static final String ANSWERS = "handfast_answer";

  /** So many questions are taken at once; more wait for the next look. */
  static final int BATCH = 100;

  private final JdbcClient jdbc;
  private final TransactionOperations transaction;
  private final SharedDatabase database;

  MailboxStore(JdbcClient jdbc, TransactionOperations transaction, SharedDatabase database) {
    this.jdbc = jdbc;
    this.transaction = transaction;
    this.database = database;
  }

  /**
   * Asks.
   *
   * @param recipient a replica's id; null: all but the asker
   */
  void ask(
      String id,
      String asker,
      @Nullable String recipient,
      String topic,
      String body,
      Duration timeout) {
    transaction.executeWithoutResult(
        status -> {
          jdbc.sql(
                  """
                  insert into replica_question (id, asker, recipient, topic, body, deadline)
                  values (?, ?, ?, ?, ?, now() + make_interval(secs => ?))
                  """)
              .param(id)
              .param(asker)
              .param(recipient)
              .param(topic)
              .param(body)
              .param(seconds(timeout))
              .update();
          database.signal(QUESTIONS);
        });
  }

  /** What is asked of a replica, and was not answered; the most urgent first. */
  List<Question> open(String replica) {
    return jdbc.sql(
            """
            select id, topic, body, extract(epoch from deadline - now()) as remaining
            from replica_question question
            where deadline > now() and asker <> :replica
              and (recipient is null or recipient = :replica)
              and not exists (select 1 from replica_answer answer
                              where answer.question = question.id and answer.replica = :replica)
            order by deadline limit :batch
            """)
        .param("replica", replica)
        .param("batch", BATCH)
        .query(
            (row, number) ->
                new Question(
                    row.getString("id"),
                    row.getString("topic"),
                    row.getString("body"),
                    Duration.ofMillis((long) (row.getDouble("remaining") * 1000))))
        .list();
  }

  /**
   * Answers.
   *
   * @param body null if there is a failure
   * @throws org.springframework.dao.DataIntegrityViolationException if nobody waits any more
   */
  void answer(String question, String replica, @Nullable String body, @Nullable String failure) {
    transaction.executeWithoutResult(
        status -> {
          jdbc.sql("insert into replica_answer (question, replica, body, failure) values (?,?,?,?)")
              .param(question)
              .param(replica)
              .param(body)
              .param(failure)
              .update();
          database.signal(ANSWERS);
        });
  }

  /** The answers that came so far, but for those of some replicas. */
  List<Given> answers(String question, Collection<String> without) {
    return jdbc.sql(
            """
            select replica, body, failure from replica_answer
            where question = :question and replica not in (:without)
            """)
        .param("question", question)
        .param("without", without)
        .query(
            (row, number) ->
                new Given(
                    row.getString("replica"), row.getString("body"), row.getString("failure")))
        .list();
  }

  /** Removes a question with its answers. */
  void close(String question) {
    jdbc.sql("delete from replica_question where id = ?").param(question).update();
  }

  /** Removes what askers that ended left behind. */
  void forgetOld() {
    jdbc.sql("delete from replica_question where deadline < now() - make_interval(mins => 1)")
        .update();
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }

  /**
   * A question.
   *
   * @param remaining how long the asker still waits
   */
  record Question(String id, String topic, String body, Duration remaining) {}

  /** An answer, or a failure. */
  record Given(String replica, @Nullable String body, @Nullable String failure) {}
}
