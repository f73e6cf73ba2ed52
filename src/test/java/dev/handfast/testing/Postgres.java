package dev.handfast.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;

/** A real PostgreSQL server that lives as long as the test run, with a database per test. */
public final class Postgres {

  private static final AtomicInteger NUMBER = new AtomicInteger();

  private Postgres() {}

  /** The JDBC URL of a new, empty database, with user and password. */
  public static String newDatabase() {
    String name = "test" + NUMBER.incrementAndGet();
    try (Connection connection = Shared.INSTANCE.getPostgresDatabase().getConnection()) {
      connection.createStatement().execute("create database " + name);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return Shared.INSTANCE.getJdbcUrl("postgres", name);
  }

  private static final class Shared {

    static final EmbeddedPostgres INSTANCE = start();

    private static EmbeddedPostgres start() {
      try {
        return EmbeddedPostgres.builder().start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
