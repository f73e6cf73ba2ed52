package dev.handfast.engine;

import dev.handfast.handshake.Alert;
import dev.handfast.handshake.ClientAuthentication;
import dev.handfast.handshake.ClientAuthenticator.Proof;
import dev.handfast.handshake.ClientHello;
import dev.handfast.handshake.ClientHelloReader;
import dev.handfast.handshake.Failure;
import dev.handfast.handshake.HandshakeException;
import dev.handfast.handshake.Reason;
import dev.handfast.handshake.Step;
import dev.handfast.handshake.StepDetail;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.AlertLevel;
import org.bouncycastle.tls.HandshakeMessageInput;
import org.bouncycastle.tls.HandshakeType;
import org.bouncycastle.tls.RenegotiationPolicy;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.ServerHello;
import org.bouncycastle.tls.TlsFatalAlert;
import org.jspecify.annotations.Nullable;

/**
 * The protocol of one connection: one reason for every end, the client authenticated after its
 * signature was verified, sessions, and what can happen after the handshake (article step 11).
 */
final class ServerProtocol extends SteppedProtocol {

  /** What the protocol tells and asks its engine. */
  interface Observer {

    /** A renegotiation's ClientHello arrived; decides it. */
    HandshakeRun renegotiate(ClientHello hello, ClientProof proof) throws HandshakeException;

    /**
     * The client wants to renegotiate; answers how it is to prove itself, or null to deny.
     *
     * @param secure whether RFC 5746 protects it
     */
    @Nullable ClientProof clientWantsRenegotiation(boolean secure);

    /** A handshake completed. */
    void handshakeCompleted(HandshakeRun run);

    /** The client sent close_notify. */
    void closeNotifyReceived();
  }

  /** Each warning costs us a record; a client has no use for more (as OpenSSL decided, too). */
  private static final int MAX_WARNINGS = 5;

  private final ServerCallbacks callbacks;
  private final EngineEvents events;
  private final Observer observer;
  private final SessionKeeper sessions;
  private @Nullable Failure failure;
  private @Nullable Alert alertReceived;
  private @Nullable ClientProof requestedRenegotiation;
  private boolean renegotiationLapsed;
  private @Nullable PostHandshakeAuthentication reauthentication;
  private boolean renegotiating;
  private int message = -1;
  private int warnings;

  ServerProtocol(
      ServerCallbacks callbacks,
      SessionKeeper sessions,
      StepRecorder steps,
      EngineEvents events,
      Observer observer)
      throws IOException {
    super(steps);
    this.events = events;
    this.callbacks = callbacks;
    this.sessions = sessions;
    this.observer = observer;
    accept(callbacks);
  }

  @Nullable Failure failure() {
    return failure;
  }

  @Nullable Alert alertReceived() {
    return alertReceived;
  }

  ServerCallbacks callbacks() {
    return callbacks;
  }

  @Override
  HandshakeRun run() {
    return callbacks.run();
  }

  @Override
  ClientProof asked() {
    return reauthentication != null ? reauthentication.proof() : run().clientProof();
  }

  /** Whether something that was asked of the client is still unanswered. */
  boolean awaitsClient() {
    return requestedRenegotiation != null && !renegotiationLapsed || reauthentication != null;
  }

  /** Whether the connection must not go on without the client's answer. */
  boolean requiresClient() {
    return requestedRenegotiation != null && requestedRenegotiation.required()
        || reauthentication != null && reauthentication.proof().required();
  }

  /** Whether the next message can make the client's authentication due. */
  boolean mayAuthenticate() {
    return requestedRenegotiation != null && requestedRenegotiation.demanded()
        || reauthentication != null
        || run().clientProof().demanded();
  }

  // ---- How it ends

  /** The one place where a reason becomes an alert. */
  void fail(Failure why) throws IOException {
    if (isClosed()) {
      return;
    }
    failure = why;
    Optional<Alert> alert = why.reason().alert(run().choice().version());
    if (alert.isPresent()) {
      raiseAlertFatal((short) alert.get().code(), why.reason().code(), null);
    }
    handleFailure();
  }

  @Override
  protected void handleException(short alertDescription, String text, Throwable e)
      throws IOException {
    fail(Failures.of(e, message, steps().afterLastStep()));
  }

