package dev.handfast.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.handfast.testing.TlsClients;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A client per port that connects, asks and leaves, again and again; every failure is kept. */
final class HandshakeLoad implements AutoCloseable {

  private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final AtomicInteger completed = new AtomicInteger();
  private volatile boolean running = true;

  HandshakeLoad(SSLContext context, List<Integer> ports) {
    ports.forEach(port -> clients.submit(() -> connect(context, port)));
  }

  /** Waits for so many more handshakes. */
  HandshakeLoad awaitMore(int count) {
    int wanted = completed.get() + count;
    await("handshakes").atMost(Duration.ofSeconds(60)).until(() -> completed.get() >= wanted);
    return this;
  }

  /** Ends, and fails if a handshake did. */
  void assertNoneFailed() {
    close();
    assertThat(failures).isEmpty();
    assertThat(completed.get()).isPositive();
  }

  @Override
  public void close() {
    running = false;
    clients.close();
  }

  private void connect(SSLContext context, int port) {
    while (running) {
      try (SSLSocket socket = TlsClients.connect(context, port)) {
        if (!TlsClients.inspect(socket).startsWith("HTTP/1.1 200")) {
          failures.add("port " + port + ": no answer");
        }
        completed.incrementAndGet();
      } catch (IOException e) {
        failures.add("port " + port + ": " + e);
      }
      // Steady rather than as fast as possible: the test is not about the load.
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }
}
