package dev.handfast.listener;

import dev.handfast.engine.ServerEngine.Alerts;
import dev.handfast.handshake.ClientAuthentication;
import dev.handfast.handshake.ClientHello;
import dev.handfast.handshake.Failure;
import dev.handfast.handshake.Handshake;
import dev.handfast.handshake.Handshake.Kind;
import dev.handfast.handshake.Handshake.Result;
import dev.handfast.handshake.HandshakeStep;
import dev.handfast.handshake.Negotiated;
import dev.handfast.handshake.Reason;
import dev.handfast.handshake.TimeOrderedId;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Collects one handshake of a connection after the other, and makes the records. Used by one thread
 * at a time, as the engine is.
 */
final class HandshakeRecorder {

  private static final int MAX_STEPS = 100;

  private final GatewayConnection connection;
  private final ConnectionServices services;

  private boolean running;
  private Kind kind = Kind.INITIAL;
  private Instant startedAt = Instant.EPOCH;
  private long startNanos;
  private long microsBeforeEngine;
  private @Nullable ClientHello hello;
  private List<X509Certificate> chain = List.of();
  private @Nullable ClientAuthentication authentication;
  private List<HandshakeStep> steps = List.of();

  HandshakeRecorder(GatewayConnection connection, ConnectionServices services) {
    this.connection = connection;
    this.services = services;
  }

  /** A handshake begins now. */
  void begin(Kind newKind) {
    running = true;
    kind = newKind;
    startedAt = services.clock().instant();
    startNanos = services.ticker().getAsLong();
    microsBeforeEngine = 0;
    hello = null;
    chain = List.of();
    authentication = null;
    steps = new ArrayList<>();
  }

  /** The engine starts; its offsets count from now, the record's from the first byte. */
  void engineStarts(ClientHello first) {
    hello = first;
    microsBeforeEngine = elapsedMicros();
  }

  boolean running() {
    return running;
  }

  void clientHello(ClientHello received) {
    hello = received;
  }

  void clientChain(List<X509Certificate> received) {
    chain = received;
  }

  void authenticated(ClientAuthentication decided) {
    authentication = decided;
  }

  @Nullable ClientAuthentication authentication() {
    return authentication;
  }

  List<X509Certificate> clientChain() {
    return chain;
  }

  void step(HandshakeStep step) {
    if (!running || steps.size() >= MAX_STEPS) {
      return;
    }
    long first = steps.isEmpty() ? microsBeforeEngine : 0;
    steps.add(
        new HandshakeStep(
            step.step(),
            step.atMicros() + microsBeforeEngine,
            step.durationMicros() + first,
            step.detail()));
  }

  /** It completed; the record is made and given away. */
  Handshake complete(Negotiated negotiated, Alerts alerts) {
    if (negotiated.resumed() && kind == Kind.INITIAL) {
      kind = Kind.RESUMPTION;
    }
    return end(Result.COMPLETED, null, negotiated, alerts);
  }

  /** It failed; nothing happens if none was running. */
  void fail(Failure failure, @Nullable Negotiated negotiated, Alerts alerts) {
    if (running) {
      end(resultOf(failure.reason()), failure, negotiated, alerts);
    }
  }

  /** The connection ended, for a known reason or not; nothing happens if none was running. */
  void abandon(@Nullable Failure known, @Nullable Negotiated negotiated, Alerts alerts) {
    Failure unknown =
        new Failure(Reason.CLIENT_CLOSED, "the connection ended before its handshake did");
    fail(known != null ? known : unknown, negotiated, alerts);
  }

  private static Result resultOf(Reason reason) {
    return reason == Reason.CLIENT_CLOSED || reason == Reason.CONNECTION_RESET
        ? Result.ABANDONED
        : Result.FAILED;
  }

  private Handshake end(
      Result result, @Nullable Failure failure, @Nullable Negotiated negotiated, Alerts alerts) {
    running = false;
    Handshake handshake =
        new Handshake(
            TimeOrderedId.at(startedAt),
            connection.id(),
            connection.listenerName(),
            connection.routePattern(),
            kind,
            startedAt,
            Duration.of(elapsedMicros(), ChronoUnit.MICROS),
            result,
            failure,
            connection.addresses().client(),
            alerts.sent(),
            alerts.received(),
            negotiated,
            hello,
            chain,
            authentication,
            steps);
    services.journal().record(handshake);
    hello = null;
    steps = List.of();
    return handshake;
  }

  private long elapsedMicros() {
    return (services.ticker().getAsLong() - startNanos) / 1_000;
  }
}
