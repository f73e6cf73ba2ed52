package dev.handfast.engine;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The engine without a network, by {@code bench/engine}: time and allocation. The client is
 * BoringSSL (Conscrypt), which allocates little on the heap; its time is part of every figure but
 * that of {@code seal}.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
    value = 1,
    jvmArgsAppend = {"-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"})
public class EngineBenchmark {

  /** Both ends. */
  @State(Scope.Thread)
  public static class Ends {
    final BoringSslPeer peer = new BoringSslPeer();
  }

  /** Both ends, and the tickets of a handshake before. */
  @State(Scope.Thread)
  public static class AcquaintedEnds {
    final BoringSslPeer peer = new BoringSslPeer();

    @Setup
    public void begin() {
      peer.reconnect();
    }
  }

  /** A kept connection. */
  @State(Scope.Thread)
  public static class Kept {
    @Param({"64", "1400", "16384"})
    int size;

    byte[] plaintext = {};
    BoringSslPeer.Connection connection;

    @Setup
    public void begin(Ends ends) {
      plaintext = new byte[size];
      connection = ends.peer.connect();
    }
  }

  /** A full TLS 1.3 handshake: X25519, an ECDSA certificate on P-256, two tickets. */
  @Benchmark
  public Object fullHandshake(Ends ends) {
    return ends.peer.connect();
  }

  /** A resumed TLS 1.3 handshake with a fresh key exchange, and one new ticket. */
  @Benchmark
  public Object resumedHandshake(AcquaintedEnds ends) {
    BoringSslPeer.Connection connection = ends.peer.reconnect();
    if (!connection.resumed()) {
      throw new IllegalStateException("the handshake was full (expected: a resumed one)");
    }
    return connection;
  }

  /** Plaintext to one record; the engine alone. */
  @Benchmark
  public int seal(Kept kept) {
    return kept.connection.seal(kept.plaintext);
  }

  /** One record, which the client makes, to plaintext. */
  @Benchmark
  public int open(Kept kept) {
    return kept.connection.open(kept.plaintext);
  }
}
