package dev.handfast.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.handfast.testing.ClientCertificates;
import dev.handfast.testing.ClientCertificates.Client;
import dev.handfast.testing.Detour;
import dev.handfast.testing.RequiresTool;
import dev.handfast.testing.RunningHandfast;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * OpenSSL, curl, GnuTLS and the JDK, each in TLS 1.2 and 1.3, begin a session, and come again after
 * something has happened. All of them at once: what happens takes longer than they do.
 */
@RequiresTool({"openssl", "curl", "gnutls-cli"})
@ResourceLock(TwoReplicas.SHARED)
class ClientsResumeIT {

  private static final int CLIENTS = ReconnectingClient.values().length * 2;

  private static final TwoReplicas REPLICAS = TwoReplicas.shared();
  private static final RunningHandfast ONE = REPLICAS.one;

  @TempDir private Path directory = Path.of("");
  private final List<Reconnection> reconnections = new ArrayList<>();

  @AfterAll
  static void noBufferHasLeaked() {
    REPLICAS.assertNoLeak();
  }

  @AfterEach
  void close() {
    reconnections.forEach(reconnection -> reconnection.detour().close());
  }

  @Test
  void everyClientResumesWhenItReconnects() {
    ClientCertificates world = listener("reconnecting", "server");

    List<Reconnection> clients = begin(world, null);

    assertThatAllResume(clients, REPLICAS.port(ONE, world.name()));
    assertThat(lookups(world, "memory", "hit")).isEqualTo(CLIENTS);
    assertThat(lookups(world, "memory", "miss")).isZero();
  }

  @Test
  void everyClientResumesAtAnotherReplica() {
    ClientCertificates world = listener("elsewhere", "server");

    List<Reconnection> clients = begin(world, null);
    awaitStored(world);

    assertThatAllResume(clients, REPLICAS.port(REPLICAS.other, world.name()));
    assertThat(lookups(REPLICAS.other, world, "database", "hit")).isEqualTo(CLIENTS);
  }

  /**
   * In TLS 1.3 only those who can wait before they connect: a ClientHello that waited for the
   * restart would tell an age of its ticket that is not true any more.
   */
  @Test
  void clientsResumeAfterTheApplicationWasRestarted() {
    ClientCertificates world = listener("restarted", "server");
    CountDownLatch restarted = new CountDownLatch(1);
    List<Reconnection> clients = new ArrayList<>();
    for (ReconnectingClient client : ReconnectingClient.values()) {
      clients.add(begin(world, client, "1.2", null, () -> {}));
      if (client.waitsBetween()) {
        clients.add(begin(world, client, "1.3", null, () -> awaitCountDown(restarted)));
      }
    }
    awaitStored(world, 4 + 2);

    ONE.stop();
    ONE.restart();
    goOn(clients, REPLICAS.port(ONE, world.name()));
    restarted.countDown();

    assertThatAllResumed(clients);
    assertThat(lookups(world, "database", "hit")).isEqualTo(clients.size());
  }

  @Test
  void aRevokedCertificateTouchesItsOwnSessionsOnly() {
    ClientCertificates world = new ClientCertificates("revoking");
    Client alice = world.client(directory, "alice");
    Client bob = world.client(directory, "bob");
    world.putBundle(ONE.api());
    world.putPolicy(ONE.api(), "require", "CN=alice", "CN=bob");
    world.putListenerWithPolicy(ONE.api(), "server");

    List<Reconnection> ofAlice = begin(world, alice);
    List<Reconnection> ofBob = begin(world, bob);
    world.putBundle(ONE.api(), alice);

    int port = REPLICAS.port(ONE, world.name());
    assertThatNoneComesIn(ofAlice, port);
    assertThat(lookups(world, "memory", "refused")).isEqualTo(CLIENTS);
    assertThat(metric(ONE, "handfast_session_refusals_total", world, "client_certificate_revoked"))
        .isEqualTo(CLIENTS);
    assertThatAllResume(ofBob, port);
    assertThat(lookups(world, "memory", "refused")).isEqualTo(CLIENTS);
  }

