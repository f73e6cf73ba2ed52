package dev.handfast.journal;

import dev.handfast.configuration.SharedDatabase;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.util.UUID;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.transaction.support.TransactionTemplate;

/** The databases that Handfast supports, with its schema. */
enum TestDatabase {
  H2,
  POSTGRESQL;

  private static @Nullable EmbeddedPostgres postgres;

  /** A new, migrated, empty database. */
  Access open() throws Exception {
    DataSource source =
        switch (this) {
          case H2 ->
              new SimpleDriverDataSource(
                  new org.h2.Driver(), "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
          case POSTGRESQL -> postgres();
        };
    Flyway flyway = Flyway.configure().dataSource(source).cleanDisabled(false).load();
    flyway.clean();
    flyway.migrate();
    return new Access(source, this == POSTGRESQL);
  }

  private static synchronized DataSource postgres() throws IOException {
    if (postgres == null) {
      postgres = EmbeddedPostgres.start();
    }
    return postgres.getPostgresDatabase();
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
