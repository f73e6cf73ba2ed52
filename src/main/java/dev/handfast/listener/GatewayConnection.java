package dev.handfast.listener;

import dev.handfast.engine.ServerEngine.RenegotiationSupport;
import dev.handfast.handshake.ClientAuthentication;
import dev.handfast.handshake.Failure;
import dev.handfast.handshake.Handshake;
import dev.handfast.handshake.Negotiated;
import dev.handfast.handshake.TimeOrderedId;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One accepted connection. Its event loop writes; any thread reads what {@link LiveConnection}
 * offers.
 */
final class GatewayConnection implements LiveConnection {

  private final String id;
  private final Channel channel;
  private final ListenerSnapshot snapshot;
  private final Admission admission;
  private final ListenerMeters meters;
  private final ConnectionServices services;
  private final ReadGate reads;
  private final HandshakeRecorder recorder;
  private final long acceptedNanos;

  // Written by the event loop alone, read by anyone: no contention, no fence.
  private final AtomicLong bytesIn = new AtomicLong();
  private final AtomicLong bytesOut = new AtomicLong();

  private ClientAddresses addresses;
  private @Nullable RouteSnapshot route;
  private @Nullable String serverName;
  private @Nullable EngineHandler engine;
  private boolean handshakeEnded;
  private @Nullable Future<?> handshakeDeadline;
  private @Nullable Handshake shownHandshake;
  private volatile @Nullable Established established;

  GatewayConnection(
      Channel channel,
      ListenerSnapshot snapshot,
      Admission admission,
      ListenerMeters meters,
      ConnectionServices services) {
    this.id = TimeOrderedId.at(services.clock().instant());
    this.channel = channel;
    this.snapshot = snapshot;
    this.admission = admission;
    this.meters = meters;
    this.services = services;
    this.reads = new ReadGate(channel);
    this.recorder = new HandshakeRecorder(this, services);
    this.acceptedNanos = services.ticker().getAsLong();
    this.addresses =
        new ClientAddresses(
            (InetSocketAddress) channel.remoteAddress(),
            (InetSocketAddress) channel.localAddress());
    channel.closeFuture().addListener(closed -> ended());
  }

  // What the connection's handlers use, on its event loop.

  Channel channel() {
    return channel;
  }

  ListenerSnapshot snapshot() {
    return snapshot;
  }

  ListenerMeters meters() {
    return meters;
  }

  ConnectionServices services() {
    return services;
  }

  ReadGate reads() {
    return reads;
  }

  HandshakeRecorder recorder() {
    return recorder;
  }

  ClientAddresses addresses() {
    return addresses;
  }

  void addresses(ClientAddresses proxied) {
    addresses = proxied;
  }

  Admission admission() {
    return admission;
  }

  void route(RouteSnapshot found, @Nullable String name) {
    route = found;
    serverName = name;
  }

  @Nullable String serverName() {
    return serverName;
  }

  RouteSnapshot route() {
    return route == null ? snapshot.routes().listener() : route;
  }

  String listenerName() {
    return snapshot.name();
  }

  /** The route's pattern, or null for the listener itself. */
  @Nullable String routePattern() {
    return route == null || route.pattern().isEmpty() ? null : route.pattern();
  }

  void engine(EngineHandler handler) {
    engine = handler;
  }

  /** What {@code inspect:} shows: the last handshake; null with another upstream. */
  @Nullable Handshake shownHandshake() {
    return shownHandshake;
  }

  @Nullable ClientAuthentication authentication() {
    Established now = established;
    return now == null ? null : now.authentication();
  }

  @Nullable Negotiated negotiated() {
    Established now = established;
    return now == null ? null : now.negotiated();
  }

  void received(int bytes) {
    bytesIn.setOpaque(bytesIn.getPlain() + bytes);
    meters.bytesIn.add(bytes);
  }

  void sent(int bytes) {
    bytesOut.setOpaque(bytesOut.getPlain() + bytes);
    meters.bytesOut.add(bytes);
  }

  /** Ends the connection unless its first handshake is over in time. */
  void startHandshakeDeadline() {
    long millis = snapshot.limits().handshakeTimeout().toMillis();
    handshakeDeadline =
        channel
            .eventLoop()
            .schedule(
                () -> OverdueHandshake.end(this, "within %d ms".formatted(millis)),
                millis,
                TimeUnit.MILLISECONDS);
  }

  @Nullable EngineHandler engine() {
    return engine;
  }

  /** The first handshake is over, whatever its result. */
  void handshakeEnded() {
    if (!handshakeEnded) {
      handshakeEnded = true;
      if (handshakeDeadline != null) {
        handshakeDeadline.cancel(false);
        handshakeDeadline = null;
      }
      admission.handshakeEnded(this);
    }
  }

