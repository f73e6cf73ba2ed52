package dev.handfast.engine;

import dev.handfast.handshake.ClientHello;
import dev.handfast.handshake.ClientHelloReader;
import dev.handfast.handshake.Failure;
import dev.handfast.handshake.HandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An engine and Bouncy Castle's client face to face in memory. */
class Loopback {

  final RecordingEvents events = createEvents();
  final BcClient client;
  private final TlsEngines engines;
  private final Function<ClientHello, EngineSettings> settings;
  private final InstantSource clock;
  private @Nullable ServerEngine engine;

  Loopback(
      TlsEngines engines,
      BcClient client,
      InstantSource clock,
      Function<ClientHello, EngineSettings> settings) {
    this.engines = engines;
    this.client = client;
    this.clock = clock;
    this.settings = settings;
  }

  Loopback(TlsEngines engines, BcClient client, EngineSettings settings) {
    this(engines, client, InstantSource.system(), hello -> settings);
  }

  RecordingEvents createEvents() {
    return new RecordingEvents();
  }

  ServerEngine engine() {
    return java.util.Objects.requireNonNull(engine);
  }

  /** Connects, and carries bytes until both are silent. */
  Loopback run() {
    client.connect();
    byte[] first = client.takeOutput();
    start(first);
    engine().receive(ByteBuffer.wrap(first));
    pump();
    return this;
  }

  ServerEngine start(byte[] first) {
    try {
      ClientHello hello =
          ClientHelloReader.create(65535).read(ByteBuffer.wrap(first)).orElseThrow();
      engine = engines.server(settings.apply(hello), hello, events, System::nanoTime, clock);
      return engine;
    } catch (HandshakeException e) {
      throw new AssertionError(e);
    }
  }

  void pump() {
    while (true) {
      byte[] toClient = new byte[engine().pendingCiphertext()];
      int taken = 0;
      while (taken < toClient.length) {
        taken += engine().takeCiphertext(ByteBuffer.wrap(toClient, taken, toClient.length - taken));
      }
      if (toClient.length > 0) {
        client.give(toClient);
      }
      byte[] toEngine = client.takeOutput();
      if (toEngine.length > 0) {
        engine().receive(ByteBuffer.wrap(toEngine));
      }
      if (toClient.length == 0 && toEngine.length == 0) {
        return;
      }
    }
  }

  /** What the engine's side received. */
  String receivedByServer() {
    byte[] bytes = new byte[engine().pendingPlaintext()];
    engine().takePlaintext(ByteBuffer.wrap(bytes));
    return new String(bytes, StandardCharsets.UTF_8);
  }

  void serverSends(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    engine().send(ByteBuffer.wrap(bytes));
  }

  Failure failure() {
    if (events.failures.size() != 1) {
      throw new AssertionError("failures: " + events.failures + ", client: " + client.failure);
    }
    return events.failures.getFirst();
  }
}
