package dev.handfast.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** What ten thousand key updates leave behind: nothing. */
@Isolated
class ManyRenegotiationsTest {

  private static final int CONNECTIONS = 4;
  private static final int TIMES = 10_000;
  private static final int WARM_UP = 400;

  /** Well below one object for each. */
  private static final long TOLERANCE = TIMES * 100L;

  private final Gateway gateway = new Gateway();
  private final List<AutoCloseable> clients = new ArrayList<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable client : clients) {
      client.close();
    }
    threads.shutdownNow();
    gateway.close();
  }

  @Test
  void memoryThreadsAndConnectionsAreAsBeforeTenThousandKeyUpdates() throws Exception {
    gateway.run(new Gateway.Settings());
    for (int i = 0; i < CONNECTIONS; i++) {
      SSLSocket client = gateway.connectTls("TLSv1.3");
      clients.add(client);
      threads.execute(() -> readToTheEnd(client));
    }
    assertNothingStays(LiveConnection::updateKeys);
  }

  private void assertNothingStays(
      Function<LiveConnection, CompletionStage<LiveConnection.Outcome>> step) throws Exception {
    await().until(() -> gateway.connections.count() == CONNECTIONS);
    repeat(WARM_UP, step);
    long threadsBefore = platformThreads();
    long heapBefore = usedHeap();

    repeat(TIMES, step);

    assertThat(usedHeap() - heapBefore).isLessThan(TOLERANCE);
    assertThat(platformThreads()).isLessThanOrEqualTo(threadsBefore);
    assertThat(gateway.connections.list(ConnectionSelector.ALL, null, CONNECTIONS))
        .extracting(ConnectionInfo::renegotiations)
        .hasSize(CONNECTIONS)
        .containsOnly((WARM_UP + TIMES) / CONNECTIONS);
    for (AutoCloseable client : clients) {
      client.close();
    }
    await().until(() -> gateway.connections.count() == 0 && gateway.open() == 0);
  }

  private void repeat(
      int times, Function<LiveConnection, CompletionStage<LiveConnection.Outcome>> step)
      throws Exception {
    List<Callable<Void>> loops =
        gateway
            .connections
            .select(ConnectionSelector.ALL)
            .<Callable<Void>>map(
                connection ->
                    () -> {
                      for (int i = 0; i < times / CONNECTIONS; i++) {
                        assertThat(step.apply(connection).toCompletableFuture().join().result())
                            .isEqualTo(LiveConnection.Result.SUCCEEDED);
                        gateway.handshakes.clear();
                      }
                      return null;
                    })
            .toList();
    for (Future<Void> loop : threads.invokeAll(loops)) {
      loop.get();
    }
    gateway.handshakes.clear();
  }

  private static void readToTheEnd(SSLSocket socket) {
    try {
      while (socket.getInputStream().read() >= 0) {
        // To read is to renegotiate when the server asks for it.
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private static long usedHeap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** All but those that carry virtual threads, which come and go as the JDK likes. */
  private static long platformThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> !thread.getName().startsWith("ForkJoinPool-"))
        .count();
  }
}
