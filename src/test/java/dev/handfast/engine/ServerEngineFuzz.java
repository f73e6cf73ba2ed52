package dev.handfast.engine;

import dev.handfast.handshake.CertificateDemand;
import dev.handfast.handshake.ClientHello;
import dev.handfast.handshake.ClientHelloReader;
import dev.handfast.handshake.Failure;
import dev.handfast.handshake.HandshakeException;
import dev.handfast.handshake.Reason;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Anything as what a client says to the engine. It must never throw, never find the fault with
 * itself, and never believe that a handshake completed.
 */
public final class ServerEngineFuzz {

  private static final TlsEngines ENGINES = TlsEngines.create();
  private static final EngineSettings SETTINGS = settings();

  private ServerEngineFuzz() {}

  /** Called by the fuzzer. */
  public static void fuzzerTestOneInput(byte[] data) {
    Optional<ClientHello> hello = read(data);
    if (hello.isEmpty()) {
      return;
    }
    RecordingEvents events = new RecordingEvents();
    ServerEngine engine =
        ENGINES.server(SETTINGS, hello.get(), events, System::nanoTime, InstantSource.system());
    engine.receive(ByteBuffer.wrap(data));
    engine.inputClosed();
    for (Failure failure : events.failures) {
      if (failure.reason() == Reason.INTERNAL_ERROR) {
        throw new AssertionError(failure.explanation());
      }
    }
    if (events.failures.size() != 1 || !events.established.isEmpty()) {
      throw new AssertionError("the engine told: " + events.order);
    }
  }

  private static Optional<ClientHello> read(byte[] data) {
    try {
      return ClientHelloReader.create(16_384).read(ByteBuffer.wrap(data));
    } catch (HandshakeException e) {
      return Optional.empty();
    }
  }

  private static EngineSettings settings() {
    TestPki pki = new TestPki();
    EngineSettings base =
        EngineServer.settings(
            TestProfiles.OLD,
            ENGINES.prepare(pki.server("EC-P256").credential("ec")),
            ENGINES.prepare(pki.server("RSA-2048").credential("rsa")));
    return new EngineSettings(
        base.profile(),
        base.certificates(),
        CertificateDemand.REQUEST,
        base.authorities(),
        TestAuthenticators.allow(),
        List.of("http/1.1"),
        List.of(),
        Duration.ofHours(1),
        EngineServer::newIdentity,
        1,
        true);
  }
}
