package dev.handfast.journal;

import dev.handfast.configuration.SharedDatabase;
import dev.handfast.testing.Postgres;
import java.util.UUID;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.transaction.support.TransactionTemplate;

/** The databases that Handfast supports, with its schema. */
enum TestDatabase {
  H2,
  POSTGRESQL;

  /** A new, migrated, empty database. */
  Access open() {
    DataSource source =
        switch (this) {
          case H2 ->
              new SimpleDriverDataSource(
                  new org.h2.Driver(), "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
          case POSTGRESQL -> new DriverManagerDataSource(Postgres.newDatabase());
        };
    Flyway.configure().dataSource(source).load().migrate();
    return new Access(source, this == POSTGRESQL);
  }

  record Access(DataSource source, boolean isPostgres) {

    SharedDatabase shared() {
      return new SharedDatabase(source, client(), isPostgres);
    }

    JdbcTemplate template() {
      return new JdbcTemplate(source);
    }

    JdbcClient client() {
      return JdbcClient.create(source);
    }

    TransactionTemplate transaction() {
      return new TransactionTemplate(new DataSourceTransactionManager(source));
    }
  }
}
