package dev.handfast.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.handfast.testing.Postgres;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Tasks that one replica does for all, on a real PostgreSQL. */
class SharedDatabaseTest {

  private final String url = Postgres.newDatabase();
  private final List<HikariDataSource> pools = new ArrayList<>();
  private final SharedDatabase one = replica(url);
  private final SharedDatabase other = replica(url);

  @AfterEach
  void close() {
    pools.forEach(HikariDataSource::close);
  }

  @Test
  void whatOneReplicaDoesTheOtherLeavesUntilItIsDone() {
    List<String> done = new ArrayList<>();

    boolean ran =
        one.exclusively(
            "clean",
            () -> {
              done.add("one");
              assertThat(other.exclusively("clean", () -> done.add("other, too early"))).isFalse();
              assertThat(other.exclusively("count", () -> done.add("another task"))).isTrue();
            });

    assertThat(ran).isTrue();
    assertThat(other.exclusively("clean", () -> done.add("other"))).isTrue();
    assertThat(done).containsExactly("one", "another task", "other");
  }

  @Test
  void aTaskThatFailsIsFreeForTheOthers() {
    assertThatThrownBy(
            () ->
                one.exclusively(
                    "clean",
                    () -> {
                      throw new IllegalStateException("broken");
                    }))
        .isInstanceOf(IllegalStateException.class);

    assertThat(other.exclusively("clean", () -> {})).isTrue();
  }

  @Test
  void aTaskWhoseReplicaLosesTheDatabaseIsFreeForTheOthers() {
    assertThatThrownBy(() -> one.exclusively("clean", this::endTheHolder))
        .isInstanceOf(DataAccessException.class);

    assertThat(other.exclusively("clean", () -> {})).isTrue();
    assertThat(one.exclusively("clean", () -> {})).isTrue();
  }

  private void endTheHolder() {
    JdbcClient.create(pools.getLast())
        .sql(
            """
            select count(pg_terminate_backend(pid)) from pg_locks
            where locktype = 'advisory'
              and database = (select oid from pg_database where datname = current_database())
            """)
        .query(Integer.class)
        .single();
  }

  private SharedDatabase replica(String database) {
    HikariDataSource pool = new HikariDataSource();
    pool.setJdbcUrl(database);
    pool.setMaximumPoolSize(3);
    pool.setMinimumIdle(1);
    pools.add(pool);
    return new SharedDatabase(pool, JdbcClient.create(pool), true);
  }
}
