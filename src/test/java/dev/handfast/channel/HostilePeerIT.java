package dev.handfast.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.testing.RunningHandfast;
import dev.handfast.testing.TlsClients;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

@ResourceLock(RunningHandfast.SHARED)
class HostilePeerIT {

  private static final int ALERT = 21;

  private final RunningHandfast handfast = RunningHandfast.shared();

  @Test
  void garbageGetsAnAlertAndARecordedReason() throws Exception {
    try (ListenerFixture listener = ListenerFixture.create(handfast, "garbage", "inspect:", "")) {
      byte[] answer = exchange(listener.port(), "garbage that is no protocol\n".getBytes());

      assertThat(answer[0]).isEqualTo((byte) ALERT);
      awaitReason(listener, "not_tls");
      awaitNoConnection(listener);
    }
  }

  @Test
  void anHttpRequestIsAnsweredInHttpAndRecordedByName() throws Exception {
    try (ListenerFixture listener = ListenerFixture.create(handfast, "plain", "inspect:", "")) {
      byte[] answer =
          exchange(listener.port(), "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes());

      assertThat(new String(answer, StandardCharsets.US_ASCII)).startsWith("HTTP/1.1 400 ");
      awaitReason(listener, "http_request");
      awaitNoConnection(listener);
    }
  }

  @Test
  void aClientHelloInOneByteFragmentsIsAnswered() throws Exception {
    try (ListenerFixture listener = ListenerFixture.create(handfast, "drip", "inspect:", "");
        Socket socket = new Socket("localhost", listener.port())) {
      socket.setTcpNoDelay(true);
      OutputStream out = socket.getOutputStream();
      for (byte b : clientHello()) {
        out.write(b);
        out.flush();
      }

      assertThat(socket.getInputStream().read()).as("a handshake record").isEqualTo(22);
    }
  }

  @Test
  void aClientHelloOf64KibibytesIsRefusedByName() throws Exception {
    try (ListenerFixture listener = ListenerFixture.create(handfast, "huge", "inspect:", "")) {
      byte[] answer = exchange(listener.port(), hugeClientHello());

      assertThat(answer[0]).isEqualTo((byte) ALERT);
      awaitReason(listener, "client_hello_too_large");
      awaitNoConnection(listener);
    }
  }

  @Test
  void aClientThatStopsAfterAnyByteOfItsFirstFlightLeavesNothingBehind() throws Exception {
    try (ListenerFixture listener = ListenerFixture.create(handfast, "stops", "inspect:", "")) {
      byte[] hello = clientHello();
      for (int length = 0; length <= hello.length; length += 7) {
        try (Socket socket = new Socket("localhost", listener.port())) {
          socket.getOutputStream().write(hello, 0, length);
        }
      }

      awaitNoConnection(listener);
      awaitReason(listener, "client_closed");
    }
  }

  @Test
  void aClientThatSaysNothingIsTimedOut() throws Exception {
    try (ListenerFixture listener =
            ListenerFixture.create(
                handfast, "silent", "inspect:", ",\"limits\":{\"handshakeTimeout\":\"PT1S\"}");
        Socket socket = new Socket("localhost", listener.port())) {
      socket.getOutputStream().write(clientHello(), 0, 20);
      socket.setSoTimeout(10_000);

      socket.getInputStream().readAllBytes();

      awaitReason(listener, "handshake_timeout");
      awaitNoConnection(listener);
    }
  }

  @Test
  void connectionsOverTheLimitAreRefusedAndCounted() throws Exception {
    SSLContext context = TlsClients.trusting(handfast.caFile());
    try (ListenerFixture listener =
            ListenerFixture.create(
                handfast, "limited", "inspect:", ",\"limits\":{\"connections\":2}");
        SSLSocket first = TlsClients.connect(context, listener.port());
        SSLSocket second = TlsClients.connect(context, listener.port())) {
      assertThat(first.isConnected() && second.isConnected()).isTrue();

      boolean refused = false;
      try (SSLSocket third = TlsClients.connect(context, listener.port())) {
        third.getSession();
      } catch (SSLException | SocketException e) {
        refused = true;
      }

      assertThat(refused).isTrue();
      assertThat(handfast.api().get("/actuator/prometheus").expect(200).text())
          .containsPattern(
              "handfast_connections_refused_total\\{limit=\"connections\",listener=\"limited\"\\}"
                  + " [1-9]");
    }
  }

  private void awaitReason(ListenerFixture listener, String reason) {
    Recorded.await(
        handfast,
        "listener=" + listener.name() + "&reason=" + reason,
        record -> {
          assertThat(record.at("/reason").asString()).isEqualTo(reason);
          assertThat(record.at("/explanation").asString()).isNotBlank();
        });
  }

  private static void awaitNoConnection(ListenerFixture listener) {
    Awaitility.await().atMost(Duration.ofSeconds(15)).until(() -> listener.connections() == 0);
  }

  private static byte[] exchange(int port, byte[] request) throws IOException {
    try (Socket socket = new Socket("localhost", port)) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request);
      return socket.getInputStream().readAllBytes();
    }
  }

  /** The first flight of the JDK's client. */
  static byte[] clientHello() throws Exception {
    SSLEngine engine = SSLContext.getDefault().createSSLEngine("localhost", 443);
    engine.setUseClientMode(true);
    ByteBuffer record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    engine.wrap(ByteBuffer.allocate(0), record);
    return Arrays.copyOf(record.array(), record.position());
  }

  /**
   * A well-formed beginning of a ClientHello that says it is 65,532 bytes long, in full records.
   */
  private static byte[] hugeClientHello() {
    ByteBuffer bytes = ByteBuffer.allocate(5 * (5 + 16_384));
    int total = 65_536;
    byte[] message = new byte[total];
    message[0] = 1;
    message[1] = 0;
    message[2] = (byte) 0xff;
    message[3] = (byte) 0xfc;
    message[4] = 3;
    message[5] = 3;
    for (int from = 0; from < total; from += 16_384) {
      bytes.put((byte) 22).put((byte) 3).put((byte) 1).putShort((short) 16_384);
      bytes.put(message, from, 16_384);
    }
    return Arrays.copyOf(bytes.array(), bytes.position());
  }
}
