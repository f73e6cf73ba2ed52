package dev.handfast.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.testing.CommandLine;
import dev.handfast.testing.FreePort;
import dev.handfast.testing.RequiresTool;
import dev.handfast.testing.RunningHandfast;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.embedded.RedisServer;
import tools.jackson.databind.JsonNode;

/** The application with its sessions in a real Redis server. */
@RequiresTool("openssl")
class SessionsInRedisIT {

  @TempDir private Path directory = Path.of("");

  @Test
  void aSessionOutlivesTheApplicationAndTheApplicationOutlivesRedis() throws IOException {
    int port = FreePort.next();
    RedisServer redis = RedisServer.newRedisServer().port(port).setting("save \"\"").build();
    redis.start();
    try (RunningHandfast handfast =
        RunningHandfast.start(
            Map.of(
                "handfast.sessions.store",
                "redis",
                "handfast.sessions.lookup-deadline",
                "5s",
                "spring.data.redis.port",
                Integer.toString(port)))) {
      String session = directory.resolve("session").toString();
      assertThat(connect(handfast, "-sess_out", session)).contains("New, ");
      JsonNode listed = handfast.api().get("/api/v1/sessions").expect(200).json().get("items");
      String id = listed.get(0).get("id").asString();
      assertThat(one(handfast, id)).isEqualTo(listed.get(0));
      assertThat(one(handfast, id.toUpperCase(Locale.ROOT))).isEqualTo(listed.get(0));

      handfast.stop();
      handfast.restart();
      assertThat(connect(handfast, "-sess_in", session)).contains("Reused, ");

      redis.stop();
      assertThat(connect(handfast)).contains("New, ").contains("200 OK");
      handfast.anonymous().get("/actuator/health/readiness").expect(200);
    } finally {
      redis.stop();
    }
  }

  private static JsonNode one(RunningHandfast handfast, String id) {
    return handfast.api().get("/api/v1/sessions/" + id).expect(200).json();
  }

  private static String connect(RunningHandfast handfast, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "openssl",
                "s_client",
                "-connect",
                "127.0.0.1:" + handfast.channelPort(),
                "-servername",
                "localhost",
                "-ign_eof",
                "-tls1_3"));
    command.addAll(List.of(arguments));
    return CommandLine.runWithInput(
            "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
            command.toArray(String[]::new))
        .all();
  }
}
