package dev.handfast.listener;

import dev.handfast.engine.EngineEvents;
import dev.handfast.engine.EngineSettings;
import dev.handfast.engine.ServerEngine;
import dev.handfast.handshake.ClientHello;
import dev.handfast.handshake.ClientHelloReader;
import dev.handfast.handshake.HandshakeFormat;
import dev.handfast.handshake.HandshakeJournal;
import dev.handfast.session.Sessions;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What every connection needs and none owns. Thread-safe.
 *
 * @param sessions null: nothing is resumed
 * @param workers run what may block, and engines meanwhile; a virtual thread per task
 * @param ticker nanoseconds, monotonic
 */
record ConnectionServices(
    EngineFactory engines,
    Supplier<ClientHelloReader> helloReaders,
    HandshakeJournal journal,
    HandshakeFormat format,
    @Nullable Sessions sessions,
    Connections connections,
    RenegotiationMeters renegotiations,
    UpstreamConnector upstreams,
    Executor workers,
    LongSupplier ticker,
    InstantSource clock) {

  /** Makes a connection's engine. */
  @FunctionalInterface
  interface EngineFactory {
    ServerEngine server(
        EngineSettings settings,
        ClientHello hello,
        EngineEvents events,
        LongSupplier ticker,
        InstantSource clock);
  }
}
