package dev.handfast.configuration;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * On PostgreSQL, hears of other replicas' changes at once, by LISTEN on a connection of its own.
 * Without it (H2, or while the connection is being made anew) polling finds them a little later.
 */
@Component
class ChangeNotifications implements SmartLifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(ChangeNotifications.class);
  private static final int WAIT_MILLIS = 10_000;
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final @Nullable JdbcConnectionDetails details;
  private final ConfigurationChanges changes;
  private volatile @Nullable Thread thread;
  private volatile @Nullable Connection connection;

  ChangeNotifications(ObjectProvider<JdbcConnectionDetails> details, ConfigurationChanges changes) {
    this.details = details.getIfAvailable();
    this.changes = changes;
  }

  @Override
  public void start() {
    if (details != null && details.getJdbcUrl().startsWith("jdbc:postgresql:")) {
      JdbcConnectionDetails database = details;
      Thread listening =
          Thread.ofVirtual().name("configuration-notifications").unstarted(() -> listen(database));
      thread = listening;
      listening.start();
    }
  }

  @Override
  public void stop() {
    Thread listening = thread;
    thread = null;
    if (listening != null) {
      listening.interrupt();
      closeQuietly();
    }
  }

  @Override
  public boolean isRunning() {
    return thread != null;
  }

  private void listen(JdbcConnectionDetails database) {
    boolean failedBefore = false;
    while (isListener()) {
      try (Connection listening = connect(database)) {
        connection = listening;
        failedBefore = false;
        LOG.info("Listening for configuration changes of other replicas");
        changes.follow();
        while (isListener()) {
          Object[] notifications =
              listening.unwrap(PGConnection.class).getNotifications(WAIT_MILLIS);
          if (notifications != null && notifications.length > 0) {
            changes.follow();
          }
        }
      } catch (SQLException e) {
        if (isListener() && !failedBefore) {
          LOG.warn("No notifications of configuration changes, polling: {}", e.getMessage());
        }
        failedBefore = true;
        pause();
      }
    }
  }

  private static Connection connect(JdbcConnectionDetails database) throws SQLException {
    Properties properties = new Properties();
    if (database.getUsername() != null) {
      properties.setProperty("user", database.getUsername());
    }
    if (database.getPassword() != null) {
      properties.setProperty("password", database.getPassword());
    }
    properties.setProperty("ApplicationName", "handfast-notifications");
    properties.setProperty("tcpKeepAlive", "true");
    Connection connection = DriverManager.getConnection(database.getJdbcUrl(), properties);
    try (Statement statement = connection.createStatement()) {
      statement.execute("listen " + ConfigurationChanges.CHANNEL);
    }
    return connection;
  }

  private boolean isListener() {
    return Thread.currentThread() == thread;
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void closeQuietly() {
    Connection listening = connection;
    if (listening != null) {
      try {
        listening.close();
      } catch (SQLException e) {
        LOG.debug("closing the notification connection failed", e);
      }
    }
  }
}