  @Override
  protected void handleAlertMessage(short level, short description) throws IOException {
    int code = description & 0xff;
    alertReceived = Alert.ofCode(code).orElse(alertReceived);
    boolean fatal = level == AlertLevel.fatal || run().isTls13() && !isClosure(code);
    if (isHandshaking() || fatal) {
      String name = Alert.ofCode(code).map(Alert::rfcName).orElse("alert " + code);
      steps().record(Step.ALERT_RECEIVED, new StepDetail.AlertDetail(name, fatal));
    }
    if (code == AlertDescription.close_notify) {
      closeNotify();
    } else if (fatal) {
      failure = interpret(code);
      super.handleAlertMessage(AlertLevel.fatal, description);
    } else {
      warning(code);
    }
  }

  /** In TLS 1.3 the level says nothing: all others end the connection (RFC 8446 section 6). */
  private static boolean isClosure(int code) {
    return code == AlertDescription.close_notify || code == AlertDescription.user_canceled;
  }

  private Failure interpret(int code) {
    SecurityParameters parameters = getContext().getSecurityParameters();
    boolean proved = parameters != null && parameters.getLocalCertificate() != null;
    return new ReceivedAlerts(run(), proved, steps().afterLastStep()).interpret(code);
  }

  private void warning(int code) throws TlsFatalAlert {
    if (++warnings > MAX_WARNINGS) {
      throw new FatalFailure(
          Reason.UNEXPECTED_MESSAGE,
          "more than %d warning alerts, %s".formatted(MAX_WARNINGS, steps().afterLastStep()));
    }
    if (code == AlertDescription.no_renegotiation && requestedRenegotiation != null) {
      requestedRenegotiation = null;
      events.renegotiationDeclined();
    }
  }

  private void closeNotify() throws TlsFatalAlert {
    if (isHandshaking() || requiresClient()) {
      throw new FatalFailure(
          Reason.CLIENT_CLOSED, "the client sent close_notify " + steps().afterLastStep());
    }
    observer.closeNotifyReceived();
  }

  /** Sends close_notify; the other direction stays open. */
  void sendCloseNotify() throws IOException {
    raiseAlertWarning(AlertDescription.close_notify, "closed");
  }

  // ---- What the client says

  @Override
  protected void handleHandshakeMessage(short type, HandshakeMessageInput in) throws IOException {
    message = type;
    if (reauthentication != null && reauthentication.expects(type)) {
      reauthenticate(type, in.readAllBytes());
    } else if (type != HandshakeType.client_hello || renegotiating || !isEstablished()) {
      super.handleHandshakeMessage(type, in);
    } else if (beginRenegotiation()) {
      super.handleHandshakeMessage(type, in);
    }
    message = -1;
    warnings = 0;
  }

  private boolean isEstablished() {
    return isConnected() && !isHandshaking();
  }

  @Override
  protected org.bouncycastle.tls.ClientHello receiveClientHelloMessage(ByteArrayInputStream in)
      throws IOException {
    byte[] body = in.readAllBytes();
    if (connection_state == CS_SERVER_HELLO_RETRY_REQUEST) {
      steps().record(Step.CLIENT_HELLO);
      HelloRetry.requireSame(run().hello(), parse(body));
    } else if (requestedRenegotiation != null) {
      steps().record(Step.CLIENT_HELLO);
      callbacks.run(decideRenegotiation(body, requestedRenegotiation));
    }
    return super.receiveClientHelloMessage(new ByteArrayInputStream(body));
  }

  private static ClientHello parse(byte[] body) throws FatalFailure {
    try {
      return ClientHelloReader.parse(body);
    } catch (HandshakeException e) {
      throw new FatalFailure(e);
    }
  }

  private HandshakeRun decideRenegotiation(byte[] body, ClientProof proof) throws FatalFailure {
    try {
      return observer.renegotiate(parse(body), proof);
    } catch (HandshakeException e) {
      throw new FatalFailure(e);
    }
  }

  @Override
  protected void receiveCertificateVerifyMessage(ByteArrayInputStream in) throws IOException {
    byte[] body = in.readAllBytes();
    verifyClient(body, () -> super.receiveCertificateVerifyMessage(new ByteArrayInputStream(body)));
  }

  @Override
  protected void receive13ClientCertificateVerify(ByteArrayInputStream in) throws IOException {
    byte[] body = in.readAllBytes();
    verifyClient(
        body, () -> super.receive13ClientCertificateVerify(new ByteArrayInputStream(body)));
  }

  /** What Bouncy Castle verifies. */
  @FunctionalInterface
  private interface Verification {
    void run() throws IOException;
  }

