package dev.handfast.configuration;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Whether other replicas may use this database too, how they are told of something new, and how one
 * of them does what need not be done by all.
 */
public class SharedDatabase {

  private static final String LOCK = "select pg_try_advisory_lock(hashtextextended(?, 0))";
  private static final String UNLOCK = "select pg_advisory_unlock(hashtextextended(?, 0))";

  private final DataSource connections;
  private final JdbcClient jdbc;
  private final boolean shared;

  /**
   * The database behind these connections.
   *
   * @param shared whether it is PostgreSQL
   */
  public SharedDatabase(DataSource connections, JdbcClient jdbc, boolean shared) {
    this.connections = connections;
    this.jdbc = jdbc;
    this.shared = shared;
  }

  /** Whether a JDBC URL leads to PostgreSQL. */
  static boolean isPostgresql(String url) {
    return url.startsWith("jdbc:postgresql:");
  }

  /** True on PostgreSQL; H2 belongs to one process. */
  public boolean isShared() {
    return shared;
  }

  /**
   * Signals every {@link Subscriber} of a channel, in every replica, when the transaction that runs
   * on this thread is committed. Does nothing if nobody shares the database. Blocks.
   */
  public void signal(String channel) {
    if (shared) {
      jdbc.sql("select pg_notify(?, '')").param(channel).query((row, number) -> number).list();
    }
  }

  /**
   * Runs a task unless another replica runs it now; then it does nothing. The lock (advisory, of a
   * session of PostgreSQL's) ends with the task, or with this process: nobody waits for a replica
   * that was killed. Holds a database connection meanwhile. Blocks.
   *
   * @param task its name, the same in all replicas
   * @return whether it ran
   * @throws org.springframework.dao.DataAccessException if the database fails
   */
  public boolean exclusively(String task, Runnable run) {
    if (!shared) {
      run.run();
      return true;
    }
    String lock = "handfast:" + task;
    try (Connection holder = connections.getConnection()) {
      if (!answersTrue(holder, LOCK, lock)) {
        return false;
      }
      try {
        run.run();
      } finally {
        unlock(holder, lock);
      }
      return true;
    } catch (SQLException e) {
      throw new DataAccessResourceFailureException("no lock for " + task, e);
    }
  }

  /** A connection that may still hold the lock must not go back to the pool. */
  private static void unlock(Connection holder, String lock) throws SQLException {
    boolean unlocked = false;
    try {
      unlocked = answersTrue(holder, UNLOCK, lock);
    } finally {
      if (!unlocked) {
        holder.abort(Runnable::run);
      }
    }
  }

  private static boolean answersTrue(Connection connection, String sql, String parameter)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, parameter);
      try (ResultSet answer = statement.executeQuery()) {
        return answer.next() && answer.getBoolean(1);
      }
    }
  }

  /** A feature that is told by signals, which may get lost: it must also look by itself. */
  public interface Subscriber {

    /** Of letters and underscores. */
    String channel();

    /** Something is new, or may have been missed. Returns at once; one thread at a time. */
    void signalled();
  }
}
