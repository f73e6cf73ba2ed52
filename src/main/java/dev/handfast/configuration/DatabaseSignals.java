package dev.handfast.configuration;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * On PostgreSQL, hears at once what other replicas signal, by LISTEN on a connection of its own.
 * Without it (H2, or while the connection is being made anew) polling finds it a little later.
 */
@Component
class DatabaseSignals implements SmartLifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(DatabaseSignals.class);
  private static final int WAIT_MILLIS = 10_000;
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final @Nullable JdbcConnectionDetails details;
  private final Map<String, List<SharedDatabase.Subscriber>> subscribers;
  private volatile @Nullable Thread thread;
  private volatile @Nullable Connection connection;

  DatabaseSignals(
      SharedDatabase database,
      JdbcConnectionDetails details,
      ObjectProvider<SharedDatabase.Subscriber> subscribers) {
    this.details = database.isShared() ? details : null;
    this.subscribers =
        subscribers.stream().collect(Collectors.groupingBy(SharedDatabase.Subscriber::channel));
  }

  @Override
  public void start() {
    if (details != null) {
      JdbcConnectionDetails database = details;
      Thread listening =
          Thread.ofVirtual().name("database-signals").unstarted(() -> listen(database));
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
        LOG.info("Listening for what other replicas signal");
        subscribers.values().forEach(DatabaseSignals::signal);
        while (isListener()) {
          PGNotification[] notifications =
              listening.unwrap(PGConnection.class).getNotifications(WAIT_MILLIS);
          if (notifications != null) {
            Arrays.stream(notifications)
                .map(PGNotification::getName)
                .distinct()
                .forEach(channel -> signal(subscribers.getOrDefault(channel, List.of())));
          }
        }
      } catch (SQLException e) {
        if (isListener() && !failedBefore) {
          LOG.warn("No signals of other replicas, polling: {}", e.getMessage());
        }
        failedBefore = true;
        pause();
      }
    }
  }

  private static void signal(List<SharedDatabase.Subscriber> subscribers) {
    subscribers.forEach(SharedDatabase.Subscriber::signalled);
  }

  private Connection connect(JdbcConnectionDetails database) throws SQLException {
    Properties properties = new Properties();
    if (database.getUsername() != null) {
      properties.setProperty("user", database.getUsername());
    }
    if (database.getPassword() != null) {
      properties.setProperty("password", database.getPassword());
    }
    properties.setProperty("ApplicationName", "handfast-signals");
    AnswerLimit.bound(properties);
    Connection connection = DriverManager.getConnection(database.getJdbcUrl(), properties);
    try (Statement statement = connection.createStatement()) {
      for (String channel : subscribers.keySet()) {
        statement.execute("listen " + channel);
      }
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
        LOG.debug("closing the connection for signals failed", e);
      }
    }
  }
}
