package dev.handfast.replica;

import static org.awaitility.Awaitility.await;

import dev.handfast.testing.Api;
import dev.handfast.testing.RunningHandfast;
import dev.handfast.testing.TlsClients;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.springframework.util.FileSystemUtils;

/**
 * Three processes {@code a}, {@code b}, {@code c} on one PostgreSQL. They are on one machine, so
 * their listeners take any port, each another.
 */
final class ThreeReplicas implements AutoCloseable {

  static final Duration SOON = Duration.ofSeconds(20);
  private static final List<String> NAMES = List.of("a", "b", "c");

  private final Path files;
  private EmbeddedPostgres postgres;
  private final List<RunningHandfast> replicas;

  ThreeReplicas() throws IOException {
    Path target = Files.createDirectories(Path.of("target").toAbsolutePath());
    files = Files.createTempDirectory(target, "three-replicas").resolve("postgres");
    postgres = postgres(0);
    // The first makes the schema; the others may then start together.
    RunningHandfast first = start(NAMES.getFirst());
    List<CompletableFuture<RunningHandfast>> others =
        NAMES.stream()
            .skip(1)
            .map(name -> CompletableFuture.supplyAsync(() -> start(name)))
            .toList();
    replicas =
        Stream.concat(Stream.of(first), others.stream().map(CompletableFuture::join)).toList();
    awaitLive(3);
  }

  RunningHandfast get(String name) {
    return replicas.get(NAMES.indexOf(name));
  }

  Api api(String name) {
    return get(name).api();
  }

  List<String> names() {
    return NAMES;
  }

  /** Where a replica listens, as soon as it does. */
  int port(String name, String listener) {
    return await("listener " + listener + " on " + name)
        .atMost(SOON)
        .until(
            () -> {
              Api.Answer answer = api(name).get("/api/v1/listeners/" + listener);
              return answer.status() == 200 ? answer.json().at("/status/boundPort").asInt(0) : 0;
            },
            port -> port != 0);
  }

  /** A context that trusts the local CA. */
  SSLContext trusting() {
    return TlsClients.trusting(get("a").caFile());
  }

  /** Waits until every replica knows so many to be live. */
  void awaitLive(int count) {
    for (RunningHandfast replica : replicas) {
      if (replica.processHandle().isAlive()) {
        await("live replicas")
            .atMost(SOON)
            .until(
                () ->
                    replica
                            .api()
                            .get("/api/v1/replicas")
                            .expect(200)
                            .json()
                            .at("/items")
                            .valueStream()
                            .filter(it -> !it.get("state").asString().equals("silent"))
                            .count()
                        == count);
      }
    }
  }

  void stopDatabase() throws IOException {
    postgres.close();
  }

  void startDatabase() throws IOException {
    postgres = postgres(postgres.getPort());
  }

  @Override
  public void close() throws IOException {
    try {
      // Not one after the other: each drains.
      CompletableFuture.allOf(
              replicas.stream()
                  .map(replica -> CompletableFuture.runAsync(replica::close))
                  .toArray(CompletableFuture[]::new))
          .join();
    } finally {
      postgres.close();
      FileSystemUtils.deleteRecursively(files);
    }
  }

  private EmbeddedPostgres postgres(int port) throws IOException {
    return EmbeddedPostgres.builder()
        .setDataDirectory(files)
        .setCleanDataDirectory(false)
        .setPort(port)
        .start();
  }

  private RunningHandfast start(String name) {
    return RunningHandfast.start(
        Map.of(
            "spring.datasource.url",
            postgres.getJdbcUrl("postgres", "postgres"),
            "spring.datasource.hikari.connection-timeout",
            "2000",
            "handfast.master-key",
            "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
            "handfast.bootstrap.port",
            "0",
            "handfast.replicas.name",
            name,
            "handfast.replicas.heartbeat",
            "500ms",
            "handfast.replicas.silent-after",
            "3s",
            "handfast.renegotiation.response-timeout",
            "3s"));
  }
}
