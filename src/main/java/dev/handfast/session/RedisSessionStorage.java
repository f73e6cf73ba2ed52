package dev.handfast.session;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.zset.Tuple;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.RedisTemplate;
import org.springframework.data.redis.serializer.RedisSerializer;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sessions in Redis or Valkey. Each session is a hash that expires by itself; a sorted set of
 * identifiers by expiry serves lists and deletion by selector, which walk it.
 */
final class RedisSessionStorage implements SessionStorage {

  private static final String PREFIX = "handfast:session:";
  private static final String INDEX = "handfast:sessions";
  private static final int PIECE = 500;

  private static final byte[] ROW = bytes("row");
  private static final byte[] SEALED = bytes("sealed");
  private static final byte[] RESUMPTIONS = bytes("resumptions");
  private static final byte[] LAST_USED_AT = bytes("lastUsedAt");
  private static final byte[] EXPIRES_AT = bytes("expiresAt");

  private final RedisTemplate<String, byte[]> redis = new RedisTemplate<>();
  private final JsonMapper json;

  RedisSessionStorage(RedisConnectionFactory connections, JsonMapper json) {
    this.json = json;
    redis.setConnectionFactory(connections);
    redis.setKeySerializer(RedisSerializer.string());
    redis.setValueSerializer(RedisSerializer.byteArray());
    redis.setHashKeySerializer(RedisSerializer.byteArray());
    redis.setHashValueSerializer(RedisSerializer.byteArray());
    redis.afterPropertiesSet();
  }

  @Override
  public List<FoundSession> find(Collection<String> ids, Instant now) {
    List<FoundSession> found = new ArrayList<>(ids.size());
    for (Fields fields : read(ids, true)) {
      SessionRow row = fields.toRow(json);
      byte[] sealed = fields.sealed();
      if (sealed != null && row.expiresAt().isAfter(now)) {
        found.add(new FoundSession(row.id(), row.expiresAt(), sealed));
      }
    }
    return found;
  }

  @Override
  public void write(Batch batch) {
    List<Use> known = known(batch.used());
    pipelined(
        connection -> {
          batch.issued().forEach(stored -> insert(connection, stored));
          known.forEach(use -> use(connection, use));
          batch.deleted().forEach(id -> remove(connection, id));
        });
  }

  /** A use of a session that has expired must not make a row of its own. */
  private List<Use> known(List<Use> uses) {
    List<Object> present =
        pipelined(
            connection -> uses.forEach(use -> connection.keyCommands().exists(key(use.id()))));
    List<Use> known = new ArrayList<>(uses.size());
    for (int i = 0; i < uses.size(); i++) {
      if (Boolean.TRUE.equals(present.get(i))) {
        known.add(uses.get(i));
      }
    }
    return known;
  }

  private void insert(RedisConnection connection, StoredSession stored) {
    SessionRow row = stored.row();
    Map<byte[], byte[]> fields = new HashMap<>();
    fields.put(ROW, json.writeValueAsBytes(row));
    fields.put(SEALED, stored.sealed());
    fields.put(RESUMPTIONS, bytes(Long.toString(row.resumptions())));
    fields.put(EXPIRES_AT, bytes(row.expiresAt().toString()));
    if (row.lastUsedAt() != null) {
      fields.put(LAST_USED_AT, bytes(row.lastUsedAt().toString()));
    }
    connection.hashCommands().hMSet(key(row.id()), fields);
    expire(connection, row.id(), row.expiresAt());
  }

  private static void use(RedisConnection connection, Use use) {
    byte[] key = key(use.id());
    connection.hashCommands().hIncrBy(key, RESUMPTIONS, use.count());
    connection.hashCommands().hSet(key, LAST_USED_AT, bytes(use.lastUsedAt().toString()));
    connection.hashCommands().hSet(key, EXPIRES_AT, bytes(use.expiresAt().toString()));
    expire(connection, use.id(), use.expiresAt());
  }

  private static void expire(RedisConnection connection, String id, Instant at) {
    connection.keyCommands().pExpireAt(key(id), at.toEpochMilli());
    connection.zSetCommands().zAdd(bytes(INDEX), at.toEpochMilli(), bytes(id));
  }

  private static void remove(RedisConnection connection, String id) {
    connection.keyCommands().del(key(id));
    connection.zSetCommands().zRem(bytes(INDEX), bytes(id));
  }

  @Override
  public long delete(SessionSelector selector) {
    long deleted = 0;
    Position position = null;
    while (true) {
      Walked walked = walk(selector, position, PIECE, Instant.EPOCH);
      List<String> ids = walked.rows().stream().map(SessionRow::id).toList();
      pipelined(connection -> ids.forEach(id -> remove(connection, id)));
      deleted += ids.size();
      if (walked.last() == null) {
        return deleted;
      }
      position = walked.last();
    }
  }

  @Override
  public int deleteExpired(Instant now, int limit) {
    // The sessions themselves expire in Redis; this is their index.
    Set<byte[]> expired =
        redis.<Set<byte[]>>execute(
            (RedisCallback<Set<byte[]>>)
                connection ->
                    connection
                        .zSetCommands()
                        .zRangeByScore(bytes(INDEX), 0, now.toEpochMilli(), 0, limit));
    if (expired == null || expired.isEmpty()) {
      return 0;
    }
    pipelined(
        connection ->
            expired.forEach(id -> remove(connection, new String(id, StandardCharsets.UTF_8))));
    return expired.size();
  }

