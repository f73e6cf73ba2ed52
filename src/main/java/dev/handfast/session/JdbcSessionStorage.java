package dev.handfast.session;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/** Sessions in the database: H2 or PostgreSQL. */
final class JdbcSessionStorage implements SessionStorage {

  private static final int PIECE = 1000;

  /** Before every identifier. */
  private static final UUID FIRST = new UUID(0, 0);

  private static final String ROW_COLUMNS =
      """
      id, listener, route, server_name, protocol, cipher_suite, client_subject, client_fingerprint,
      certificate, certificate_version, client_auth_policy, client_auth_policy_revision, created_at,
      expires_at, last_used_at, resumptions\
      """;

  /** Without a timestamp, which costs PostgreSQL's driver a calendar for each statement. */
  private static final String FIND =
      """
      select id, cast(floor(extract(epoch from expires_at) * 1000) as bigint), sealed
      from resumable_session where id in (%s)\
      """;

  private static final String INSERT =
      "insert into resumable_session ("
          + ROW_COLUMNS
          + ", sealed) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

  private static final String USE =
      """
      update resumable_session set resumptions = resumptions + ?, last_used_at = ?, expires_at = ?
      where id = ?\
      """;

  /**
   * In the index's order, as PostgreSQL may else read the whole table, and without a lock, as H2
   * else reads all that have expired.
   */
  static final String EXPIRED =
      "select id from resumable_session where expires_at <= ? order by expires_at limit ?";

  private final JdbcTemplate lookups;
  private final JdbcTemplate jdbc;
  private final TransactionTemplate transaction;
  private final Map<Integer, String> finds = new ConcurrentHashMap<>();

  /**
   * With two ways to the same database.
   *
   * @param lookups without a time limit for each query, which would cost each a timer: who looks up
   *     has one of his own
   */
  JdbcSessionStorage(JdbcTemplate lookups, JdbcTemplate jdbc, TransactionTemplate transaction) {
    this.lookups = lookups;
    this.jdbc = jdbc;
    this.transaction = transaction;
  }

  @Override
  public List<FoundSession> find(Collection<String> ids, Instant now) {
    List<UUID> keys = keys(ids);
    if (keys.isEmpty()) {
      return List.of();
    }
    List<Object> parameters = padded(keys);
    List<FoundSession> found =
        lookups.query(
            finds.computeIfAbsent(parameters.size(), size -> FIND.formatted(placeholders(size))),
            (row, number) ->
                new FoundSession(
                    row.getObject(1, UUID.class).toString(),
                    Instant.ofEpochMilli(row.getLong(2)),
                    row.getBytes(3)),
            parameters.toArray());
    found.removeIf(session -> !session.expiresAt().isAfter(now));
    return found;
  }

  @Override
  public void write(Batch batch) {
    try {
      transaction.executeWithoutResult(status -> writeAll(batch));
    } catch (DuplicateKeyException e) {
      // An earlier attempt was committed although its answer was lost.
      transaction.executeWithoutResult(
          status -> {
            deleteAll(keys(batch.issued().stream().map(stored -> stored.row().id()).toList()));
            writeAll(batch);
          });
    }
  }

  private void writeAll(Batch batch) {
    if (!batch.issued().isEmpty()) {
      jdbc.batchUpdate(INSERT, batch.issued().stream().map(stored -> insertion(stored)).toList());
    }
    if (!batch.used().isEmpty()) {
      jdbc.batchUpdate(
          USE,
          batch.used().stream()
              .map(
                  use ->
                      new Object[] {
                        use.count(),
                        timestamp(use.lastUsedAt()),
                        timestamp(use.expiresAt()),
                        UUID.fromString(use.id())
                      })
              .toList());
    }
    deleteAll(keys(batch.deleted()));
  }

  @Override
  public long delete(SessionSelector selector) {
    Set<String> given = selector.ids();
    if (given != null && selector.equals(SessionSelector.withIds(given))) {
      return deleteAll(keys(given));
    }
    Where where = Where.of(selector);
    long deleted = 0;
    UUID last = FIRST;
    while (true) {
      List<Object> parameters = new ArrayList<>(where.parameters());
      parameters.add(last);
      List<UUID> ids =
          queryForIds(
              "select id from resumable_session where %s and id > ? order by id limit %d"
                  .formatted(where.sql(), PIECE),
              parameters.toArray());
      deleted += deleteAll(ids);
      if (ids.size() < PIECE) {
        return deleted;
      }
      last = ids.getLast();
    }
  }

  @Override
  public int deleteExpired(Instant now, int limit) {
    Integer deleted =
        transaction.execute(status -> deleteAll(lock(queryForIds(EXPIRED, timestamp(now), limit))));
    return Objects.requireNonNullElse(deleted, 0);
  }

  @Override
  public List<SessionRow> list(
      SessionSelector selector, @Nullable Position after, int limit, Instant now) {
    Where where = Where.of(selector);
    List<Object> parameters = new ArrayList<>(where.parameters());
    String position = "";
    parameters.add(timestamp(now));
    if (after != null) {
      position = "and (expires_at < ? or (expires_at = ? and id < ?))";
      parameters.addAll(
          List.of(
              timestamp(after.expiresAt()),
              timestamp(after.expiresAt()),
              UUID.fromString(after.id())));
    }
    parameters.add(limit);
    return jdbc.query(
        """
        select %s from resumable_session where %s and expires_at > ? %s
        order by expires_at desc, id desc limit ?\
        """
            .formatted(ROW_COLUMNS, where.sql(), position),
        (row, number) -> readRow(row),
        parameters.toArray());
  }

