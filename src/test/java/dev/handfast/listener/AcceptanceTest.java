package dev.handfast.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.handfast.handshake.Handshake;
import dev.handfast.handshake.Reason;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a listener meets what arrives: limits, garbage, PROXY headers, changes, its end. */
class AcceptanceTest {

  private final Gateway gateway = new Gateway();

  @AfterEach
  void nothingIsLeft() {
    await().atMost(Duration.ofSeconds(10)).until(() -> gateway.open() == 0);
    assertThat(gateway.meters.handshakesInProgress).hasValue(0);
    gateway.close();
  }

  @Test
  void garbageIsAnsweredWithAnAlertAndRecorded() throws Exception {
    gateway.run(new Gateway.Settings());
    try (Socket client = gateway.connect()) {
      client.getOutputStream().write("SSH-2.0-OpenSSH_9\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(HexFormat.of().formatHex(client.getInputStream().readAllBytes()))
          .isEqualTo("1503010002020a");
    }
    assertThat(failure()).isEqualTo(Reason.NOT_TLS);
  }

  @Test
  void anHttpRequestIsToldToUseHttps() throws Exception {
    gateway.run(new Gateway.Settings());
    try (Socket client = gateway.connect()) {
      client
          .getOutputStream()
          .write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .startsWith("HTTP/1.1 400 ")
          .contains("https://");
    }
    assertThat(failure()).isEqualTo(Reason.HTTP_REQUEST);
  }

  @Test
  void aHugeClientHelloIsRefused() throws Exception {
    gateway.run(new Gateway.Settings());
    try (Socket client = gateway.connect()) {
      byte[] record = new byte[5 + 16_384];
      byte[] header = HexFormat.of().parseHex("160301400001010000");
      System.arraycopy(header, 0, record, 0, header.length);
      client.getOutputStream().write(record);
      assertThat(HexFormat.of().formatHex(client.getInputStream().readAllBytes()))
          .isEqualTo("1503010002022f");
    }
    assertThat(failure()).isEqualTo(Reason.CLIENT_HELLO_TOO_LARGE);
  }

  @Test
  void aClientThatSaysNothingIsTimedOut() throws Exception {
    gateway.run(limited(10, 10, Duration.ofMillis(300), Duration.ofMinutes(1), null));
    try (Socket client = gateway.connect()) {
      assertThat(HexFormat.of().formatHex(client.getInputStream().readAllBytes()))
          .isEqualTo("1503010002025a");
    }
    assertThat(failure()).isEqualTo(Reason.HANDSHAKE_TIMEOUT);
  }

  @Test
  void aClientThatStopsAfterItsHelloIsTimedOutByAnAlert() throws Exception {
    gateway.run(limited(10, 10, Duration.ofMillis(500), Duration.ofMinutes(1), null));
    byte[] hello = clientHello();
    try (Socket client = gateway.connect()) {
      client.getOutputStream().write(hello);
      byte[] answer = client.getInputStream().readAllBytes();
      assertThat(answer.length).isGreaterThan(100);
    }
    assertThat(failure()).isEqualTo(Reason.HANDSHAKE_TIMEOUT);
    assertThat(gateway.handshakes.getFirst().clientHello()).isNotNull();
  }

  @Test
  void aClientThatLeavesDuringItsHandshakeIsRecordedAsAbandoned() throws Exception {
    gateway.run(new Gateway.Settings());
    byte[] hello = clientHello();
    try (Socket client = gateway.connect()) {
      client.getOutputStream().write(hello, 0, hello.length / 2);
    }
    try (Socket client = gateway.connect()) {
      client.getOutputStream().write(hello);
      assertThat(client.getInputStream().read()).isEqualTo(22);
      client.setSoLinger(true, 0);
    }
    await().until(() -> gateway.handshakes.size() == 2);
    assertThat(gateway.handshakes)
        .allSatisfy(it -> assertThat(it.result()).isEqualTo(Handshake.Result.ABANDONED));
  }

  @Test
  void aHelloInSingleBytesIsAccepted() throws Exception {
    gateway.run(new Gateway.Settings());
    byte[] hello = clientHello();
    try (Socket client = gateway.connect()) {
      client.setTcpNoDelay(true);
      for (byte one : hello) {
        client.getOutputStream().write(one);
        client.getOutputStream().flush();
      }
      assertThat(client.getInputStream().read()).isEqualTo(22);
    }
  }

  @Test
  void anIdleConnectionIsClosedWithCloseNotify() throws Exception {
    try (TestUpstream echo = TestUpstream.echo()) {
      Gateway.Settings settings = Gateway.Settings.to(echo);
      settings.limits = limits(10, 10, Duration.ofSeconds(10), Duration.ofMillis(300), null);
      gateway.run(settings);
      try (SSLSocket client = gateway.connectTls("TLSv1.3")) {
        assertThat(client.getInputStream().read()).isEqualTo(-1);
      }
    }
  }

  @Test
  void moreConnectionsThanAllowedAreRefusedAndCounted() throws Exception {
    gateway.run(limited(2, 10, Duration.ofSeconds(10), Duration.ofMinutes(1), null));
    List<Socket> clients = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      clients.add(gateway.connectTls("TLSv1.3"));
    }
    assertThatThrownBy(() -> gateway.connectTls("TLSv1.3")).isInstanceOf(IOException.class);
    assertThat(refused("connections")).isEqualTo(1);
    clients.removeFirst().close();
    await().until(() -> gateway.open() == 1);
    clients.add(gateway.connectTls("TLSv1.3"));
    for (Socket client : clients) {
      client.close();
    }
  }

