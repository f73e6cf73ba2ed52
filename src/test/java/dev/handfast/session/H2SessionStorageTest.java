package dev.handfast.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

class H2SessionStorageTest extends SessionStorageContract {

  private final DataSource database = Fixtures.migrated(h2("storage-" + System.nanoTime()));

  static DataSource h2(String name) {
    JdbcDataSource database = new JdbcDataSource();
    database.setURL("jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1");
    return database;
  }

  /** As H2 would read all of them for each piece if it had to lock in an index's order. */
  @Test
  void ofManyExpiredSessionsOnlyThePieceIsRead() {
    JdbcTemplate jdbc = new JdbcTemplate(database);
    jdbc.update(
        """
        insert into resumable_session
          (id, listener, route, protocol, cipher_suite, certificate_version,
           client_auth_policy_revision, created_at, expires_at, resumptions, sealed)
        select random_uuid(), 'shop', '', 'TLSv1.3', 4865, 1, 0, current_timestamp,
          current_timestamp - interval '1' hour, 0, x'00'
        from system_range(1, 500)\
        """);

    String plan =
        jdbc.queryForObject(
            "explain analyze " + JdbcSessionStorage.EXPIRED,
            String.class,
            OffsetDateTime.now(ZoneOffset.UTC),
            10);

    assertThat(Pattern.compile("scanCount: (\\d+)").matcher(String.valueOf(plan)).results())
        .isNotEmpty()
        .allSatisfy(scan -> assertThat(Integer.parseInt(scan.group(1))).isLessThan(20));
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
