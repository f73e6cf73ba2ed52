package dev.handfast.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.testing.HandshakeLoad;
import dev.handfast.testing.OpenSslSession;
import dev.handfast.testing.RequiresTool;
import dev.handfast.testing.RunningHandfast;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Attackers who open connections and never complete, or make a completed one costly. Legitimate
 * clients must complete meanwhile, and nothing may be left afterwards.
 */
@ResourceLock(RunningHandfast.SHARED)
class FloodIT {

  private static final int CONNECTIONS = 300;
  private static final int ADMITTED_PER_SECOND = 50;
  private static final String RATE = "new_connections_per_second_per_address";
  private static final String PLACES = "handshakes_in_progress";

  private static final long HEAP_SLACK = 16L << 20;

  private static RunningHandfast handfast;
  private static byte[] clientHello;

  @BeforeAll
  static void start() throws Exception {
    handfast = RunningHandfast.shared();
    clientHello = HostilePeerIT.clientHello();
  }

  @AfterAll
  static void noBufferWasLeaked() {
    assertThat(handfast.log()).doesNotContain("LEAK:");
  }

  /** A full ClientHello and no more, nothing at all, or a part; all from one address. */
  @Test
  void connectionsThatNeverCompleteAreRefusedOrTimedOut() {
    try (ListenerFixture listener =
        listener(
            "flood",
            ",\"limits\":{\"handshakeTimeout\":\"PT2S\",\"newConnectionsPerSecondPerAddress\":%d}"
                .formatted(ADMITTED_PER_SECOND))) {
      Resources before = settled(listener);
      long refusedBefore = refused("flood", RATE);
      try (HandshakeLoad clients = clientsOf(listener)) {
        List<Socket> attackers = open(listener.port(), "127.0.0.66");
        for (int i = 0; i < attackers.size(); i++) {
          int length =
              switch (i % 3) {
                case 0 -> clientHello.length;
                case 1 -> 0;
                default -> 1 + i % (clientHello.length - 1);
              };
          try {
            attackers.get(i).getOutputStream().write(clientHello, 0, length);
          } catch (IOException e) {
            // Refused: that is one of the ways to hold.
          }
        }
        awaitEnd(attackers);
        awaitCompleted(clients, 4);
      }
      assertThat(refused("flood", RATE) - refusedBefore)
          .isBetween(1L, (long) CONNECTIONS - ADMITTED_PER_SECOND);
      awaitReason("flood", "handshake_timeout");
      awaitBaseline(listener, before);
    }
  }

  @Test
  void oneByteNowAndThenDoesNotExtendTheTime() throws Exception {
    AtomicInteger sent = new AtomicInteger();
    try (ListenerFixture listener =
            listener("drops", ",\"limits\":{\"handshakeTimeout\":\"PT2S\"}");
        Socket attacker = new Socket("127.0.0.1", listener.port())) {
      try (HandshakeLoad clients = clientsOf(listener)) {
        Awaitility.await()
            .atMost(Duration.ofSeconds(20))
            .pollInterval(Duration.ofMillis(200))
            .until(() -> !takes(attacker, sent.getAndIncrement()));
        awaitCompleted(clients, 4);
      }
      awaitReason("drops", "handshake_timeout");
    }
  }

