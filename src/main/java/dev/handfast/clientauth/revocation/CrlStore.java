package dev.handfast.clientauth.revocation;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Fetched CRLs in the database, shared by all replicas: one of them fetches. Blocks. */
@Component
class CrlStore {

  private static final int PART = 500_000;
  private static final int MAX_ERROR = 1000;

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;

  CrlStore(JdbcClient jdbc, TransactionTemplate transaction) {
    this.jdbc = jdbc;
    this.transaction = transaction;
  }

  /** Everything that is or should be fetched, without the CRLs themselves. */
  List<Row> findAll() {
    return jdbc.sql(
            """
            select bundle, url, sha256, fetched_at, next_attempt, failures, last_error
            from trust_bundle_crl order by bundle, url
            """)
        .query((row, number) -> read(row))
        .list();
  }

  /** Begins to keep a CRL; does nothing if it is kept already. */
  void add(CrlId id, Instant nextAttempt) {
    boolean there =
        jdbc.sql("select count(*) from trust_bundle_crl where bundle = ? and url = ?")
                .params(id.bundle(), id.url().toString())
                .query(Long.class)
                .single()
            > 0;
    if (there) {
      return;
    }
    try {
      jdbc.sql(
              """
              insert into trust_bundle_crl (bundle, url, next_attempt, failures)
              values (?, ?, ?, 0)
              """)
          .params(id.bundle(), id.url().toString(), timestamp(nextAttempt))
          .update();
    } catch (DuplicateKeyException e) {
      // Another replica was faster.
    }
  }

  /** Forgets a CRL. */
  void remove(CrlId id) {
    transaction.executeWithoutResult(
        status -> {
          deleteParts(id);
          jdbc.sql("delete from trust_bundle_crl where bundle = ? and url = ?")
              .params(id.bundle(), id.url().toString())
              .update();
        });
  }

  /** Whether this replica may fetch now: no other one changed the row since it was read. */
  boolean claim(Row row, Instant until) {
    return jdbc.sql(
                """
                update trust_bundle_crl set next_attempt = ?
                where bundle = ? and url = ? and next_attempt = ?
                """)
            .params(
                timestamp(until),
                row.id().bundle(),
                row.id().url().toString(),
                timestamp(row.nextAttempt()))
            .update()
        == 1;
  }

  /** The CRL in DER; empty if none was fetched yet. */
  byte[] content(CrlId id) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    jdbc.sql(
            """
            select content from trust_bundle_crl_part where bundle = ? and url = ? order by part
            """)
        .params(id.bundle(), id.url().toString())
        .query((row, number) -> row.getBytes(1))
        .list()
        .forEach(content::writeBytes);
    return content.toByteArray();
  }

  /** Keeps what was fetched. */
  void fetched(CrlId id, byte[] content, String sha256, Instant at, Instant nextAttempt) {
    transaction.executeWithoutResult(
        status -> {
          int rows =
              jdbc.sql(
                      """
                      update trust_bundle_crl
                      set sha256 = ?, fetched_at = ?, next_attempt = ?, failures = 0,
                          last_error = null
                      where bundle = ? and url = ?
                      """)
                  .params(
                      sha256,
                      timestamp(at),
                      timestamp(nextAttempt),
                      id.bundle(),
                      id.url().toString())
                  .update();
          deleteParts(id);
          for (int part = 0; rows == 1 && part * PART < content.length; part++) {
            byte[] slice =
                Arrays.copyOfRange(
                    content, part * PART, Math.min(content.length, (part + 1) * PART));
            jdbc.sql(
                    """
                    insert into trust_bundle_crl_part (bundle, url, part, content)
                    values (?, ?, ?, ?)
                    """)
                .params(id.bundle(), id.url().toString(), (long) part, slice)
                .update();
          }
        });
  }

  /** Keeps why nothing was fetched; the CRL that was fetched before stays. */
  void failed(CrlId id, String error, Instant nextAttempt) {
    jdbc.sql(
            """
            update trust_bundle_crl set last_error = ?, next_attempt = ?, failures = failures + 1
            where bundle = ? and url = ?
            """)
        .params(
            error.substring(0, Math.min(error.length(), MAX_ERROR)),
            timestamp(nextAttempt),
            id.bundle(),
            id.url().toString())
        .update();
  }

  private void deleteParts(CrlId id) {
    jdbc.sql("delete from trust_bundle_crl_part where bundle = ? and url = ?")
        .params(id.bundle(), id.url().toString())
        .update();
  }

  private static Row read(ResultSet row) throws SQLException {
    return new Row(
        new CrlId(row.getString("bundle"), URI.create(row.getString("url"))),
        row.getString("sha256"),
        instant(row, "fetched_at"),
        row.getObject("next_attempt", OffsetDateTime.class).toInstant(),
        row.getLong("failures"),
        row.getString("last_error"));
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime value = row.getObject(column, OffsetDateTime.class);
    return value == null ? null : value.toInstant();
  }

  private static OffsetDateTime timestamp(Instant instant) {
    // The databases keep microseconds; a claim compares what it read.
    return instant.truncatedTo(java.time.temporal.ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
  }

  /** Which CRL. */
  record CrlId(String bundle, URI url) {}

  /** The state of one CRL. */
  record Row(
      CrlId id,
      @Nullable String sha256,
      @Nullable Instant fetchedAt,
      Instant nextAttempt,
      long failures,
      @Nullable String lastError) {}
}
