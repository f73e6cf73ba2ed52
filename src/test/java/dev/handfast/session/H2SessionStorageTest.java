package dev.handfast.session;

import java.io.ByteArrayOutputStream;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.springframework.jdbc.core.JdbcTemplate;

class H2SessionStorageTest extends SessionStorageContract {

  private final DataSource database = Fixtures.migrated(h2("storage-" + System.nanoTime()));

  static DataSource h2(String name) {
    JdbcDataSource database = new JdbcDataSource();
    database.setURL("jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1");
    return database;
  }

  @Override
  SessionStorage emptyStorage() {
    return Fixtures.storage(database);
  }

  @Override
  byte[] storedBytes() {
    return bytes(database);
  }

  static byte[] bytes(DataSource database) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    new JdbcTemplate(database)
        .query(
            "select * from resumable_session",
            row -> {
              for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                byte[] value =
                    row.getMetaData().getColumnName(i).equalsIgnoreCase("sealed")
                        ? row.getBytes(i)
                        : String.valueOf(row.getString(i)).getBytes();
                all.writeBytes(value);
              }
            });
    return all.toByteArray();
  }
}
