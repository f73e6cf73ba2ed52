package dev.handfast.listener;

import dev.handfast.replica.ConnectionCount;
import dev.handfast.replica.Topic;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What replicas ask each other about live connections. */
@Component
class ConnectionTopics implements Topic.Source, ConnectionCount {

  /** A client that does not take its close_notify is waited for so long. */
  static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  private final Connections connections;

  private final Topic<Query, Found> list =
      new Topic<>("connections", Query.class, Found.class, this::find);

  private final Topic<String, ConnectionInfo> show =
      new Topic<>("connection", String.class, ConnectionInfo.class, this::show);

  private final Topic<String, Boolean> close =
      new Topic<>("connection-close", String.class, Boolean.class, this::close);

  ConnectionTopics(Connections connections) {
    this.connections = connections;
  }

  @Override
  public List<Topic<?, ?>> topics() {
    return List.of(list, show, close);
  }

  @Override
  public int connections() {
    return connections.count();
  }

  /** A replica's part of a page. */
  Topic<Query, Found> list() {
    return list;
  }

  /** The connection with an id. */
  Topic<String, ConnectionInfo> show() {
    return show;
  }

  /** Closes the connection with an id; true if it was there. */
  Topic<String, Boolean> close() {
    return close;
  }

  private Found find(Query query) {
    return new Found(connections.list(query.selector(), query.after(), query.limit()));
  }

  private @Nullable ConnectionInfo show(String id) {
    return connections.find(id).map(LiveConnection::info).orElse(null);
  }

  private @Nullable Boolean close(String id) {
    LiveConnection connection = connections.find(id).orElse(null);
    if (connection == null) {
      return null;
    }
    connection
        .close()
        .toCompletableFuture()
        .completeOnTimeout(
            LiveConnection.Outcome.of(LiveConnection.Result.BUSY),
            CLOSE_LIMIT.toMillis(),
            TimeUnit.MILLISECONDS)
        .join();
    return true;
  }

  /**
   * Which connections are asked for.
   *
   * @param after an id: only later ones; null: from the first
   */
  record Query(ConnectionSelector selector, @Nullable String after, int limit) {}

  /** A replica's connections, oldest first. */
  record Found(List<ConnectionInfo> items) {}
}