  @Test
  void moreHandshakesThanAllowedAreRefusedWhileEstablishedConnectionsDoNotCount() throws Exception {
    gateway.run(limited(10, 1, Duration.ofSeconds(10), Duration.ofMinutes(1), null));
    try (SSLSocket one = gateway.connectTls("TLSv1.3")) {
      await().until(() -> gateway.connections.count() == 1);
      try (Socket silent = gateway.connect()) {
        await().until(() -> gateway.meters.handshakesInProgress.get() == 1);
        assertThatThrownBy(() -> gateway.connectTls("TLSv1.3")).isInstanceOf(IOException.class);
        assertThat(silent.isConnected()).isTrue();
      }
      assertThat(one.isConnected()).isTrue();
    }
    assertThat(refused("handshakes_in_progress")).isEqualTo(1);
  }

  @Test
  void anAddressThatConnectsTooOftenIsRefused() throws Exception {
    gateway.run(limited(100, 100, Duration.ofSeconds(10), Duration.ofMinutes(1), 3));
    for (int i = 0; i < 20; i++) {
      gateway.connect().close();
    }
    await().until(() -> refused("new_connections_per_second_per_address") >= 10);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PROXY TCP4 192.0.2.7 198.51.100.1 4711 443\r\n",
        "\r\n\r\n"
            + "\0\r\n"
            + "QUIT\n"
            + "\u0021\u0011\0\u000c\u00c0\0\u0002\u0007\u00c6\u0033\u0064\u0001\u0012\u0067\u0001\u00bb"
      })
  void aProxyHeaderNamesTheClient(String header) throws Exception {
    Gateway.Settings settings = new Gateway.Settings();
    settings.acceptProxy = true;
    gateway.run(settings);
    Socket socket = gateway.connect();
    socket.getOutputStream().write(header.getBytes(StandardCharsets.ISO_8859_1));
    try (SSLSocket client = gateway.wrap(socket, "TLSv1.3")) {
      assertThat(client.getSession().isValid()).isTrue();
      await().until(() -> gateway.connections.count() == 1);
      ConnectionInfo info = gateway.connections.list(ConnectionSelector.ALL, null, 1).getFirst();
      assertThat(info.clientAddress()).isEqualTo("192.0.2.7");
      assertThat(info.clientPort()).isEqualTo(4711);
    }
  }

  @Test
  void aClientWithoutTheDemandedProxyHeaderIsClosed() throws Exception {
    Gateway.Settings settings = new Gateway.Settings();
    settings.acceptProxy = true;
    gateway.run(settings);
    assertThatThrownBy(() -> gateway.connectTls("TLSv1.3")).isInstanceOf(IOException.class);
    assertThat(failure()).isEqualTo(Reason.PROXY_HEADER_INVALID);
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1", "v2"})
  void theUpstreamIsToldWhoTheClientIs(String version) throws Exception {
    CompletableFuture<byte[]> received = new CompletableFuture<>();
    try (TestUpstream upstream =
        new TestUpstream(socket -> received.complete(socket.getInputStream().readAllBytes()))) {
      Gateway.Settings settings = Gateway.Settings.to(upstream);
      settings.sendProxy = version;
      gateway.run(settings);
      int clientPort;
      try (SSLSocket client = gateway.connectTls("TLSv1.3")) {
        clientPort = client.getLocalPort();
        client.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
      }
      String header = new String(received.get(), StandardCharsets.ISO_8859_1);
      assertThat(header).endsWith("hello");
      if (version.equals("v1")) {
        assertThat(header)
            .startsWith("PROXY TCP4 127.0.0.1 127.0.0.1 " + clientPort + " " + gateway.port());
      } else {
        assertThat(header).startsWith("\r\n\r\n\0\r\nQUIT\n\u0021\u0011");
      }
    }
  }

  @Test
  void aRouteIsChosenByServerNameExactBeforeWildcard() throws Exception {
    gateway.credentials.put("exact", gateway.certificates.credential("exact", 1));
    gateway.credentials.put("wild", gateway.certificates.credential("wild", 1));
    Gateway.Settings settings = new Gateway.Settings();
    settings.routes =
        List.of(
            new ListenerSettings.Route("*.example.test", List.of("wild"), null, null),
            new ListenerSettings.Route("a.example.test", List.of("exact"), null, null));
    gateway.run(settings);
    assertThat(certificateFor("a.example.test")).isEqualTo("CN=exact");
    assertThat(certificateFor("b.example.test")).isEqualTo("CN=wild");
    assertThat(certificateFor("a.b.example.test")).isEqualTo("CN=server");
    assertThat(certificateFor("localhost")).isEqualTo("CN=server");
  }

  @Test
  void aNewCertificateIsUsedAtOnceAndLeavesLiveConnectionsAlone() throws Exception {
    Gateway.Settings settings = new Gateway.Settings();
    try (TestUpstream echo = TestUpstream.echo()) {
      settings.upstream = "tcp://127.0.0.1:" + echo.port();
      gateway.run(settings);
      try (SSLSocket before = gateway.connectTls("TLSv1.3")) {
        gateway.credentials.put("server", gateway.certificates.credential("rotated", 2));
        gateway.run(settings);
        try (SSLSocket after = gateway.connectTls("TLSv1.3")) {
          assertThat(after.getSession().getPeerPrincipal().getName()).isEqualTo("CN=rotated");
        }
        before.getOutputStream().write(5);
        assertThat(before.getInputStream().read()).isEqualTo(5);
      }
    }
  }

  @Test
  void aTakenPortIsAFailureWithItsReasonAndLeavesTheOldOneOpen() throws Exception {
    gateway.run(new Gateway.Settings());
    int bound = gateway.port();
    try (ServerSocket taken = new ServerSocket(0)) {
      Gateway.Settings settings = new Gateway.Settings();
      settings.port = taken.getLocalPort();
      gateway.run(settings);
      assertThat(gateway.server.status().state()).isEqualTo("failed");
      assertThat(gateway.server.status().reason()).contains("port " + taken.getLocalPort());
      assertThat(gateway.port()).isEqualTo(bound);
      gateway.connectTls("TLSv1.3").close();
    }
    gateway.run(new Gateway.Settings());
    assertThat(gateway.server.status().state()).isEqualTo("running");
  }

  @Test
  void aStoppedListenerEndsItsConnectionsWithCloseNotifyAndItsHandshakesWithAnAlert()
      throws Exception {
    gateway.run(new Gateway.Settings());
    try (SSLSocket established = gateway.connectTls("TLSv1.3");
        Socket silent = gateway.connect()) {
      await().until(() -> gateway.open() == 2);
      gateway.server.close();
      gateway.server.endConnections();
      assertThat(established.getInputStream().read()).isEqualTo(-1);
      assertThat(silent.getInputStream().readAllBytes()).hasSize(7);
      assertThat(gateway.server.awaitDrained(Duration.ofSeconds(5))).isTrue();
    }
  }

  @Test
  void aLiveConnectionIsClosedWithCloseNotify() throws Exception {
    gateway.run(new Gateway.Settings());
    try (SSLSocket client = gateway.connectTls("TLSv1.3")) {
      await().until(() -> gateway.connections.count() == 1);
      LiveConnection live =
          gateway.connections.select(ConnectionSelector.ALL).findFirst().orElseThrow();
      assertThat(live.close().toCompletableFuture().join().result())
          .isEqualTo(LiveConnection.Result.SUCCEEDED);
      assertThat(client.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void aClientCertificateThatThePolicyRefusesEndsTheHandshake() throws Exception {
    gateway.policies.put("mtls", new TestPolicy("CN=good"));
    Gateway.Settings settings = new Gateway.Settings();
    settings.policy = "mtls";
    gateway.run(settings);
    try (SSLSocket client =
        gateway.connectTls("TLSv1.3", gateway.certificates.credential("good", 1))) {
      client.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(client.getInputStream().read()).isEqualTo('H');
    }
    try (SSLSocket client =
        gateway.connectTls("TLSv1.3", gateway.certificates.credential("bad", 1))) {
      assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SSLException.class);
    }
    await().until(() -> gateway.handshakes.size() == 2);
    assertThat(reasonOf(gateway.handshakes.getLast())).isEqualTo(Reason.CLIENT_NOT_AUTHORIZED);
  }

  private String certificateFor(String serverName) throws IOException {
    try (SSLSocket client =
        (SSLSocket)
            gateway
                .certificates
                .context()
                .getSocketFactory()
                .createSocket(gateway.connect(), serverName, gateway.port(), true)) {
      return client.getSession().getPeerPrincipal().getName();
    }
  }

  /** The first flight of the JDK's client. */
  private byte[] clientHello() throws Exception {
    SSLEngine engine = gateway.certificates.context().createSSLEngine("localhost", 443);
    engine.setUseClientMode(true);
    ByteBuffer out = ByteBuffer.allocate(1 << 15);
    engine.wrap(ByteBuffer.allocate(0), out);
    byte[] hello = new byte[out.flip().remaining()];
    out.get(hello);
    return hello;
  }

  private Reason failure() {
    await().until(() -> !gateway.handshakes.isEmpty());
    return reasonOf(gateway.handshakes.getFirst());
  }

  private static Reason reasonOf(Handshake handshake) {
    return Objects.requireNonNull(handshake.failure()).reason();
  }

  private double refused(String limit) {
    return gateway
        .registry
        .get("handfast.connections.refused")
        .tag("limit", limit)
        .counter()
        .count();
  }

  private static Gateway.Settings limited(
      int connections, int handshakes, Duration handshake, Duration idle, @Nullable Integer rate) {
    Gateway.Settings settings = new Gateway.Settings();
    settings.limits = limits(connections, handshakes, handshake, idle, rate);
    return settings;
  }

  private static ListenerSettings.Limits limits(
      int connections, int handshakes, Duration handshake, Duration idle, @Nullable Integer rate) {
    return new ListenerSettings.Limits(connections, handshakes, handshake, idle, rate);
  }
}
