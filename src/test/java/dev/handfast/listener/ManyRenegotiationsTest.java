package dev.handfast.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.handfast.testing.OpenSslSession;
import dev.handfast.testing.Pki;
import dev.handfast.testing.RequiresTool;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.management.JMException;
import javax.management.ObjectName;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** What ten thousand renegotiations leave behind: nothing. */
@Isolated
class ManyRenegotiationsTest {

  private static final int CONNECTIONS = 4;
  private static final int TIMES = 10_000;
  private static final int WARM_UP = 400;

  /** Of bytes in one class: well below one object for each. */
  private static final long TOLERANCE = TIMES * 100L;

  private static final Duration LONG = Duration.ofSeconds(20);

  /** A rank, instances, bytes, and the class. */
  private static final Pattern HISTOGRAM_LINE =
      Pattern.compile("(?m)^ *\\d+: +(\\d+) +(\\d+) +(\\S+)");

  @TempDir private Path directory;

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
  @RequiresTool("openssl")
  void memoryThreadsAndConnectionsAreAsBeforeTenThousandRenegotiations() throws Exception {
    gateway.run(new Gateway.Settings());
    // It would complain each time of what it lacks, and its output is kept in this heap.
    Path trusted =
        Files.writeString(directory.resolve("ca.pem"), Pki.pem(gateway.certificates.ca()));
    for (int i = 0; i < CONNECTIONS; i++) {
      clients.add(
          OpenSslSession.connect(
              gateway.port(),
              "-tls1_2",
              "-quiet",
              "-verify_quiet",
              "-CAfile",
              trusted.toString(),
              "-servername",
              "localhost"));
    }
    assertNothingStays(
        connection -> connection.renegotiate(new LiveConnection.Demand(null, false, null, LONG)));
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
    // Not kept here, where it would count.
    Path histogramBefore = Files.writeString(directory.resolve("before.txt"), histogram());

    repeat(TIMES, step);

    Map<String, Live> after = byClass(histogram());
    Map<String, Live> before = byClass(Files.readString(histogramBefore));
    // An object that stays behind each time is one of ten thousand of its class.
    assertThat(after)
        .allSatisfy(
            (type, live) -> {
              Live more = live.minus(before.getOrDefault(type, Live.NOTHING));
              assertThat(more.instances()).as("more of %s", type).isLessThan(TIMES / 2);
              assertThat(more.bytes()).as("more bytes of %s", type).isLessThan(TOLERANCE);
            });
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

  /** What is alive, by class, after a collection of garbage. */
  private static String histogram() throws JMException {
    return ManagementFactory.getPlatformMBeanServer()
        .invoke(
            new ObjectName("com.sun.management:type=DiagnosticCommand"),
            "gcClassHistogram",
            new Object[] {new String[0]},
            new String[] {String[].class.getName()})
        .toString();
  }

  private static Map<String, Live> byClass(String histogram) {
    return HISTOGRAM_LINE
        .matcher(histogram)
        .results()
        .collect(
            Collectors.toMap(
                line -> line.group(3),
                line -> new Live(Long.parseLong(line.group(1)), Long.parseLong(line.group(2))),
                Live::plus));
  }

  /** All but those that carry virtual threads, which come and go as the JDK likes. */
  private static long platformThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> !thread.getName().startsWith("ForkJoinPool-"))
        .count();
  }

  /** The objects of a class. */
  private record Live(long instances, long bytes) {

    static final Live NOTHING = new Live(0, 0);

    Live plus(Live other) {
      return new Live(instances + other.instances, bytes + other.bytes);
    }

    Live minus(Live other) {
      return new Live(instances - other.instances, bytes - other.bytes);
    }
  }
}
