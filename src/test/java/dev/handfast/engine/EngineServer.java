package dev.handfast.engine;

import dev.handfast.handshake.CertificateDemand;
import dev.handfast.handshake.ClientAuthenticator;
import dev.handfast.handshake.ClientHello;
import dev.handfast.handshake.ClientHelloReader;
import dev.handfast.handshake.Failure;
import dev.handfast.handshake.HandshakeException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An engine behind a blocking socket: lines that clients send come back in upper case. Lines that
 * begin with an exclamation mark are commands to the test.
 */
class EngineServer implements AutoCloseable {

  /** One connection as the server saw it. */
  static final class Connection extends RecordingEvents {
    private volatile @Nullable ServerEngine engine;
    private volatile @Nullable ClientHello hello;
    private volatile @Nullable Failure gateFailure;

    ServerEngine engine() {
      return Objects.requireNonNull(engine);
    }

    Optional<Failure> failure() {
      return Optional.ofNullable(gateFailure).or(() -> failures.stream().findFirst());
    }
  }

  private static final SecureRandom RANDOM = new SecureRandom();

  /** They wait until no handshake runs. */
  private final java.util.concurrent.ConcurrentLinkedDeque<String> commands =
      new java.util.concurrent.ConcurrentLinkedDeque<>();

  private final ServerSocket listening;
  private final BlockingQueue<Connection> finished = new LinkedBlockingQueue<>();
  private final TlsEngines engines;
  private final Function<ClientHello, EngineSettings> settings;

  EngineServer(TlsEngines engines, Function<ClientHello, EngineSettings> settings) {
    this.engines = engines;
    this.settings = settings;
    try {
      this.listening = new ServerSocket();
      listening.setReceiveBufferSize(1 << 16);
      listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    Thread.ofVirtual().start(this::acceptAll);
  }

  static EngineSettings settings(dev.handfast.handshake.TlsProfile profile, ServerCredential... c) {
    return new EngineSettings(
        profile,
        List.of(c),
        CertificateDemand.NONE,
        List.of(),
        TestAuthenticators.allow(),
        List.of(),
        List.of(),
        Duration.ZERO,
        EngineServer::newIdentity,
        0,
        false);
  }

  static byte[] newIdentity() {
    byte[] identity = new byte[32];
    RANDOM.nextBytes(identity);
    return identity;
  }

  static EngineSettings demanding(
      EngineSettings base, CertificateDemand demand, ClientAuthenticator authenticator) {
    return new EngineSettings(
        base.profile(),
        base.certificates(),
        demand,
        base.authorities(),
        authenticator,
        base.applicationProtocols(),
        base.sessions(),
        base.sessionLifetime(),
        base.sessionIdentities(),
        base.tickets(),
        base.allowClientRenegotiation());
  }

  int port() {
    return listening.getLocalPort();
  }

  /** The next connection that has ended. */
  Connection awaitConnection() {
    try {
      Connection connection = finished.poll(60, TimeUnit.SECONDS);
      if (connection == null) {
        throw new AssertionError("no connection ended within 60 s");
      }
      return connection;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void acceptAll() {
    while (!listening.isClosed()) {
      try {
        Socket socket = listening.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    Connection connection = new Connection();
    try (socket) {
      InputStream in = socket.getInputStream();
      OutputStream out = socket.getOutputStream();
      byte[] first = readClientHello(connection, in);
      if (first.length > 0) {
        run(connection, first, in, out);
      }
      socket.shutdownOutput();
      // Reading to the end keeps a reset from destroying the alert.
      in.skip(Long.MAX_VALUE);
    } catch (IOException e) {
      connection.order.add("io: " + e.getMessage());
    } finally {
      finished.add(connection);
    }
  }

  private static byte[] readClientHello(Connection connection, InputStream in) throws IOException {
    ClientHelloReader reader = ClientHelloReader.create(32768);
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    byte[] buffer = new byte[4096];
    while (connection.hello == null) {
      int count = in.read(buffer);
      if (count < 0) {
        return new byte[0];
      }
      received.write(buffer, 0, count);
      try {
        reader
            .read(ByteBuffer.wrap(received.toByteArray()))
            .ifPresent(hello -> connection.hello = hello);
      } catch (HandshakeException e) {
        connection.gateFailure = e.failure();
        return new byte[0];
      }
    }
    return received.toByteArray();
  }

  private void run(Connection connection, byte[] first, InputStream in, OutputStream out)
      throws IOException {
    ClientHello hello = Objects.requireNonNull(connection.hello);
    ServerEngine engine =
        engines.server(
            settings.apply(hello), hello, connection, System::nanoTime, InstantSource.system());
    connection.engine = engine;
    engine.receive(ByteBuffer.wrap(first));
    byte[] buffer = new byte[16384];
    StringBuilder text = new StringBuilder();
    while (true) {
      relay(connection, engine, text);
      flush(engine, out);
      if (engine.closed()) {
        return;
      }
      int count = in.read(buffer);
      if (count < 0) {
        engine.inputClosed();
        flush(engine, out);
        return;
      }
      engine.receive(ByteBuffer.wrap(buffer, 0, count));
    }
  }

  void relay(Connection connection, ServerEngine engine, StringBuilder text) {
    byte[] plaintext = new byte[engine.pendingPlaintext()];
    engine.takePlaintext(ByteBuffer.wrap(plaintext));
    text.append(new String(plaintext, StandardCharsets.UTF_8));
    int newline;
    while ((newline = text.indexOf("\n")) >= 0) {
      String line = text.substring(0, newline);
      text.delete(0, newline + 1);
      if (line.startsWith("!")) {
        commands.add(line.substring(1).strip());
      } else {
        byte[] answer = (line.toUpperCase(Locale.ROOT) + "\n").getBytes(StandardCharsets.UTF_8);
        engine.send(ByteBuffer.wrap(answer));
      }
    }
    while (!commands.isEmpty() && !engine.handshaking()) {
      command(connection, commands.removeFirst());
    }
    if (connection.order.contains("inputClosed") && !engine.closed()) {
      engine.closeOutput();
    }
  }

  /** For tests that do something to the engine in the middle. */
  void command(Connection connection, String command) {
    throw new AssertionError("unknown command " + command);
  }

  static void flush(ServerEngine engine, OutputStream out) throws IOException {
    byte[] buffer = new byte[engine.pendingCiphertext()];
    int offset = 0;
    while (offset < buffer.length) {
      offset += engine.takeCiphertext(ByteBuffer.wrap(buffer, offset, buffer.length - offset));
    }
    out.write(buffer);
    out.flush();
  }

  @Override
  public void close() {
    try {
      listening.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
