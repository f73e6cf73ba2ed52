package dev.handfast.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.testing.RunningHandfast;
import dev.handfast.testing.TlsClients;
import dev.handfast.testing.Upstream;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.awaitility.Awaitility;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ResourceLock(RunningHandfast.SHARED)
class RelayIT {

  private final RunningHandfast handfast = RunningHandfast.shared();

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void aHundredMebibytesArriveUnchangedInBothDirectionsAtOnce(String protocol) throws Exception {
    BulkTransfer fromClient = new BulkTransfer(1);
    BulkTransfer fromUpstream = new BulkTransfer(2);
    try (Upstream upstream =
            Upstream.serving(
                socket -> {
                  fromUpstream.exchange(socket, fromClient, mebibytes -> {});
                  socket.getInputStream().read();
                });
        ListenerFixture listener = ListenerFixture.create(handfast, "bulk", upstream.uri(), "");
        SSLSocket client =
            (SSLSocket)
                TlsClients.trusting(handfast.caFile())
                    .getSocketFactory()
                    .createSocket("localhost", listener.port())) {
      client.setEnabledProtocols(new String[] {protocol});

      fromClient.exchange(client, fromUpstream, mebibytes -> {});
      client.close();

      Awaitility.await().until(() -> upstream.connections() == 0);
      fromClient.assertArrivedUnchanged();
      fromUpstream.assertArrivedUnchanged();
    }
  }

  @Test
  void aThousandConnectionsAtOnceAllEcho() throws Exception {
    SSLContext context = TlsClients.trusting(handfast.caFile());
    try (Upstream upstream = Upstream.echo();
        ListenerFixture listener =
            ListenerFixture.create(
                handfast,
                "thousand",
                upstream.uri(),
                ",\"limits\":{\"handshakeTimeout\":\"PT1M\"}");
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      int port = listener.port();
      SSLSocket[] sockets = new SSLSocket[1000];
      Callable<?>[] connecting = new Callable<?>[sockets.length];
      for (int i = 0; i < sockets.length; i++) {
        int number = i;
        connecting[i] = () -> sockets[number] = TlsClients.connect(context, port);
      }
      all(clients, connecting);
      assertThat(listener.connections()).isEqualTo(1000);

      for (int i = 0; i < sockets.length; i++) {
        int number = i;
        connecting[i] =
            () -> {
              byte[] message = ("hello " + number).getBytes();
              sockets[number].getOutputStream().write(message);
              byte[] answer = sockets[number].getInputStream().readNBytes(message.length);
              assertThat(answer).isEqualTo(message);
              sockets[number].close();
              return number;
            };
      }
      all(clients, connecting);

      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> listener.connections() == 0 && upstream.connections() == 0);
    }
  }

  @Test
  void theClientsEndOfOutputReachesTheUpstreamAndItsAnswerStillComesBack() throws Exception {
    try (Upstream upstream =
            Upstream.serving(
                socket -> {
                  int received = socket.getInputStream().readAllBytes().length;
                  socket.getOutputStream().write(("received " + received).getBytes());
                });
        ListenerFixture listener =
            ListenerFixture.create(handfast, "half-close", upstream.uri(), "");
        SSLSocket client =
            TlsClients.connect(TlsClients.trusting(handfast.caFile()), listener.port())) {
      client.getOutputStream().write(new byte[1234]);
      client.shutdownOutput();

      assertThat(new String(client.getInputStream().readAllBytes())).isEqualTo("received 1234");
    }
  }

  @Test
  void theUpstreamsEndOfOutputReachesTheClientAndItsRestStillArrives() throws Exception {
    AtomicInteger received = new AtomicInteger();
    try (Upstream upstream =
            Upstream.serving(
                socket -> {
                  socket.shutdownOutput();
                  received.addAndGet(socket.getInputStream().readAllBytes().length);
                });
        ListenerFixture listener =
            ListenerFixture.create(handfast, "other-half", upstream.uri(), "");
        SSLSocket client =
            TlsClients.connect(TlsClients.trusting(handfast.caFile()), listener.port())) {
      assertThat(client.getInputStream().read()).isEqualTo(-1);
      client.getOutputStream().write(new byte[4321]);
      client.shutdownOutput();

      Awaitility.await().untilAtomic(received, Matchers.is(4321));
    }
  }

  private static void all(ExecutorService executor, Callable<?>[] tasks) throws Exception {
    Future<?>[] futures = new Future<?>[tasks.length];
    for (int i = 0; i < tasks.length; i++) {
      futures[i] = executor.submit(tasks[i]);
    }
    for (Future<?> future : futures) {
      future.get();
    }
  }
}
