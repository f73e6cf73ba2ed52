package dev.handfast.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.testing.TlsClients;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** The JDK's clients, whose connections to an echo stay, and carry data all the time. */
final class KeptConnections implements AutoCloseable {

  private static final int MESSAGE_BYTES = 512;
  private static final long PAUSE_MILLIS = 50;

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final CountDownLatch connected;
  private final AtomicInteger echoed = new AtomicInteger();
  private final Queue<Exception> failures = new ConcurrentLinkedQueue<>();

  private KeptConnections(int count) {
    this.connected = new CountDownLatch(count);
  }

  /** Connects some, half of them in TLS 1.2, and waits until each has had its first answer. */
  static KeptConnections open(Path caFile, int port, int count) throws InterruptedException {
    KeptConnections connections = new KeptConnections(count);
    SSLContext context = TlsClients.trusting(caFile);
    for (int i = 0; i < count; i++) {
      String protocol = TlsClients.protocolOf(i);
      connections.threads.submit(() -> connections.echo(context, protocol, port));
    }
    assertThat(connections.connected.await(30, TimeUnit.SECONDS)).as("all connected").isTrue();
    return connections;
  }

  /** What failed so far. */
  Queue<Exception> failures() {
    return failures;
  }

  /** Ends them, and fails if one of them ever failed. */
  @Override
  public void close() {
    stopped.countDown();
    threads.close();
    assertThat(failures).as("failures beside %s echoes", echoed).isEmpty();
  }

  private Void echo(SSLContext context, String protocol, int port) throws InterruptedException {
    byte[] message = new byte[MESSAGE_BYTES];
    try (SSLSocket socket = TlsClients.connect(context, port, protocol)) {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      do {
        Arrays.fill(message, (byte) echoed.get());
        socket.getOutputStream().write(message);
        byte[] answer = in.readNBytes(MESSAGE_BYTES);
        if (!Arrays.equals(answer, message)) {
          throw new IOException("another answer, of %d bytes".formatted(answer.length));
        }
        echoed.incrementAndGet();
        connected.countDown();
      } while (!stopped.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS));
    } catch (IOException e) {
      failures.add(e);
    }
    return null;
  }
}
