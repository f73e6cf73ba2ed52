package dev.handfast.session;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.springframework.jdbc.core.JdbcTemplate;

class PostgresSessionStorageTest extends SessionStorageContract {

  private static @Nullable EmbeddedPostgres postgres;
  private static @Nullable DataSource database;

  @BeforeAll
  static void start() throws IOException {
    postgres = EmbeddedPostgres.start();
    database = Fixtures.migrated(postgres.getPostgresDatabase());
  }

  @AfterAll
  static void stop() throws IOException {
    if (postgres != null) {
      postgres.close();
    }
  }

  @Override
  SessionStorage emptyStorage() {
    new JdbcTemplate(database()).update("delete from tls_session");
    return Fixtures.storage(database());
  }

  @Override
  byte[] storedBytes() {
    return H2SessionStorageTest.bytes(database());
  }

  private static DataSource database() {
    return Objects.requireNonNull(database);
  }
}
