package dev.handfast.session;

import dev.handfast.testing.FreePort;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import redis.embedded.RedisServer;
import tools.jackson.databind.json.JsonMapper;

/** On a real Redis server, a process of its own. */
class RedisSessionStorageTest extends SessionStorageContract {

  private static @Nullable RedisServer server;
  private static @Nullable LettuceConnectionFactory connections;

  @BeforeAll
  static void start() throws IOException {
    int port = FreePort.next();
    server = RedisServer.newRedisServer().port(port).setting("save \"\"").build();
    server.start();
    connections = new LettuceConnectionFactory("127.0.0.1", port);
    connections.afterPropertiesSet();
    connections.start();
  }

  @AfterAll
  static void stop() throws IOException {
    if (connections != null) {
      connections.destroy();
    }
    if (server != null) {
      server.stop();
    }
  }

  @Override
  SessionStorage emptyStorage() {
    try (RedisConnection connection = connections().getConnection()) {
      connection.serverCommands().flushAll();
    }
    return new RedisSessionStorage(connections(), new JsonMapper());
  }

  @Override
  byte[] storedBytes() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try (RedisConnection connection = connections().getConnection()) {
      for (byte[] key : connection.keyCommands().keys("handfast:session:*".getBytes())) {
        all.writeBytes(key);
        connection
            .hashCommands()
            .hGetAll(key)
            .forEach(
                (field, value) -> {
                  all.writeBytes(field);
                  all.writeBytes(value);
                });
      }
    }
    return all.toByteArray();
  }

  private static LettuceConnectionFactory connections() {
    return Objects.requireNonNull(connections);
  }
}