  @Override
  public Optional<SessionRow> get(String id, Instant now) {
    UUID key = SessionIdentities.parse(id);
    if (key == null) {
      return Optional.empty();
    }
    return jdbc
        .query(
            "select %s from resumable_session where id = ? and expires_at > ?"
                .formatted(ROW_COLUMNS),
            (row, number) -> readRow(row),
            key,
            timestamp(now))
        .stream()
        .findFirst();
  }

  @Override
  public List<Group> groups(Instant now) {
    return jdbc.query(
        """
        select listener, protocol, count(*) from resumable_session where expires_at > ?
        group by listener, protocol order by listener, protocol\
        """,
        (row, number) -> new Group(row.getString(1), row.getString(2), row.getLong(3)),
        timestamp(now));
  }

  @Override
  public long count() {
    Long count = jdbc.queryForObject("select count(*) from resumable_session", Long.class);
    return count == null ? 0 : count;
  }

  private List<UUID> queryForIds(String sql, Object... parameters) {
    return jdbc.query(sql, (row, number) -> row.getObject(1, UUID.class), parameters);
  }

  /** Those that nobody has locked: replicas that clean up at the same time do not wait. */
  private List<UUID> lock(Collection<UUID> ids) {
    if (ids.isEmpty()) {
      return List.of();
    }
    List<Object> parameters = padded(ids);
    return queryForIds(
        "select id from resumable_session where id in (%s) for update skip locked"
            .formatted(placeholders(parameters.size())),
        parameters.toArray());
  }

  private int deleteAll(Collection<UUID> ids) {
    if (ids.isEmpty()) {
      return 0;
    }
    List<Object> parameters = padded(ids);
    return jdbc.update(
        "delete from resumable_session where id in (%s)".formatted(placeholders(parameters.size())),
        parameters.toArray());
  }

  /** Rounded up to a power of two, so that the database sees few different statements. */
  private static List<Object> padded(Collection<UUID> ids) {
    List<Object> parameters = new ArrayList<>(ids);
    int size = Math.max(1, Integer.highestOneBit(ids.size() * 2 - 1));
    while (parameters.size() < size) {
      parameters.add(parameters.getFirst());
    }
    return parameters;
  }

  private static String placeholders(int count) {
    return "?" + ", ?".repeat(count - 1);
  }

  private static Object[] insertion(StoredSession stored) {
    SessionRow row = stored.row();
    return new Object[] {
      UUID.fromString(row.id()),
      row.listener(),
      row.route(),
      row.serverName(),
      row.protocol(),
      row.cipherSuite(),
      row.client().subject(),
      row.client().fingerprintSha256(),
      row.certificate(),
      row.certificateVersion(),
      row.clientAuthPolicy(),
      row.clientAuthPolicyRevision(),
      timestamp(row.createdAt()),
      timestamp(row.expiresAt()),
      row.lastUsedAt() == null ? null : timestamp(row.lastUsedAt()),
      row.resumptions(),
      stored.sealed()
    };
  }

  private static SessionRow readRow(ResultSet row) throws SQLException {
    return new SessionRow(
        row.getObject("id", UUID.class).toString(),
        row.getString("listener"),
        row.getString("route"),
        row.getString("server_name"),
        row.getString("protocol"),
        row.getInt("cipher_suite"),
        new ClientIdentity(row.getString("client_subject"), row.getString("client_fingerprint")),
        row.getString("certificate"),
        row.getInt("certificate_version"),
        row.getString("client_auth_policy"),
        row.getLong("client_auth_policy_revision"),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        row.getObject("expires_at", OffsetDateTime.class).toInstant(),
        instant(row, row.findColumn("last_used_at")),
        row.getLong("resumptions"));
  }

  private static @Nullable Instant instant(ResultSet row, int column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }

  private static List<UUID> keys(Collection<String> ids) {
    List<UUID> keys = new ArrayList<>(ids.size());
    for (String id : ids) {
      UUID key = SessionIdentities.parse(id);
      if (key != null) {
        keys.add(key);
      }
    }
    return keys;
  }

  private static OffsetDateTime timestamp(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  /** A selector as SQL. */
  private record Where(String sql, List<Object> parameters) {

    static Where of(SessionSelector selector) {
      StringBuilder sql = new StringBuilder("1 = 1");
      List<Object> parameters = new ArrayList<>();
      addAny(sql, parameters, "id", selector.ids() == null ? null : keys(selector.ids()));
      add(sql, parameters, "listener = ?", selector.listener());
      add(sql, parameters, "route = ?", selector.route());
      add(sql, parameters, "server_name = ?", selector.serverName());
      add(sql, parameters, "protocol = ?", selector.protocol());
      add(sql, parameters, "client_subject = ?", selector.clientSubject());
      addAny(sql, parameters, "client_fingerprint", selector.clientFingerprintsSha256());
      add(sql, parameters, "client_auth_policy = ?", selector.clientAuthPolicy());
      add(
          sql,
          parameters,
          "client_auth_policy_revision < ?",
          selector.clientAuthPolicyRevisionBefore());
      add(sql, parameters, "certificate = ?", selector.certificate());
      add(sql, parameters, "certificate_version <> ?", selector.certificateVersionOtherThan());
      return new Where(sql.toString(), parameters);
    }

    private static void addAny(
        StringBuilder sql, List<Object> parameters, String column, @Nullable Collection<?> values) {
      if (values != null && !values.isEmpty()) {
        sql.append(" and %s in (%s)".formatted(column, placeholders(values.size())));
        parameters.addAll(values);
      } else if (values != null) {
        sql.append(" and 1 = 0");
      }
    }

    private static void add(
        StringBuilder sql, List<Object> parameters, String condition, @Nullable Object value) {
      if (value != null) {
        sql.append(" and ").append(condition);
        parameters.add(value);
      }
    }
  }
}
