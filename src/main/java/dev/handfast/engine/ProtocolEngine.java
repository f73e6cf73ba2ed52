package dev.handfast.engine;

import dev.handfast.handshake.Alert;
import dev.handfast.handshake.CertificateDemand;
import dev.handfast.handshake.ClientAuthenticator;
import dev.handfast.handshake.ClientHello;
import dev.handfast.handshake.Failure;
import dev.handfast.handshake.HandshakeException;
import dev.handfast.handshake.ProtocolVersion;
import dev.handfast.handshake.Reason;
import dev.handfast.handshake.Step;
import dev.handfast.handshake.StepDetail;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.Principal;
import java.time.InstantSource;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The engine of one connection: {@link HandshakeDecision} decides, {@link ServerProtocol} executes.
 */
final class ProtocolEngine implements ServerEngine, ServerProtocol.Observer {

  private final EngineCrypto crypto;
  private final EngineSettings settings;
  private final int legacyVersion;
  private final EngineEvents events;
  private final InstantSource clock;
  private final StepRecorder steps;
  private final HandshakeDecision decision;
  private final PlaintextAlert plaintextAlert = new PlaintextAlert();
  private final PlaintextOutput output = new PlaintextOutput();

  /** Until the handshake begins, which then has it; null if it never may. */
  private @Nullable ClientHello hello;

  private @Nullable ServerProtocol protocol;
  private @Nullable RecordFeeder feeder;

  /** Until the handshake of TLS 1.3 is over. */
  private @Nullable Transcript transcript;

  private boolean established;
  private boolean lastFlightWaits;
  private boolean failed;
  private boolean inputClosed;

  ProtocolEngine(
      EngineCrypto crypto,
      EngineSettings settings,
      ClientHello hello,
      EngineEvents events,
      LongSupplier ticker,
      InstantSource clock) {
    this.crypto = crypto;
    this.settings = settings;
    this.hello = hello;
    this.legacyVersion = hello.legacyVersion();
    this.events = events;
    this.clock = clock;
    this.steps = new StepRecorder(events, ticker);
    this.decision = new HandshakeDecision(settings, clock);
  }

  // ---- Ciphertext in

  @Override
  public void receive(ByteBuffer ciphertext) {
    ClientHello offered = hello;
    if (offered != null) {
      hello = null;
      start(offered);
    }
    while (ciphertext.hasRemaining() && !failed && !inputClosed && feeder != null) {
      try {
        feed(feeder, ciphertext);
        if (!failed) {
          output.release(active());
        }
      } catch (IOException | RuntimeException e) {
        failed(e);
      }
    }
  }

  private void feed(RecordFeeder to, ByteBuffer ciphertext) throws IOException {
    Transcript observed = transcript;
    if (observed == null) {
      to.feed(ciphertext);
    } else {
      observed.during(() -> to.feed(ciphertext));
    }
  }

  private void start(ClientHello offered) {
    events.handshakeStarted(false);
    steps.record(Step.CLIENT_HELLO);
    try {
      HandshakeRun run = decision.initial(offered, initialProof());
      transcript = run.isTls13() ? new Transcript() : null;
      SessionKeeper sessions =
          new SessionKeeper(new SessionIssuer(settings, clock, crypto.random()), transcript);
      ServerCallbacks callbacks =
          new ServerCallbacks(crypto, settings.profile(), sessions, steps, run);
      protocol = new ServerProtocol(callbacks, sessions, steps, events, this);
      feeder = new RecordFeeder(protocol);
    } catch (HandshakeException e) {
      failBeforeProtocol(e.failure());
    } catch (IOException | RuntimeException e) {
      failBeforeProtocol(Failures.of(e, -1, steps.afterLastStep()));
    }
  }

  private ClientProof initialProof() {
    return proof(settings.demand(), settings.authorities(), settings.authenticator());
  }

  private ClientProof proof(
      CertificateDemand demand,
      List<? extends Principal> authorities,
      ClientAuthenticator authenticator) {
    return new ClientProof(demand, authorities, authenticator, events, steps);
  }

  private void failed(Exception e) {
    ServerProtocol active = active();
    Failure failure = active.failure();
    if (failure == null) {
      failure = Failures.of(e, -1, steps.afterLastStep());
      failQuietly(active, failure);
    }
    fail(failure);
  }

  private static void failQuietly(ServerProtocol active, Failure failure) {
    try {
      active.fail(failure);
    } catch (IOException e) {
      // The failure is told all the same; no alert can be made any more.
      return;
    }
  }

  private void failBeforeProtocol(Failure failure) {
    failure
        .reason()
        .alert(null)
        .ifPresent(
            alert -> {
              plaintextAlert.set(alert, legacyVersion);
              steps.record(Step.ALERT_SENT, new StepDetail.AlertDetail(alert.rfcName(), true));
            });
    fail(failure);
  }

  private void fail(Failure failure) {
    if (!failed) {
      failed = true;
      output.drop();
      events.failed(failure);
    }
  }

  private ServerProtocol active() {
    if (protocol == null) {
      throw new IllegalStateException("no handshake was started");
    }
    return protocol;
  }

  // ---- What the protocol tells

  @Override
  public HandshakeRun renegotiate(ClientHello again, ClientProof proof) throws HandshakeException {
    events.clientHello(again);
    ProtocolVersion version = active().run().choice().version();
    return decision.renegotiation(again, proof, version);
  }