  @Test
  void aChangedPolicyTouchesItsOwnSessionsOnly() {
    ClientCertificates world = new ClientCertificates("changing");
    Client alice = world.client(directory, "alice");
    world.putBundle(ONE.api());
    world.putPolicy(ONE.api(), "require", "CN=alice");
    world.putListenerWithPolicy(ONE.api(), "server");
    ClientCertificates neighbour = new ClientCertificates("neighbouring");
    Client carol = neighbour.client(directory, "carol");
    neighbour.putBundle(ONE.api());
    neighbour.putPolicy(ONE.api(), "require", "CN=carol");
    neighbour.putListenerWithPolicy(ONE.api(), "server");

    List<Reconnection> ofAlice = begin(world, alice);
    List<Reconnection> ofCarol = begin(neighbour, carol);
    awaitStored(world);
    awaitStored(neighbour);
    world.putPolicy(ONE.api(), "require", "CN=bob");

    await().atMost(TwoReplicas.SOON).until(() -> REPLICAS.stored(world.name()) == 0);
    assertThatNoneComesIn(ofAlice, REPLICAS.port(ONE, world.name()));
    assertThat(lookups(world, "memory", "hit")).isZero();
    assertThatAllResume(ofCarol, REPLICAS.port(ONE, neighbour.name()));
  }

  @Test
  void aNewCertificateVersionTouchesItsOwnSessionsOnly() {
    REPLICAS.createCertificate("rotated");
    ClientCertificates world = listener("rotating", "rotated");
    ClientCertificates neighbour = listener("staying", "server");

    List<Reconnection> clients = begin(world, null);
    List<Reconnection> others = begin(neighbour, null);
    awaitStored(world);
    REPLICAS.rotate("rotated");

    await().atMost(TwoReplicas.SOON).until(() -> REPLICAS.stored(world.name()) == 0);
    assertThatAllBeginAnew(clients, REPLICAS.port(ONE, world.name()));
    assertThat(lookups(world, "memory", "miss")).isEqualTo(CLIENTS);
    assertThatAllResume(others, REPLICAS.port(ONE, neighbour.name()));
  }

  @Test
  void deletedSessionsAreNotResumed() {
    ClientCertificates world = listener("deleting", "server");
    ClientCertificates neighbour = listener("keeping", "server");

    List<Reconnection> clients = begin(world, null);
    List<Reconnection> others = begin(neighbour, null);
    int stored = awaitStored(world);
    assertThat(
            ONE.api()
                .get("/api/v1/sessions/summary")
                .expect(200)
                .json()
                .at("/byListener/deleting")
                .asInt())
        .isEqualTo(stored);
    for (String tier : List.of("memory", "database")) {
      await(tier)
          .atMost(TwoReplicas.SOON)
          .until(() -> ONE.api().metric("handfast_sessions", "tier=\"" + tier + "\"") >= stored);
    }

    assertThat(
            ONE.api()
                .delete("/api/v1/sessions?listener=deleting")
                .expect(200)
                .json()
                .at("/deleted")
                .asInt())
        .isEqualTo(stored);

    assertThatAllBeginAnew(clients, REPLICAS.port(ONE, world.name()));
    assertThat(lookups(world, "database", "miss")).isEqualTo(CLIENTS);
    assertThatAllResume(others, REPLICAS.port(ONE, neighbour.name()));
  }

  private static ClientCertificates listener(String name, String certificate) {
    ClientCertificates world = new ClientCertificates(name);
    world.putListener(ONE.api(), certificate, "");
    return world;
  }

