package dev.handfast.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.handfast.handshake.Handshake;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RelayTest {

  private static final int BIG = 100 << 20;

  private final Gateway gateway = new Gateway();

  @AfterEach
  void nothingIsLeft() {
    await().atMost(Duration.ofSeconds(10)).until(() -> gateway.open() == 0);
    assertThat(gateway.meters.handshakesInProgress).hasValue(0);
    assertThat(gateway.connections.count()).isZero();
    gateway.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void plaintextReachesTheUpstreamAndItsAnswerTheClient(String protocol) throws Exception {
    try (TestUpstream echo = TestUpstream.echo()) {
      gateway.run(Gateway.Settings.to(echo));
      try (SSLSocket client = gateway.connectTls(protocol)) {
        client.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
        assertThat(client.getInputStream().readNBytes(5)).asString().isEqualTo("hello");
      }
    }
    assertThat(gateway.handshakes)
        .singleElement()
        .satisfies(
            it -> {
              assertThat(it.result()).isEqualTo(Handshake.Result.COMPLETED);
              assertThat(it.listener()).isEqualTo("test");
              assertThat(it.steps()).isNotEmpty();
              assertThat(Objects.requireNonNull(it.negotiated()).protocol().label())
                  .isEqualTo(protocol);
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void aHundredMebibytesArriveUnchangedInBothDirections(String protocol) throws Exception {
    CompletableFuture<String> atUpstream = new CompletableFuture<>();
    try (TestUpstream upstream =
        new TestUpstream(
            socket -> {
              Thread reader =
                  Thread.startVirtualThread(
                      () -> {
                        try {
                          byte[] all = socket.getInputStream().readNBytes(BIG);
                          atUpstream.complete(hash(new ByteArrayInputStream(all)));
                        } catch (Exception e) {
                          atUpstream.completeExceptionally(e);
                        }
                      });
              send(socket.getOutputStream(), 2);
              // In TLS 1.2 the JDK's client knows no half-close: nobody ends before both are done.
              reader.join();
              socket.shutdownOutput();
            })) {
      gateway.run(Gateway.Settings.to(upstream));
      try (SSLSocket client = gateway.connectTls(protocol)) {
        CompletableFuture<String> atClient =
            CompletableFuture.supplyAsync(() -> hashUnchecked(client));
        send(client.getOutputStream(), 1);
        assertThat(atClient.get()).isEqualTo(hash(2));
        assertThat(atUpstream.get()).isEqualTo(hash(1));
      }
    }
    assertThat(gateway.meters.bytesIn.sum()).isEqualTo(BIG);
    assertThat(gateway.meters.bytesOut.sum()).isEqualTo(BIG);
  }

  @Test
  void aClientThatEndsItsOutputStillReceivesTheAnswer() throws Exception {
    try (TestUpstream upstream =
        new TestUpstream(
            socket -> {
              byte[] question = socket.getInputStream().readAllBytes();
              socket.getOutputStream().write(("answer to " + question.length).getBytes());
            })) {
      gateway.run(Gateway.Settings.to(upstream));
      try (SSLSocket client = gateway.connectTls("TLSv1.3")) {
        client.getOutputStream().write(new byte[1234]);
        client.shutdownOutput();
        assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("answer to 1234");
      }
    }
  }

  @Test
  void aClientThatEndsItsOutputAndReadsSlowlyReceivesAll() throws Exception {
    try (TestUpstream upstream =
        new TestUpstream(
            socket -> {
              socket.getInputStream().readAllBytes();
              send(socket.getOutputStream(), 3);
            })) {
      gateway.run(Gateway.Settings.to(upstream));
      try (SSLSocket client = gateway.connectTls("TLSv1.3")) {
        client.shutdownOutput();
        Thread.sleep(500);
        assertThat(hashUnchecked(client)).isEqualTo(hash(3));
      }
    }
  }

  @Test
  void anUpstreamThatEndsItsOutputStillReceives() throws Exception {
    CompletableFuture<Integer> received = new CompletableFuture<>();
    try (TestUpstream upstream =
        new TestUpstream(
            socket -> {
              socket.getOutputStream().write("bye".getBytes());
              socket.shutdownOutput();
              received.complete(socket.getInputStream().readAllBytes().length);
            })) {
      gateway.run(Gateway.Settings.to(upstream));
      try (SSLSocket client = gateway.connectTls("TLSv1.3")) {
        assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("bye");
        client.getOutputStream().write(new byte[4321]);
        client.shutdownOutput();
        assertThat(received.get()).isEqualTo(4321);
      }
    }
  }

  /** Where in the stream it ends is what decides which buffer still holds the rest. */
  @ParameterizedTest
  @ValueSource(ints = {0, 4096, 5120, 5632, 6144, 6656, 7168, 7680, 8000})
  void anUpstreamThatEndsItsOutputAndReadsSlowlyReceivesAll(int endsAfterKibibytes)
      throws Exception {
    int all = 8 << 20;
    CompletableFuture<Integer> received = new CompletableFuture<>();
    try (TestUpstream upstream =
        new TestUpstream(
            socket -> {
              byte[] chunk = new byte[1 << 14];
              int sum = 0;
              for (int read = 0; read >= 0; read = socket.getInputStream().read(chunk)) {
                sum += read;
                if (sum >= endsAfterKibibytes << 10 && !socket.isOutputShutdown()) {
                  socket.shutdownOutput();
                }
                Thread.sleep(1);
              }
              received.complete(sum);
            })) {
      gateway.run(Gateway.Settings.to(upstream));
      try (SSLSocket client = gateway.connectTls("TLSv1.3")) {
        client.getOutputStream().write(new byte[all]);
        client.shutdownOutput();
        assertThat(client.getInputStream().read()).isNegative();
        assertThat(received.get(10, TimeUnit.SECONDS)).isEqualTo(all);
      }
    }
  }

  @Test
  void aSlowClientSlowsTheUpstreamInsteadOfFillingTheMemory() throws Exception {
    AtomicLong sent = new AtomicLong();
    CountDownLatch done = new CountDownLatch(1);
    try (TestUpstream upstream =
        new TestUpstream(
            socket -> {
              byte[] chunk = new byte[1 << 16];
              for (int i = 0; i < 1 << 20; i++) {
                socket.getOutputStream().write(chunk);
                sent.addAndGet(chunk.length);
              }
              done.countDown();
            })) {
      gateway.run(Gateway.Settings.to(upstream));
      try (Socket raw = gateway.connect();
          SSLSocket client = gateway.wrap(raw, "TLSv1.3")) {
        assertThat(client.getInputStream().read()).isZero();
        await().during(Duration.ofSeconds(1)).atMost(Duration.ofSeconds(20)).until(stable(sent));
        assertThat(sent.get()).isLessThan(64L << 20);
      }
    }
    assertThat(done.getCount()).isOne();
  }

  @Test
  void aSlowUpstreamSlowsTheClientInsteadOfFillingTheMemory() throws Exception {
    AtomicLong sent = new AtomicLong();
    CountDownLatch release = new CountDownLatch(1);
    try (TestUpstream upstream = new TestUpstream(socket -> release.await())) {
      gateway.run(Gateway.Settings.to(upstream));
      try (SSLSocket client = gateway.connectTls("TLSv1.3")) {
        OutputStream out = client.getOutputStream();
        Thread.startVirtualThread(() -> sendForever(out, sent));
        await().during(Duration.ofSeconds(1)).atMost(Duration.ofSeconds(20)).until(stable(sent));
        assertThat(sent.get()).isBetween(1L, 64L << 20);
        release.countDown();
      }
    }
  }

  @Test
  void anUpstreamThatRefusesIsToldByAnAlertAndCounted() throws Exception {
    int unused;
    try (TestUpstream gone = TestUpstream.echo()) {
      unused = gone.port();
    }
    gateway.run(Gateway.Settings.to("tcp://127.0.0.1:" + unused));
    try (SSLSocket client = gateway.connectTls("TLSv1.3")) {
      assertThatThrownBy(() -> client.getInputStream().read())
          .isInstanceOf(SSLException.class)
          .hasMessageContaining("internal_error");
    }
    assertThat(failures("refused")).isEqualTo(1);
    assertThat(gateway.handshakes).hasSize(1);
  }

  @Test
  void anUpstreamThatSpeaksTlsIsVerified() throws Exception {
    TestCertificates others = new TestCertificates();
    try (TestUpstream ours = tlsEcho(gateway.certificates);
        TestUpstream foreign = tlsEcho(others)) {
      Gateway.Settings settings = Gateway.Settings.to("tls://localhost:" + ours.port());
      settings.upstreamTls = new ListenerSettings.UpstreamTls("ca", null, null);
      gateway.run(settings);
      try (SSLSocket client = gateway.connectTls("TLSv1.3")) {
        client.getOutputStream().write(42);
        assertThat(client.getInputStream().read()).isEqualTo(42);
      }
      settings.upstream = "tls://localhost:" + foreign.port();
      gateway.run(settings);
      try (SSLSocket client = gateway.connectTls("TLSv1.3")) {
        assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SSLException.class);
      }
      settings.upstream = "tls://localhost:" + ours.port();
      settings.upstreamTls = new ListenerSettings.UpstreamTls("ca", null, "other.test");
      gateway.run(settings);
      try (SSLSocket client = gateway.connectTls("TLSv1.3")) {
        assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SSLException.class);
      }
    }
    assertThat(failures("tls")).isEqualTo(2);
  }

  @Test
  void aThousandConnectionsAtOnceAreServed() throws Exception {
    try (TestUpstream echo = TestUpstream.echo()) {
      gateway.run(Gateway.Settings.to(echo));
      Socket[] clients = new Socket[1_000];
      try {
        for (int i = 0; i < clients.length; i++) {
          clients[i] = gateway.connectTls("TLSv1.3");
        }
        await().until(() -> gateway.connections.count() == clients.length);
        for (Socket client : clients) {
          client.getOutputStream().write(7);
          assertThat(client.getInputStream().read()).isEqualTo(7);
        }
      } finally {
        for (Socket client : clients) {
          if (client != null) {
            client.close();
          }
        }
      }
    }
  }

  private TestUpstream tlsEcho(TestCertificates from) throws IOException {
    return new TestUpstream(
        from.context(from.credential("upstream", 1)).getServerSocketFactory().createServerSocket(0),
        socket -> socket.getInputStream().transferTo(socket.getOutputStream()));
  }

  private double failures(String reason) {
    return gateway
        .registry
        .get("handfast.upstream.failures")
        .tag("reason", reason)
        .counter()
        .count();
  }

  private static Callable<Boolean> stable(AtomicLong value) {
    AtomicLong before = new AtomicLong(-1);
    return () -> before.getAndSet(value.get()) == value.get();
  }

  /** Until the other side ends it. */
  static void sendForever(OutputStream out, AtomicLong sent) {
    byte[] chunk = new byte[1 << 16];
    try {
      while (true) {
        out.write(chunk);
        sent.addAndGet(chunk.length);
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private static void send(OutputStream out, long seed) throws IOException {
    Random random = new Random(seed);
    byte[] chunk = new byte[1 << 15];
    for (int sent = 0; sent < BIG; sent += chunk.length) {
      random.nextBytes(chunk);
      out.write(chunk);
    }
  }

  private static String hash(long seed) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    Random random = new Random(seed);
    byte[] chunk = new byte[1 << 15];
    for (int sent = 0; sent < BIG; sent += chunk.length) {
      random.nextBytes(chunk);
      digest.update(chunk);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static String hash(InputStream in) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    byte[] buffer = new byte[1 << 16];
    int length;
    while ((length = in.read(buffer)) > 0) {
      digest.update(buffer, 0, length);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static String hashUnchecked(Socket socket) {
    try {
      return hash(socket.getInputStream());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