  /** All places are taken by those who wait; clients are served all the same. */
  @Test
  void whenAllPlacesAreTakenTheHandshakeThatWaitsLongestMakesRoom() {
    try (ListenerFixture listener =
        listener(
            "places", ",\"limits\":{\"handshakesInProgress\":50,\"handshakeTimeout\":\"PT10S\"}")) {
      long refusedBefore = refused("places", PLACES);
      List<Socket> attackers = open(listener.port(), "127.0.0.1");
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> refused("places", PLACES) - refusedBefore == CONNECTIONS - 50);
      assertThat(inProgress("places")).isEqualTo(50);
      // Those who made room linger for a second.
      Awaitility.await()
          .atMost(Duration.ofSeconds(5))
          .untilAsserted(() -> assertThat(listener.connections()).isLessThanOrEqualTo(50));
      try (HandshakeLoad clients = clientsOf(listener)) {
        awaitCompleted(clients, 20);
      }
      assertThat(inProgress("places")).isBetween(1L, 50L);
      Recorded.await(
          handfast,
          "listener=places&reason=handshake_timeout",
          record ->
              assertThat(record.at("/explanation").asString())
                  .contains("before it made room for others: 50 were running"));
      awaitEnd(attackers);
      try (HandshakeLoad clients = clientsOf(listener)) {
        awaitCompleted(clients, 4);
      }
      assertThat(inProgress("places")).isZero();
    }
  }

  @Test
  @RequiresTool("openssl")
  void renegotiationsOverTheLimitEndTheConnection() {
    try (ListenerFixture listener =
        listener(
            "renegotiations",
            ",\"renegotiation\":{\"clientInitiated\":\"allow\",\"maxPerMinute\":3}")) {
      Resources before = settled(listener);
      try (HandshakeLoad clients = clientsOf(listener)) {
        List<OpenSslSession> attackers =
            IntStream.range(0, 8)
                .mapToObj(i -> OpenSslSession.connect(listener.port(), "-tls1_2"))
                .toList();
        for (OpenSslSession attacker : attackers) {
          attacker.awaitOutput("Verify return code", 1);
        }
        for (int i = 1; i <= 4; i++) {
          for (OpenSslSession attacker : attackers) {
            attacker.type("R");
            attacker.awaitOutput("RENEGOTIATING", i);
          }
        }
        attackers.forEach(OpenSslSession::awaitEnd);
        awaitCompleted(clients, 4);
      }
      awaitReason("renegotiations", "renegotiation_limit_exceeded");
      awaitBaseline(listener, before);
    }
  }

  @Test
  void keyUpdatesOverTheLimitEndTheConnection() throws Exception {
    try (ListenerFixture listener =
            listener("key-updates", ",\"renegotiation\":{\"maxPerMinute\":10}");
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Resources before = settled(listener);
      try (HandshakeLoad clients = clientsOf(listener)) {
        List<Future<Void>> attackers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
          attackers.add(
              threads.submit(
                  () -> {
                    KeyUpdatingClient.flood(listener.port(), 20_000);
                    return null;
                  }));
        }
        for (Future<Void> attacker : attackers) {
          attacker.get();
        }
        awaitCompleted(clients, 4);
      }
      awaitReason("key-updates", "key_update_limit_exceeded");
      awaitBaseline(listener, before);
    }
  }

  private static ListenerFixture listener(String name, String members) {
    return ListenerFixture.create(handfast, name, "inspect:", members);
  }

  private static HandshakeLoad clientsOf(ListenerFixture listener) {
    return HandshakeLoad.on(handfast.caFile(), listener.port(), 2, 50);
  }

  private static List<Socket> open(int port, String from) {
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < CONNECTIONS; i++) {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(from, 0));
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5_000);
        socket.setSoTimeout(30_000);
        sockets.add(socket);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sockets;
  }

  /** Waits until the server has ended every connection; the attackers themselves never do. */
  private static void awaitEnd(List<Socket> attackers) {
    for (Socket attacker : attackers) {
      try (attacker) {
        attacker.getInputStream().readAllBytes();
      } catch (SocketTimeoutException e) {
        throw new AssertionError("still connected after 30 s", e);
      } catch (IOException e) {
        // A reset: also an end.
      }
    }
  }

  /** One more byte of the hello, if the server still takes any. */
  private static boolean takes(Socket socket, int number) {
    try {
      socket.getOutputStream().write(clientHello[number]);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static void awaitCompleted(HandshakeLoad clients, int more) {
    int already = clients.completed();
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> clients.completed() >= already + more);
  }

  private static void awaitReason(String listener, String reason) {
    Recorded.await(
        handfast,
        "listener=" + listener + "&reason=" + reason,
        record -> assertThat(record.at("/explanation").asString()).isNotBlank());
  }

  private static long refused(String listener, String limit) {
    return (long)
        handfast
            .api()
            .metric(
                "handfast_connections_refused_total",
                "limit=\"" + limit + "\"",
                "listener=\"" + listener + "\"");
  }

  private static long inProgress(String listener) {
    return (long)
        handfast.api().metric("handfast_handshakes_in_progress", "listener=\"" + listener + "\"");
  }

  /** What the process holds once this listener has served and is at rest. */
  private static Resources settled(ListenerFixture listener) {
    try (HandshakeLoad clients = clientsOf(listener)) {
      awaitCompleted(clients, 4);
    }
    awaitNoConnection(listener);
    return Resources.of(handfast);
  }

  private static void awaitBaseline(ListenerFixture listener, Resources before) {
    awaitNoConnection(listener);
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> Resources.of(handfast).assertNoMoreThan(before, HEAP_SLACK));
  }

  private static void awaitNoConnection(ListenerFixture listener) {
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> listener.connections() == 0);
  }
}
