package dev.handfast.session;

import java.time.Duration;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tells the other replicas which sessions were deleted, by a table that each of them reads every
 * now and then. Blocks (database).
 */
final class InvalidationLog {

  /** How long entries are kept. */
  static final Duration RETENTION = Duration.ofHours(1);

  private static final int PIECE = 1000;

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final JsonMapper json;
  private final InstantSource clock;
  private final String replica = UUID.randomUUID().toString();

  InvalidationLog(
      JdbcClient jdbc, TransactionTemplate transaction, JsonMapper json, InstantSource clock) {
    this.jdbc = jdbc;
    this.transaction = transaction;
    this.json = json;
    this.clock = clock;
  }

  /** Appends an entry. Entries become visible in the order of their sequence. */
  void append(SessionSelector selector) {
    String document = json.writeValueAsString(selector);
    transaction.executeWithoutResult(
        status -> {
          jdbc.sql("update session_invalidation_counter set sequence = sequence + 1").update();
          jdbc.sql(
                  """
                  insert into session_invalidation (sequence, replica, selector, created_at)
                  values ((select sequence from session_invalidation_counter), ?, ?, ?)\
                  """)
              .params(replica, document, now())
              .update();
        });
  }

  /** The newest sequence. */
  long newest() {
    return jdbc.sql("select sequence from session_invalidation_counter").query(Long.class).single();
  }

  /** What came after a sequence, oldest first, at most {@value #PIECE}. */
  List<Entry> after(long sequence) {
    return jdbc.sql(
            """
            select sequence, replica, selector from session_invalidation
            where sequence > ? order by sequence limit ?\
            """)
        .params(sequence, PIECE)
        .query(
            (row, number) ->
                new Entry(
                    row.getLong("sequence"),
                    row.getString("replica").equals(replica),
                    json.readValue(row.getString("selector"), SessionSelector.class)))
        .list();
  }

  /** Removes entries that every living replica has read. */
  void clean() {
    jdbc.sql("delete from session_invalidation where created_at < ?")
        .param(now().minus(RETENTION))
        .update();
  }

  private OffsetDateTime now() {
    return clock.instant().atOffset(ZoneOffset.UTC);
  }

  /**
   * A deletion.
   *
   * @param own whether this replica made it
   */
  record Entry(long sequence, boolean own, SessionSelector selector) {}
}