  /** A handshake or re-authentication completed. */
  void completed(
      Negotiated negotiated, RenegotiationSupport support, @Nullable Handshake handshake) {
    Established before = established;
    Instant now = services.clock().instant();
    boolean judged = recorder.authentication() != null;
    established =
        new Established(
            negotiated,
            support,
            judged || before == null ? recorder.authentication() : before.authentication(),
            judged || before == null ? recorder.clientChain() : before.clientChain(),
            before == null ? List.of() : before.sessionIds(),
            before == null ? now : before.at(),
            now,
            before == null ? 0 : before.renegotiations() + 1);
    if (handshake != null && route().upstream() instanceof Upstream.Inspect) {
      shownHandshake = handshake;
    }
    if (before == null) {
      handshakeEnded();
      services.connections().add(this);
    }
  }

  /** The keys are fresh; who the client is was not proven again. */
  void keysUpdated() {
    Established now = established;
    if (now != null) {
      established = now.withFreshKeys();
    }
  }

  void sessionsIssued(List<String> ids) {
    Established now = established;
    if (!ids.isEmpty() && now != null) {
      established = now.withSessions(ids);
    }
  }

  private void ended() {
    handshakeEnded();
    admission.leave();
    if (established != null) {
      services.connections().remove(this);
      meters.connectionDuration.record(
          Duration.ofNanos(services.ticker().getAsLong() - acceptedNanos));
    }
  }

  // What other features use, on any thread.

  @Override
  public String id() {
    return id;
  }

  @Override
  public ConnectionInfo info() {
    Established now = requireEstablished();
    Negotiated negotiated = now.negotiated();
    ClientAuthentication client = now.authentication();
    return new ConnectionInfo(
        id,
        snapshot.name(),
        routePattern(),
        addresses.clientText(),
        addresses.client().getPort(),
        serverName,
        negotiated.protocol().label(),
        negotiated.cipherSuite(),
        negotiated.group(),
        negotiated.signatureScheme(),
        negotiated.alpn(),
        client == null ? null : client.subject(),
        client == null ? null : client.fingerprintSha256(),
        client == null ? null : client.policy(),
        client == null ? 0 : client.policyRevision(),
        negotiated.sessionId(),
        negotiated.resumed(),
        negotiated.certificate(),
        negotiated.certificateVersion(),
        now.at(),
        now.lastHandshakeAt(),
        now.renegotiations(),
        bytesIn.getOpaque(),
        bytesOut.getOpaque(),
        route().upstream().text());
  }

  @Override
  public Support support() {
    RenegotiationSupport support = requireEstablished().support();
    return new Support(
        support.renegotiation(), support.keyUpdate(), support.postHandshakeAuthentication());
  }

  @Override
  public List<X509Certificate> clientChain() {
    return requireEstablished().clientChain();
  }

  /** The client's certificates, if its policy allowed them in: what an upstream may be told. */
  List<X509Certificate> authorisedChain() {
    ClientAuthentication judged = authentication();
    return judged == null || judged.decision() != ClientAuthentication.Decision.ALLOW
        ? List.of()
        : clientChain();
  }

  @Override
  public List<String> sessionIds() {
    return requireEstablished().sessionIds();
  }

  @Override
  public ListenerSettings.@Nullable RekeyAfter rekeyAfter() {
    return snapshot.settings().rekeyAfter();
  }

  @Override
  public boolean followsCertificateRotation() {
    return snapshot.settings().renegotiation().onCertificateRotation();
  }

  @Override
  public CompletionStage<Outcome> renegotiate(Demand demand) {
    return onEngine((handler, outcome) -> handler.stepUps().renegotiate(demand, outcome));
  }

  @Override
  public CompletionStage<Outcome> requestCertificate(Demand demand) {
    return onEngine((handler, outcome) -> handler.stepUps().requestCertificate(demand, outcome));
  }

  @Override
  public CompletionStage<Outcome> updateKeys() {
    return onEngine((handler, outcome) -> handler.stepUps().updateKeys(outcome));
  }

  @Override
  public CompletionStage<Outcome> close() {
    return ending(EngineHandler::finish);
  }

  @Override
  public CompletionStage<Outcome> abort(Failure failure) {
    return ending(handler -> handler.abort(failure));
  }

  private CompletionStage<Outcome> ending(Consumer<EngineHandler> how) {
    return onEngine(
        (handler, outcome) -> {
          channel
              .closeFuture()
              .addListener(closed -> outcome.complete(Outcome.of(Result.SUCCEEDED)));
          how.accept(handler);
        });
  }

  private interface EngineTask {
    void run(EngineHandler handler, CompletableFuture<Outcome> outcome);
  }

  private CompletionStage<Outcome> onEngine(EngineTask task) {
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    try {
      channel
          .eventLoop()
          .execute(
              () -> {
                EngineHandler handler = engine;
                if (handler == null || !channel.isActive()) {
                  outcome.complete(Outcome.of(Result.CLOSED));
                } else {
                  handler.whenFree(() -> task.run(handler, outcome));
                }
              });
    } catch (RejectedExecutionException stopped) {
      outcome.complete(Outcome.of(Result.CLOSED));
    }
    return outcome;
  }

  private Established requireEstablished() {
    Established now = established;
    if (now == null) {
      throw new IllegalStateException("the handshake has not completed");
    }
    return now;
  }
}
