package dev.handfast.journal;

import dev.handfast.configuration.SharedDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * Deletes what is too old or too much, the oldest first, in batches small enough to disturb nobody.
 * One replica at a time, since finding the oldest record to keep is a long query. Blocks.
 */
class Retention {

  private static final Logger log = LoggerFactory.getLogger(Retention.class);
  private static final int BATCH = 500;

  private final JournalSettings settings;
  private final SharedDatabase database;
  private final JdbcClient jdbc;
  private final InstantSource clock;

  Retention(
      JournalSettings settings, SharedDatabase database, JdbcClient jdbc, InstantSource clock) {
    this.settings = settings;
    this.database = database;
    this.jdbc = jdbc;
    this.clock = clock;
  }

  @Scheduled(fixedDelayString = "${handfast.journal.retention-interval:1m}")
  void apply() {
    try {
      database.exclusively("journal-retention", this::deleteOld);
    } catch (DataAccessException e) {
      log.warn("journal: old records were not deleted: {}", e.getMessage());
    }
  }

  private void deleteOld() {
    Instant oldest = clock.instant().minus(settings.maxAge());
    Instant oldestRecord = oldestKept().filter(oldest::isBefore).orElse(oldest);
    int records = deleteRecordsBefore(oldestRecord);
    deleteBatches(
        """
        delete from handshake_count where id in (
          select id from handshake_count where started_at < ? limit ?)
        """,
        oldest);
    // Records refer to what was touched an hour before they were written, at the earliest.
    Instant unused = oldestRecord.minus(SharedContent.TOUCH_AFTER).minus(Duration.ofHours(1));
    deleteBatches(
        """
        delete from client_offer where fingerprint in (
          select fingerprint from client_offer where last_seen < ? limit ?)
        """,
        unused);
    deleteBatches(
        """
        delete from client_chain where fingerprint in (
          select fingerprint from client_chain where last_seen < ? limit ?)
        """,
        unused);
    if (records > 0) {
      log.info("journal: {} old records deleted", records);
    }
  }

  /** The begin of the oldest record within the allowed number, if there are more. */
  private Optional<Instant> oldestKept() {
    return jdbc.sql(
            "select started_at from handshake order by started_at desc, id desc limit 1 offset ?")
        .param(settings.maxRecords() - 1)
        .query((row, number) -> row.getObject("started_at", OffsetDateTime.class).toInstant())
        .optional();
  }

  private int deleteRecordsBefore(Instant oldest) {
    int deleted = 0;
    List<String> ids;
    do {
      ids =
          jdbc.sql("select id from handshake where started_at < ? order by started_at limit ?")
              .params(oldest.atOffset(ZoneOffset.UTC), BATCH)
              .query((row, number) -> row.getString("id"))
              .list();
      if (!ids.isEmpty()) {
        jdbc.sql("delete from handshake_detail where id in (:ids)").param("ids", ids).update();
        deleted += jdbc.sql("delete from handshake where id in (:ids)").param("ids", ids).update();
      }
    } while (ids.size() == BATCH);
    return deleted;
  }

  private void deleteBatches(String sql, Instant before) {
    int deleted;
    do {
      deleted = jdbc.sql(sql).params(before.atOffset(ZoneOffset.UTC), BATCH).update();
    } while (deleted == BATCH);
  }
}
