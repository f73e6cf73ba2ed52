package dev.handfast.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.zaxxer.hikari.HikariDataSource;
import dev.handfast.handshake.ProtocolVersion;
import dev.handfast.handshake.ResumableSession;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Measures how large a session is, and how fast sessions are written, found and removed. Not a
 * test: run by hand, see docs/sessions.md. Arguments: {@code h2} or {@code postgresql}, and how
 * many sessions.
 */
final class SessionMeasurement {

  private static final int BATCH = 500;
  private static final int LOOKUPS = 20_000;
  private static final int TOGETHER = 64;

  private SessionMeasurement() {}

  public static void main(String[] arguments) throws Exception {
    int count = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 100_000;
    measureMemory();
    if (arguments.length > 0 && arguments[0].equals("postgresql")) {
      try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
        HikariDataSource pool = new HikariDataSource();
        pool.setDataSource(postgres.getPostgresDatabase());
        measure("PostgreSQL", pool, count, "select pg_total_relation_size('resumable_session')");
        pool.close();
      }
    } else {
      Path directory = Files.createTempDirectory("sessions");
      JdbcConnectionPool pool =
          JdbcConnectionPool.create("jdbc:h2:file:" + directory.resolve("db"), "sa", "");
      measure("H2", pool, count, null);
      pool.dispose();
      try (var files = Files.list(directory)) {
        for (Path file : files.toList()) {
          print("%s: %,d bytes", file.getFileName(), Files.size(file));
          Files.delete(file);
        }
      }
    }
    System.exit(0);
  }

  private static void measureMemory() {
    for (List<byte[]> chain : List.of(List.<byte[]>of(), List.of(Fixtures.ALICE))) {
      int count = 100_000;
      Cache<String, SessionEntry> cache = Caffeine.newBuilder().maximumSize(count).build();
      long before = usedMemory();
      long weight = 0;
      for (int i = 0; i < count; i++) {
        List<byte[]> own = chain.stream().map(byte[]::clone).toList();
        ResumableSession session =
            Fixtures.session(ProtocolVersion.TLS_1_3, Instant.now(), own, "server", 1);
        SessionEntry entry =
            SessionEntry.issued(
                Fixtures.IDENTITIES.idOf(session.wireIdentity()), session, Fixtures.SCOPE);
        cache.put(entry.id(), entry);
        weight += entry.weight();
      }
      long after = usedMemory();
      print(
          "memory, chain of %d certificates (%d bytes): %,d bytes per session, weighed as %,d",
          chain.size(),
          chain.stream().mapToInt(certificate -> certificate.length).sum(),
          (after - before) / cache.estimatedSize(),
          weight / count);
    }
  }

  private static long usedMemory() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static void measure(String name, DataSource database, int count, @Nullable String size) {
    Fixtures.migrated(database);
    SessionStorage storage = Fixtures.storage(database);
    SessionCodec codec = new SessionCodec(Fixtures.seal(Fixtures.random(32)));
    List<String> ids = new ArrayList<>(count);
    Instant now = Instant.now();
    long begin = System.nanoTime();
    for (int i = 0; i < count; i += BATCH) {
      List<StoredSession> batch = new ArrayList<>(BATCH);
      for (int j = 0; j < BATCH; j++) {
        ResumableSession session =
            Fixtures.session(
                ProtocolVersion.TLS_1_3, now.plusMillis(i), List.of(Fixtures.ALICE), "server", 1);
        String id = Fixtures.IDENTITIES.idOf(session.wireIdentity());
        ids.add(id);
        batch.add(codec.seal(SessionEntry.issued(id, session, Fixtures.SCOPE)));
      }
      storage.write(new SessionStorage.Batch(batch, List.of(), List.of()));
    }
    print("%s: %,d rows written per second, sealing included", name, perSecond(count, begin));
    if (size != null) {
      Long bytes = new JdbcTemplate(database).queryForObject(size, Long.class);
      print("%s: %,d bytes per row with its indexes", name, (bytes == null ? 0 : bytes) / count);
    }
    Random random = new Random(1);
    begin = System.nanoTime();
    for (int i = 0; i < LOOKUPS / 10; i++) {
      storage.find(List.of(ids.get(random.nextInt(count))), now);
    }
    print("%s: %,d look-ups per second, one at a time", name, perSecond(LOOKUPS / 10, begin));
    begin = System.nanoTime();
    for (int i = 0; i < LOOKUPS; i += TOGETHER) {
      List<String> some = new ArrayList<>();
      random.ints(TOGETHER, 0, count).forEach(index -> some.add(ids.get(index)));
      storage.find(some, now);
    }
    print("%s: %,d look-ups per second, %d together", name, perSecond(LOOKUPS, begin), TOGETHER);
    measureStore(name, database);
    begin = System.nanoTime();
    int removed = 0;
    Instant later = now.plus(Duration.ofDays(30));
    while (removed < Math.min(count, 50_000)) {
      removed += storage.deleteExpired(later, 1000);
    }
    print("%s: %,d expired rows removed per second", name, perSecond(removed, begin));
  }

  /** What a handshake sees: the time that the calls take on its thread. */
  private static void measureStore(String name, DataSource database) {
    SessionStore store =
        new SessionStore(
            Fixtures.properties(),
            Fixtures.storage(database),
            Fixtures.seal(Fixtures.random(32)),
            Fixtures.invalidationLog(database),
            new SimpleMeterRegistry(),
            Instant::now);
    store.start();
    int calls = 10_000;
    long[] nanos = new long[calls];
    for (int i = 0; i < calls; i++) {
      ResumableSession session = Fixtures.ticket();
      long begin = System.nanoTime();
      store.sessions().save(session, Fixtures.SCOPE);
      nanos[i] = System.nanoTime() - begin;
    }
    Arrays.sort(nanos);
    print(
        "%s: save takes %.1f us (median), %.1f us (p99) of the caller's time",
        name, nanos[calls / 2] / 1e3, nanos[calls * 99 / 100] / 1e3);
    store.close();
  }

  private static long perSecond(int count, long begin) {
    return Math.round(count / ((System.nanoTime() - begin) / 1e9));
  }

  private static void print(String format, Object... values) {
    System.out.printf(Locale.ROOT, format + "%n", values);
  }
}