  private void verifyClient(byte[] body, Verification verification) throws IOException {
    try {
      verification.run();
    } catch (TlsFatalAlert e) {
      if (e.getAlertDescription() == AlertDescription.decrypt_error) {
        recordCertificateVerify(body);
        // Asked so that the record shows the answers; whatever it says, nobody comes in.
        run().clientProof().ask(Proof.FAILED);
      }
      throw e;
    }
    recordCertificateVerify(body);
    run().clientProof().decide(Proof.VERIFIED);
  }

  @Override
  protected void sendServerHelloMessage(ServerHello serverHello) throws IOException {
    super.sendServerHelloMessage(serverHello);
    if (!serverHello.isHelloRetryRequest() && resumes()) {
      events.sessionResumed(run().resumed());
    }
  }

  @Override
  protected void completeHandshake() throws IOException {
    if (!run().clientProof().decided()) {
      throw new FatalFailure(Failures.internal(null, "because the client was not authenticated"));
    }
    boolean tls13 = run().isTls13();
    if (tls13) {
      sessions.derive(run(), getContext().getSecurityParametersHandshake(), selectedPSK13);
    }
    boolean abbreviated = resumes();
    super.completeHandshake();
    callbacks.forgetExtensions();
    run().over();
    renegotiating = false;
    requestedRenegotiation = null;
    observer.handshakeCompleted(run());
    if (isClosed()) {
      return; // The caller ended the connection as soon as it was established.
    }
    if (tls13) {
      sessions
          .issueTickets(run(), this::sendNewSessionTicketMessage)
          .forEach(events::sessionIssued);
    } else if (!abbreviated) {
      sessions.issueSession(run(), getContext().getSession()).forEach(events::sessionIssued);
    }
  }

  /** An idle connection should not keep what Bouncy Castle took for the handshake's last flight. */
  void trimOutput() {
    outputBuffer.getBuffer().shrink();
  }

  // ---- After the handshake (article step 11)

  /** Whether Bouncy Castle would renegotiate here: RFC 5746 was agreed, and no session without. */
  boolean canRenegotiate() {
    SecurityParameters parameters = getContext().getSecurityParametersConnection();
    return parameters != null && !run().isTls13() && parameters.isSecureRenegotiation();
  }

  void requestRenegotiation(ClientProof proof) throws IOException {
    requestedRenegotiation = proof;
    renegotiationLapsed = false;
    sendHelloRequestMessage();
  }

  /**
   * The client may ignore a HelloRequest (RFC 5246 section 7.4.1.1); a late answer is one still.
   */
  void renegotiationLapses() {
    renegotiationLapsed = true;
  }

  /** Whether the ClientHello of an established connection begins a renegotiation. */
  private boolean beginRenegotiation() throws IOException {
    if (run().isTls13()) {
      throw new FatalFailure(
          Reason.UNEXPECTED_MESSAGE, "a ClientHello: TLS 1.3 has no renegotiation");
    }
    if (requestedRenegotiation == null) {
      requestedRenegotiation = observer.clientWantsRenegotiation(canRenegotiate());
      if (isClosed()) {
        return false;
      }
      if (requestedRenegotiation == null) {
        refuseRenegotiation();
        return false;
      }
    }
    // Bouncy Castle reads the security parameters before it begins; so it must have begun already.
    renegotiating = super.handleRenegotiation();
    return renegotiating;
  }

  @Override
  protected boolean handleRenegotiation() {
    return renegotiating;
  }

  /** Asked only after beginRenegotiation has decided. */
  @Override
  protected int getRenegotiationPolicy() {
    return RenegotiationPolicy.ACCEPT;
  }

  @Override
  void clientUpdatedKeys() {
    events.clientInitiated(EngineEvents.ClientInitiated.KEY_UPDATE);
  }

  void requestCertificate(ClientProof proof) throws IOException {
    byte[] requestContext =
        callbacks.getCrypto().createNonceGenerator(new byte[0]).generateNonce(16);
    var request = callbacks.certificateRequest(proof, requestContext);
    reauthentication =
        PostHandshakeAuthentication.begin(
            proof, request, requestContext, sessions.throughClientFinished(), getContext());
    sendCertificateRequestMessage(request);
  }

  private void reauthenticate(short type, byte[] body) throws IOException {
    PostHandshakeAuthentication running = reauthentication;
    if (running != null && running.receive(type, body, steps())) {
      ClientAuthentication answer = running.decide();
      reauthentication = null;
      events.reauthenticated(answer);
    }
  }
}
