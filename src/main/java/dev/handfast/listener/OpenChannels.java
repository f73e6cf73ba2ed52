package dev.handfast.listener;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** All connections of one listener, handshaking ones included, for draining. Thread-safe. */
final class OpenChannels {

  private final Map<String, GatewayConnection> connections = new ConcurrentHashMap<>();

  void add(GatewayConnection connection) {
    connections.put(connection.id(), connection);
    connection.channel().closeFuture().addListener(closed -> connections.remove(connection.id()));
  }

  Collection<GatewayConnection> all() {
    return connections.values();
  }

  boolean isEmpty() {
    return connections.isEmpty();
  }
}
