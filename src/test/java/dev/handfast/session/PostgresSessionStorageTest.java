package dev.handfast.session;

import dev.handfast.testing.Postgres;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class PostgresSessionStorageTest extends SessionStorageContract {

  private static final DataSource DATABASE =
      Fixtures.migrated(new DriverManagerDataSource(Postgres.newDatabase()));

  @Override
  SessionStorage emptyStorage() {
    new JdbcTemplate(DATABASE).update("delete from resumable_session");
    return Fixtures.storage(DATABASE);
  }

  @Override
  byte[] storedBytes() {
    return H2SessionStorageTest.bytes(DATABASE);
  }
}