  @Override
  public @Nullable ClientProof clientWantsRenegotiation(boolean secure) {
    if (!secure || !settings.allowClientRenegotiation()) {
      events.clientInitiated(EngineEvents.ClientInitiated.RENEGOTIATION_DENIED);
      return null;
    }
    events.clientInitiated(EngineEvents.ClientInitiated.RENEGOTIATION);
    if (failed) {
      return null; // The caller found it too often.
    }
    steps.begin();
    events.handshakeStarted(true);
    return initialProof();
  }

  @Override
  public void handshakeCompleted(HandshakeRun run) {
    established = true;
    lastFlightWaits = true;
    transcript = null;
    events.established(run.negotiated());
  }

  @Override
  public void closeNotifyReceived() {
    inputClosed = true;
    events.inputClosed();
  }

  // ---- Bytes out

  @Override
  public int pendingCiphertext() {
    return plaintextAlert.pending() + (protocol == null ? 0 : protocol.getAvailableOutputBytes());
  }

  @Override
  public int takeCiphertext(ByteBuffer target) {
    if (plaintextAlert.pending() > 0) {
      return plaintextAlert.take(target);
    }
    if (protocol == null) {
      return 0;
    }
    int taken = protocol.readOutput(target, target.remaining());
    if (lastFlightWaits && protocol.getAvailableOutputBytes() == 0) {
      lastFlightWaits = false;
      protocol.trimOutput();
    }
    return taken;
  }

  @Override
  public int pendingPlaintext() {
    return protocol == null ? 0 : protocol.getAvailableInputBytes();
  }

  @Override
  public int takePlaintext(ByteBuffer target) {
    return protocol == null ? 0 : protocol.readInput(target, target.remaining());
  }

  // ---- Plaintext in, and the end

  @Override
  public void send(ByteBuffer plaintext) {
    if (!established) {
      throw new IllegalStateException("send before the handshake was established");
    }
    if (failed) {
      return;
    }
    try {
      output.send(active(), plaintext);
    } catch (IOException | RuntimeException e) {
      failed(e);
    }
  }

  @Override
  public int pendingHeld() {
    return output.held();
  }

  @Override
  public void closeOutput() {
    ServerProtocol active = protocol;
    if (!failed && active != null) {
      attempt(() -> output.close(active, established));
    }
  }

  @Override
  public void inputClosed() {
    if (failed || inputClosed) {
      return;
    }
    boolean early = inHandshake() || active().requiresClient();
    inputClosed = true;
    if (early) {
      abort(
          new Failure(
              Reason.CLIENT_CLOSED, "the client closed the connection " + steps.afterLastStep()));
    }
  }

  @Override
  public void abort(Failure failure) {
    if (failed) {
      return;
    }
    if (protocol == null) {
      hello = null;
      failBeforeProtocol(failure);
      return;
    }
    failQuietly(protocol, failure);
    fail(failure);
  }

  // ---- Questions

  @Override
  public boolean handshaking() {
    return !failed && (inHandshake() || active().awaitsClient());
  }

  /** Whether one has begun and is not over, or is the first and has not begun. */
  private boolean inHandshake() {
    return protocol == null || !established || protocol.isHandshaking();
  }

  @Override
  public boolean mayBlock() {
    if (!handshaking()) {
      return false;
    }
    return protocol == null
        ? settings.demand() != CertificateDemand.NONE
        : protocol.mayAuthenticate();
  }

  @Override
  public boolean closed() {
    return failed || inputClosed && output.isClosed();
  }

  @Override
  public Alerts alerts() {
    Alert sent = plaintextAlert.alert();
    return protocol == null
        ? new Alerts(sent, null)
        : new Alerts(protocol.callbacks().alertSent(), protocol.alertReceived());
  }

  // ---- Step 11

  @Override
  public RenegotiationSupport renegotiationSupport() {
    if (protocol == null || !established || failed || inputClosed || output.isClosing()) {
      return new RenegotiationSupport(false, false, false);
    }
    boolean tls13 = protocol.run().isTls13();
    return new RenegotiationSupport(
        protocol.canRenegotiate(),
        tls13,
        tls13 && protocol.run().offersPostHandshakeAuthentication());
  }

  @Override
  public void renegotiate(
      CertificateDemand demand,
      List<? extends Principal> authorities,
      ClientAuthenticator authenticator) {
    require(renegotiationSupport().renegotiation(), "renegotiation");
    begin(() -> active().requestRenegotiation(proof(demand, authorities, authenticator)));
  }

  @Override
  public void renegotiationLapses() {
    active().renegotiationLapses();
  }

  @Override
  public void requestCertificate(
      CertificateDemand demand,
      List<? extends Principal> authorities,
      ClientAuthenticator authenticator) {
    require(renegotiationSupport().postHandshakeAuthentication(), "post-handshake authentication");
    begin(() -> active().requestCertificate(proof(demand, authorities, authenticator)));
  }

  @Override
  public void updateKeys(boolean requestPeer) {
    require(renegotiationSupport().keyUpdate(), "KeyUpdate");
    attempt(() -> active().send13KeyUpdate(requestPeer));
  }

  private void begin(Command request) {
    if (handshaking()) {
      throw new IllegalStateException("a handshake is running");
    }
    steps.begin();
    events.handshakeStarted(true);
    attempt(request);
  }

  /** What the protocol is told to do. */
  @FunctionalInterface
  private interface Command {
    void run() throws IOException;
  }

  private void attempt(Command command) {
    try {
      command.run();
    } catch (IOException | RuntimeException e) {
      failed(e);
    }
  }

  private static void require(boolean supported, String what) {
    if (!supported) {
      throw new IllegalStateException(what + " is not supported on this connection");
    }
  }
}