  /** Every client has been there once, and waits at its detour the second time. */
  private List<Reconnection> begin(ClientCertificates world, @Nullable Client own) {
    List<Reconnection> begun = new ArrayList<>();
    for (ReconnectingClient client : ReconnectingClient.values()) {
      for (String version : List.of("1.2", "1.3")) {
        begun.add(begin(world, client, version, own, () -> {}));
      }
    }
    begun.forEach(Reconnection::awaitSecondConnection);
    return begun;
  }

  private Reconnection begin(
      ClientCertificates world,
      ReconnectingClient client,
      String version,
      @Nullable Client own,
      Runnable between) {
    Detour detour = new Detour();
    detour.lead(REPLICAS.port(ONE, world.name()));
    ReconnectingClient.Server server =
        new ReconnectingClient.Server(detour.port(), ONE.caFile(), directory);
    CompletableFuture<String> answer =
        CompletableFuture.supplyAsync(
            () -> client.reconnect(server, version, own, between),
            task -> Thread.ofPlatform().daemon().start(task));
    Reconnection begun = new Reconnection(client + " " + version, detour, answer);
    reconnections.add(begun);
    return begun;
  }

  private static void awaitCountDown(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void assertThatAllResume(List<Reconnection> clients, int port) {
    assertThatAllResumed(goOn(clients, port));
  }

  private static void assertThatAllResumed(List<Reconnection> clients) {
    for (Reconnection client : clients) {
      assertThat(client.seen()).as(client.name()).contains("\"resumed\":true");
      if (client.name().startsWith("OPENSSL")) {
        assertThat(client.seen()).contains("Reused, TLSv");
      } else if (client.name().startsWith("GNUTLS")) {
        assertThat(client.seen()).contains("*** This is a resumed session");
      }
    }
  }

  private static void assertThatAllBeginAnew(List<Reconnection> clients, int port) {
    for (Reconnection client : goOn(clients, port)) {
      assertThat(client.seen()).as(client.name()).contains("\"resumed\":false");
    }
  }

  private static void assertThatNoneComesIn(List<Reconnection> clients, int port) {
    for (Reconnection client : goOn(clients, port)) {
      assertThat(client.seen())
          .as(client.name())
          .doesNotContain("\"resumed\":")
          .doesNotContain("Reused, ")
          .doesNotContain("*** This is a resumed session");
    }
  }

  private static List<Reconnection> goOn(List<Reconnection> clients, int port) {
    clients.forEach(client -> client.detour().lead(port));
    return clients;
  }

  /** Until every session that was issued can be found by the other replica; how many. */
  private static int awaitStored(ClientCertificates world) {
    return awaitStored(world, CLIENTS);
  }

  private static int awaitStored(ClientCertificates world, int issued) {
    await()
        .atMost(TwoReplicas.SOON)
        .untilAsserted(() -> assertThat(REPLICAS.stored(world.name())).isEqualTo(issued));
    return issued;
  }

  private static int lookups(ClientCertificates world, String tier, String result) {
    return lookups(ONE, world, tier, result);
  }

  private static int lookups(
      RunningHandfast replica, ClientCertificates world, String tier, String result) {
    return metric(replica, "handfast_session_lookups_total", world, tier, result);
  }

  private static int metric(
      RunningHandfast replica, String name, ClientCertificates world, String... values) {
    List<String> labels = new ArrayList<>(List.of("listener=\"" + world.name() + "\""));
    for (String value : values) {
      labels.add("=\"" + value + "\"");
    }
    return (int) replica.api().metric(name, labels.toArray(String[]::new));
  }

  /** A client between its two connections. */
  private record Reconnection(String name, Detour detour, CompletableFuture<String> answer) {

    void awaitSecondConnection() {
      await(name)
          .atMost(TwoReplicas.SOON)
          .until(() -> detour.connections() == 2 || answer.isDone());
      assertThat(detour.connections()).as(() -> name + ": " + answer.getNow("waits")).isEqualTo(2);
    }

    String seen() {
      return answer.orTimeout(60, TimeUnit.SECONDS).join();
    }
  }
}
