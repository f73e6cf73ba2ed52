package dev.handfast.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.handfast.testing.Postgres;
import java.sql.Connection;
import java.sql.SQLException;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;

class AnswerLimitTest {

  private static final String SOCKET_TIMEOUT = "socketTimeout";

  @Test
  void boundsTheAnswersOfPostgresql() throws SQLException {
    try (HikariDataSource pool = limited(new HikariDataSource(), Postgres.newDatabase());
        Connection connection = pool.getConnection()) {
      assertThat(connection.getNetworkTimeout()).isEqualTo(120_000);
    }
  }

  @Test
  void leavesWhatTheOperatorSaid() throws SQLException {
    String url = Postgres.newDatabase() + "&" + SOCKET_TIMEOUT + "=7";
    try (HikariDataSource pool = limited(new HikariDataSource(), url);
        Connection connection = pool.getConnection()) {
      assertThat(connection.getNetworkTimeout()).isEqualTo(7_000);
    }
    HikariDataSource configured = new HikariDataSource();
    configured.addDataSourceProperty(SOCKET_TIMEOUT, "9");
    assertThat(limited(configured, "jdbc:postgresql://host/handfast").getDataSourceProperties())
        .containsEntry(SOCKET_TIMEOUT, "9");
  }

  @Test
  void leavesMigrationsAsLongAsTheyTake() throws SQLException {
    String url = Postgres.newDatabase();
    FluentConfiguration flyway = Flyway.configure();
    AnswerLimit.exempt(flyway, new Details(url));
    try (Connection connection = flyway.getDataSource().getConnection()) {
      assertThat(connection.getMetaData().getURL()).startsWith("jdbc:postgresql:");
      assertThat(connection.getNetworkTimeout()).isZero();
    }
  }

  @Test
  void leavesH2Alone() {
    try (HikariDataSource pool = limited(new HikariDataSource(), "jdbc:h2:mem:limit")) {
      assertThat(pool.getDataSourceProperties()).isEmpty();
    }
  }

  private record Details(String url) implements JdbcConnectionDetails {

    @Override
    public @Nullable String getUsername() {
      return null;
    }

    @Override
    public @Nullable String getPassword() {
      return null;
    }

    @Override
    public String getJdbcUrl() {
      return url;
    }
  }

  private static HikariDataSource limited(HikariDataSource pool, String url) {
    pool.setJdbcUrl(url);
    new AnswerLimit().postProcessBeforeInitialization(pool, "dataSource");
    return pool;
  }
}