  @Override
  public List<SessionRow> list(
      SessionSelector selector, @Nullable Position after, int limit, Instant now) {
    List<SessionRow> rows = new ArrayList<>();
    Position position = after;
    do {
      Walked walked = walk(selector, position, PIECE, now);
      rows.addAll(walked.rows());
      position = walked.last();
    } while (rows.size() < limit && position != null);
    return rows.size() <= limit ? rows : List.copyOf(rows.subList(0, limit));
  }

  /** One piece of the index, from the last to expire on; what is selected of it. */
  private Walked walk(SessionSelector selector, @Nullable Position after, int limit, Instant now) {
    List<Position> positions = positions(after, limit, now);
    List<SessionRow> rows =
        read(positions.stream().map(Position::id).toList(), false).stream()
            .map(fields -> fields.toRow(json))
            .filter(row -> row.expiresAt().isAfter(now) && selector.selects(row))
            .toList();
    return new Walked(rows, positions.size() < limit ? null : positions.getLast());
  }

  private List<Position> positions(@Nullable Position after, int limit, Instant now) {
    double newest = after == null ? Double.POSITIVE_INFINITY : after.expiresAt().toEpochMilli();
    List<Position> positions = new ArrayList<>(limit);
    int offset = 0;
    while (positions.size() < limit) {
      int from = offset;
      Set<Tuple> piece =
          Objects.requireNonNull(
              redis.execute(
                  (RedisCallback<Set<Tuple>>)
                      connection ->
                          connection
                              .zSetCommands()
                              .zRevRangeByScoreWithScores(
                                  bytes(INDEX), now.toEpochMilli(), newest, from, limit)));
      for (Tuple tuple : piece) {
        Position position =
            new Position(
                Instant.ofEpochMilli(tuple.getScore().longValue()),
                new String(tuple.getValue(), StandardCharsets.UTF_8));
        if (positions.size() < limit && isAfter(position, after)) {
          positions.add(position);
        }
      }
      if (piece.size() < limit) {
        break;
      }
      offset += limit;
    }
    return positions;
  }

  /** Sessions that expire in the same millisecond are ordered by identifier. */
  private static boolean isAfter(Position position, @Nullable Position after) {
    return after == null
        || position.expiresAt().toEpochMilli() < after.expiresAt().toEpochMilli()
        || position.id().compareTo(after.id()) < 0;
  }

  @Override
  public Optional<SessionRow> get(String id, Instant now) {
    return read(List.of(id), false).stream()
        .map(fields -> fields.toRow(json))
        .filter(row -> row.expiresAt().isAfter(now))
        .findFirst();
  }

  @Override
  public List<Group> groups(Instant now) {
    Map<String, Map<String, Long>> counts = new TreeMap<>();
    Position position = null;
    do {
      Walked walked = walk(SessionSelector.ALL, position, PIECE, now);
      for (SessionRow row : walked.rows()) {
        counts
            .computeIfAbsent(row.listener(), listener -> new TreeMap<>())
            .merge(row.protocol(), 1L, Long::sum);
      }
      position = walked.last();
    } while (position != null);
    List<Group> groups = new ArrayList<>();
    counts.forEach(
        (listener, byProtocol) ->
            byProtocol.forEach(
                (protocol, count) -> groups.add(new Group(listener, protocol, count))));
    return groups;
  }

  @Override
  public long count() {
    Long size = redis.opsForZSet().zCard(INDEX);
    return size == null ? 0 : size;
  }

  private List<Fields> read(Collection<String> ids, boolean sealed) {
    byte[] secret = sealed ? SEALED : ROW;
    List<Object> answers =
        pipelined(
            connection ->
                ids.forEach(
                    id ->
                        connection
                            .hashCommands()
                            .hMGet(key(id), ROW, RESUMPTIONS, LAST_USED_AT, EXPIRES_AT, secret)));
    List<Fields> found = new ArrayList<>(answers.size());
    for (Object answer : answers) {
      @SuppressWarnings("unchecked") // HMGET answers so.
      Fields fields = new Fields((List<byte @Nullable []>) answer);
      if (fields.exists()) {
        found.add(fields);
      }
    }
    return found;
  }

  private List<Object> pipelined(Consumer<RedisConnection> commands) {
    return redis.executePipelined(
        (RedisCallback<@Nullable Object>)
            connection -> {
              commands.accept(connection);
              return null;
            },
        RedisSerializer.byteArray());
  }

  private static byte[] key(String id) {
    return bytes(PREFIX + id);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private record Walked(List<SessionRow> rows, @Nullable Position last) {}

  /** The values of row, resumptions, lastUsedAt, expiresAt, and of sealed where it is read. */
  private record Fields(List<byte @Nullable []> values) {

    boolean exists() {
      return values.get(0) != null && values.get(1) != null && values.get(3) != null;
    }

    byte @Nullable [] sealed() {
      return values.get(4);
    }

    SessionRow toRow(JsonMapper json) {
      SessionRow row = json.readValue(Objects.requireNonNull(values.get(0)), SessionRow.class);
      String lastUsedAt = text(2);
      return row.withUse(
          lastUsedAt == null ? null : Instant.parse(lastUsedAt),
          Long.parseLong(Objects.requireNonNull(text(1))),
          Instant.parse(Objects.requireNonNull(text(3))));
    }

    private @Nullable String text(int index) {
      byte[] value = values.get(index);
      return value == null ? null : new String(value, StandardCharsets.UTF_8);
    }
  }
}
