package dev.handfast.engine;

import dev.handfast.handshake.Alert;
import dev.handfast.handshake.CertificateDemand;
import dev.handfast.handshake.ClientAuthenticator;
import dev.handfast.handshake.ClientHello;
import dev.handfast.handshake.Failure;
import dev.handfast.handshake.HandshakeException;
import dev.handfast.handshake.Negotiation;
import dev.handfast.handshake.Reason;
import dev.handfast.handshake.Step;
import dev.handfast.handshake.StepDetail;
import java.io.IOException;
import java.security.Principal;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The engine of one connection: negotiation decides, {@link ServerProtocol} executes. */
final class ProtocolEngine implements ServerEngine, ServerProtocol.Observer {

  private static final Negotiation NEGOTIATION = Negotiation.standard();

  private final EngineCrypto crypto;
  private final EngineSettings settings;
  private final ClientHello hello;
  private final EngineEvents events;
  private final StepRecorder steps;
  private final PlaintextAlert plaintextAlert = new PlaintextAlert();

  private @Nullable ServerProtocol protocol;
  private @Nullable RecordFeeder feeder;
  private boolean started;
  private boolean established;
  private boolean failed;
  private boolean inputClosed;
  private boolean outputClosed;

  ProtocolEngine(
      EngineCrypto crypto,
      EngineSettings settings,
      ClientHello hello,
      EngineEvents events,
      LongSupplier ticker) {
    this.crypto = crypto;
    this.settings = settings;
    this.hello = hello;
    this.events = events;
    this.steps = new StepRecorder(events, ticker);
  }

  // ---- Ciphertext in

  @Override
  public void receive(byte[] ciphertext, int offset, int length) {
    if (!started) {
      start();
    }
    int position = offset;
    int end = offset + length;
    while (position < end && !failed && !inputClosed && feeder != null) {
      try {
        position += feeder.feed(ciphertext, position, end - position);
      } catch (IOException | RuntimeException e) {
        failed(e);
      }
    }
  }

  private void start() {
    started = true;
    events.handshakeStarted(false);
    steps.record(Step.CLIENT_HELLO);
    try {
      HandshakeRun run = decide();
      protocol =
          new ServerProtocol(
              new ServerCallbacks(crypto, settings.profile(), steps, run), steps, this);
      feeder = new RecordFeeder(protocol);
    } catch (HandshakeException e) {
      failBeforeProtocol(e.failure());
    } catch (IOException | RuntimeException e) {
      failBeforeProtocol(Failures.of(e, -1, steps.afterLastStep()));
    }
  }

  private HandshakeRun decide() throws HandshakeException {
    List<PreparedCredential> credentials =
        settings.certificates().stream().map(PreparedCredential.class::cast).toList();
    Negotiation.Choice choice =
        NEGOTIATION.choose(
            hello,
            settings.profile(),
            credentials.stream().map(PreparedCredential::negotiable).toList(),
            settings.applicationProtocols());
    ClientProof proof =
        new ClientProof(
            settings.demand(), settings.authorities(), settings.authenticator(), events, steps);
    return new HandshakeRun(hello, choice, credentials.get(choice.certificate()), proof);
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
              plaintextAlert.set(alert, hello.legacyVersion());
              steps.record(Step.ALERT_SENT, new StepDetail.AlertDetail(alert.rfcName(), true));
            });
    fail(failure);
  }

  private void fail(Failure failure) {
    if (!failed) {
      failed = true;
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
  public void handshakeCompleted(HandshakeRun run) {
    established = true;
    events.established(run.negotiated());
  }

  @Override
  public void closeNotifyReceived() {
    inputClosed = true;
    events.inputClosed();
  }

  @Override
  public void noRenegotiationReceived() {
    // Nothing was asked for; the warning says nothing.
  }

  // ---- Bytes out

  @Override
  public int pendingCiphertext() {
    return plaintextAlert.pending() + (protocol == null ? 0 : protocol.getAvailableOutputBytes());
  }

  @Override
  public int takeCiphertext(byte[] target, int offset, int length) {
    if (plaintextAlert.pending() > 0) {
      return plaintextAlert.take(target, offset, length);
    }
    return protocol == null ? 0 : protocol.readOutput(target, offset, length);
  }

  @Override
  public int pendingPlaintext() {
    return protocol == null ? 0 : protocol.getAvailableInputBytes();
  }

  @Override
  public int takePlaintext(byte[] target, int offset, int length) {
    return protocol == null ? 0 : protocol.readInput(target, offset, length);
  }

  // ---- Plaintext in, and the end

  @Override
  public void send(byte[] plaintext, int offset, int length) {
    if (!established) {
      throw new IllegalStateException("send before the handshake was established");
    }
    if (failed || outputClosed) {
      return;
    }
    try {
      active().writeApplicationData(plaintext, offset, length);
    } catch (IOException | RuntimeException e) {
      failed(e);
    }
  }

  @Override
  public int pendingHeld() {
    return 0;
  }

  @Override
  public void closeOutput() {
    if (failed || outputClosed || protocol == null) {
      return;
    }
    outputClosed = true;
    try {
      protocol.sendCloseNotify();
    } catch (IOException | RuntimeException e) {
      failed(e);
    }
  }

  @Override
  public void inputClosed() {
    if (failed || inputClosed) {
      return;
    }
    inputClosed = true;
    if (handshaking()) {
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
      started = true;
      failBeforeProtocol(failure);
      return;
    }
    failQuietly(protocol, failure);
    fail(failure);
  }

  // ---- Questions

  @Override
  public boolean handshaking() {
    return !failed && (protocol == null || !established || protocol.isHandshaking());
  }

  @Override
  public boolean mayBlock() {
    if (!handshaking()) {
      return false;
    }
    return protocol == null
        ? settings.demand() != CertificateDemand.NONE
        : protocol.callbacks().run().clientProof().demanded();
  }

  @Override
  public boolean closed() {
    return failed || inputClosed && outputClosed;
  }

  @Override
  public RenegotiationSupport renegotiationSupport() {
    return new RenegotiationSupport(false, false, false);
  }

  @Override
  public void renegotiate(
      CertificateDemand demand,
      List<? extends Principal> authorities,
      ClientAuthenticator authenticator) {
    throw new IllegalStateException("renegotiation is not supported on this connection");
  }

  @Override
  public void updateKeys(boolean requestPeer) {
    throw new IllegalStateException("KeyUpdate is not supported on this connection");
  }

  @Override
  public void requestCertificate(
      CertificateDemand demand,
      List<? extends Principal> authorities,
      ClientAuthenticator authenticator) {
    throw new IllegalStateException(
        "post-handshake authentication is not supported on this connection");
  }

  @Override
  public Alerts alerts() {
    Alert sent = plaintextAlert.alert();
    return protocol == null
        ? new Alerts(sent, null)
        : new Alerts(protocol.callbacks().alertSent(), protocol.alertReceived());
  }
}
