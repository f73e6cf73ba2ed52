package dev.handfast.configuration;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.Properties;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;

/**
 * Bounds how long a query waits for PostgreSQL. A server that went away without a word, with its
 * machine or behind a network that drops everything, would hold who asked it for a quarter of an
 * hour, and one that hangs would hold him for good: the writers of sessions and of the journal
 * would stand still until a restart. With the query its connection is given up: who asks again, as
 * those writers do, has another.
 *
 * <p>H2 is in this process and cannot go away. A {@code socketTimeout} that the operator gave, in
 * the URL or among Hikari's properties, stays.
 */
final class AnswerLimit implements BeanPostProcessor {

  /** More than the longest query of Handfast's own needs, a simulation over millions of records. */
  static final Duration LIMIT = Duration.ofMinutes(2);

  @Override
  public Object postProcessBeforeInitialization(Object bean, String name) {
    if (bean instanceof HikariDataSource pool && SharedDatabase.isPostgresql(pool.getJdbcUrl())) {
      bound(pool.getDataSourceProperties());
    }
    return bean;
  }

  /** Bounds a connection to PostgreSQL that is made with these properties. */
  static void bound(Properties connection) {
    connection.putIfAbsent("socketTimeout", Long.toString(LIMIT.toSeconds()));
    connection.putIfAbsent("tcpKeepAlive", "true");
  }

  /** Migrations have connections of their own, without the limit: an index may take longer. */
  static void exempt(FluentConfiguration flyway, JdbcConnectionDetails database) {
    if (SharedDatabase.isPostgresql(database.getJdbcUrl())) {
      flyway.dataSource(database.getJdbcUrl(), database.getUsername(), database.getPassword());
    }
  }
}
