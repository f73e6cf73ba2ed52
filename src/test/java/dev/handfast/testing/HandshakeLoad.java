package dev.handfast.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * The JDK's clients: each connects, asks {@code inspect:} for its own handshake, and begins anew
 * after a pause, until closed. They never try twice; every failure is kept.
 */
public final class HandshakeLoad implements AutoCloseable {

  /** Steady rather than as fast as possible: the tests are not about the load. */
  private static final long PAUSE_MILLIS = 20;

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Queue<Exception> failures = new ConcurrentLinkedQueue<>();
  private final AtomicInteger completed = new AtomicInteger();

  private HandshakeLoad() {}

  /** Starts a client for each of the ports. */
  public static HandshakeLoad on(SSLContext context, List<Integer> ports) {
    HandshakeLoad load = new HandshakeLoad();
    ports.forEach(port -> load.start(context, port, new String[0], PAUSE_MILLIS));
    return load;
  }

  /** Starts some clients of one port; half of them speak TLS 1.2, the others TLS 1.3. */
  public static HandshakeLoad on(Path caFile, int port, int count, long pauseMillis) {
    HandshakeLoad load = new HandshakeLoad();
    SSLContext context = TlsClients.trusting(caFile);
    IntStream.range(0, count)
        .mapToObj(TlsClients::protocolOf)
        .forEach(protocol -> load.start(context, port, new String[] {protocol}, pauseMillis));
    return load;
  }

  /** How many handshakes with an answer there were. */
  public int completed() {
    return completed.get();
  }

  /** What failed so far. */
  public Queue<Exception> failures() {
    return failures;
  }

  /** Waits for so many more handshakes. */
  public HandshakeLoad awaitMore(int count) {
    int wanted = completed.get() + count;
    await("handshakes").atMost(Duration.ofSeconds(60)).until(() -> completed.get() >= wanted);
    return this;
  }

  /** Ends, and fails if a handshake did, or if there was none. */
  public void assertNoneFailed() {
    close();
    assertThat(completed.get()).isPositive();
  }

  /** Ends, and fails if a handshake did. */
  @Override
  public void close() {
    stopped.countDown();
    threads.close();
    assertThat(failures).as("failures beside %s completed", completed).isEmpty();
  }

  private void start(SSLContext context, int port, String[] protocols, long pauseMillis) {
    threads.submit(
        () -> {
          do {
            connect(context, port, protocols);
          } while (!stopped.await(pauseMillis, TimeUnit.MILLISECONDS));
          return null;
        });
  }

  private void connect(SSLContext context, int port, String[] protocols) {
    try (SSLSocket socket = TlsClients.connect(context, port, protocols)) {
      String answer = TlsClients.inspect(socket);
      if (!answer.startsWith("HTTP/1.1 200")) {
        throw new IOException("answered: " + answer);
      }
      completed.incrementAndGet();
    } catch (IOException e) {
      failures.add(new IOException("port " + port, e));
    }
  }
}
