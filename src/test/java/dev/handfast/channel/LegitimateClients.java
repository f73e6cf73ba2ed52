package dev.handfast.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.testing.TlsClients;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * The JDK's clients: each connects, asks {@code inspect:} for its own handshake, and begins anew
 * after a pause, until closed. They never try twice.
 */
final class LegitimateClients implements AutoCloseable {

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final AtomicInteger completed = new AtomicInteger();
  private final Queue<Exception> failures = new ConcurrentLinkedQueue<>();

  private LegitimateClients() {}

  /** Starts some; half of them speak TLS 1.2. */
  static LegitimateClients start(Path caFile, int port, int count, long pauseMillis) {
    LegitimateClients clients = new LegitimateClients();
    SSLContext context = TlsClients.trusting(caFile);
    for (int i = 0; i < count; i++) {
      String protocol = i % 2 == 0 ? "TLSv1.3" : "TLSv1.2";
      clients.threads.submit(() -> clients.repeat(context, protocol, port, pauseMillis));
    }
    return clients;
  }

  /** How many handshakes with an answer there were. */
  int completed() {
    return completed.get();
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
    assertThat(failures).as("failures beside %s completed", completed).isEmpty();
  }

  private Void repeat(SSLContext context, String protocol, int port, long pauseMillis)
      throws InterruptedException {
    do {
      try (SSLSocket socket =
          (SSLSocket) context.getSocketFactory().createSocket("localhost", port)) {
        socket.setSoTimeout(30_000);
        socket.setEnabledProtocols(new String[] {protocol});
        String answer = TlsClients.inspect(socket);
        if (!answer.startsWith("HTTP/1.1 200")) {
          throw new IOException("answered: " + answer);
        }
        completed.incrementAndGet();
      } catch (IOException e) {
        failures.add(e);
      }
    } while (!stopped.await(pauseMillis, TimeUnit.MILLISECONDS));
    return null;
  }
}
