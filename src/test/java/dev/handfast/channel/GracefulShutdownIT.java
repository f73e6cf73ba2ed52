package dev.handfast.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.testing.FreePort;
import dev.handfast.testing.RunningHandfast;
import dev.handfast.testing.TlsClients;
import dev.handfast.testing.Upstream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class GracefulShutdownIT {

  private static final int HALF = 100_000;
  private static final int TERMINATED = 128 + 15;
  private static final Duration DRAIN = Duration.ofSeconds(8);

  private final int port = FreePort.next();

  @Test
  void sigtermLetsATransferFinishRefusesNewClientsAndClosesTheRestInTime() throws Exception {
    CountDownLatch secondHalf = new CountDownLatch(1);
    try (Upstream upstream = Upstream.serving(socket -> sendInHalves(socket, secondHalf));
        RunningHandfast handfast =
            RunningHandfast.start(
                Map.of("handfast.listener.drain-timeout", DRAIN.toSeconds() + "s"))) {
      handfast
          .api()
          .post(
              "/api/v1/listeners",
              "{\"name\":\"halves\",\"port\":%d,\"upstream\":\"%s\",\"certificates\":[\"default\"]}"
                  .formatted(port, upstream.uri()))
          .expect(201);
      SSLContext context = TlsClients.trusting(handfast.caFile());
      try (SSLSocket busy = TlsClients.connect(context, port);
          SSLSocket idle = TlsClients.connect(context, handfast.channelPort())) {
        assertThat(busy.getInputStream().readNBytes(HALF)).hasSize(HALF);

        handfast.terminate();
        awaitRefusal(port);
        awaitRefusal(handfast.channelPort());
        secondHalf.countDown();

        assertThat(busy.getInputStream().readAllBytes()).hasSize(HALF);
        assertThat(handfast.processHandle().isAlive()).isTrue();
        // An end without close_notify would be an exception.
        assertThat(idle.getInputStream().read()).isEqualTo(-1);
        assertThat(handfast.exitStatus()).isEqualTo(TERMINATED);
      }
    }
  }

  private static void sendInHalves(Socket socket, CountDownLatch secondHalf) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(new byte[HALF]);
    out.flush();
    try {
      secondHalf.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    out.write(new byte[HALF]);
    socket.shutdownOutput();
  }

  private static void awaitRefusal(int port) {
    Awaitility.await("refusal on port " + port)
        .atMost(DRAIN)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return !socket.isConnected();
              } catch (ConnectException e) {
                return true;
              }
            });
  }
}
