package dev.handfast.engine;

import dev.handfast.handshake.Alert;
import dev.handfast.handshake.CertificateDemand;
import dev.handfast.handshake.ClientAuthenticator.Proof;
import dev.handfast.handshake.ClientHello;
import dev.handfast.handshake.ClientHelloReader;
import dev.handfast.handshake.Failure;
import dev.handfast.handshake.HandshakeException;
import dev.handfast.handshake.IanaRegistry;
import dev.handfast.handshake.ProtocolVersion;
import dev.handfast.handshake.Reason;
import dev.handfast.handshake.Step;
import dev.handfast.handshake.StepDetail;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Hashtable;
import java.util.Optional;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.AlertLevel;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.CertificateStatus;
import org.bouncycastle.tls.DigitallySigned;
import org.bouncycastle.tls.HandshakeMessageInput;
import org.bouncycastle.tls.ServerHello;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsServerProtocol;
import org.jspecify.annotations.Nullable;

/**
 * Bouncy Castle's protocol with a step told for every message, the client authenticated after its
 * signature was verified, and one reason for every end.
 */
class ServerProtocol extends TlsServerProtocol {

  /** What the protocol tells its engine besides steps. */
  interface Observer {

    /** A handshake completed. */
    void handshakeCompleted(HandshakeRun run);

    /** The client sent close_notify. */
    void closeNotifyReceived();

    /** The client sent the warning no_renegotiation. */
    void noRenegotiationReceived();
  }

  /** Each warning costs us a record; a client has no use for more (as OpenSSL decided, too). */
  private static final int MAX_WARNINGS = 5;

  private final ServerCallbacks callbacks;
  private final StepRecorder steps;
  private final Observer observer;
  private @Nullable Failure failure;
  private @Nullable Alert alertReceived;
  private boolean serverAuthenticated;
  private int message = -1;
  private int warnings;

  ServerProtocol(ServerCallbacks callbacks, StepRecorder steps, Observer observer)
      throws IOException {
    this.callbacks = callbacks;
    this.steps = steps;
    this.observer = observer;
    accept(callbacks);
  }

  final @Nullable Failure failure() {
    return failure;
  }

  final @Nullable Alert alertReceived() {
    return alertReceived;
  }

  final ServerCallbacks callbacks() {
    return callbacks;
  }

  final StepRecorder steps() {
    return steps;
  }

  private HandshakeRun run() {
    return callbacks.run();
  }

  // ---- How it ends

  /** The one place where a reason becomes an alert. */
  final void fail(Failure why) throws IOException {
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
    fail(Failures.of(e, message, steps.afterLastStep()));
  }

  @Override
  protected void handleAlertMessage(short level, short description) throws IOException {
    int code = description & 0xff;
    alertReceived = Alert.ofCode(code).orElse(alertReceived);
    boolean fatal = level == AlertLevel.fatal || run().isTls13() && !isClosure(code);
    if (code != AlertDescription.close_notify || isHandshaking()) {
      String name = Alert.ofCode(code).map(Alert::rfcName).orElse("alert " + code);
      steps.record(Step.ALERT_RECEIVED, new StepDetail.AlertDetail(name, fatal));
    }
    if (code == AlertDescription.close_notify) {
      closeNotify();
    } else if (fatal) {
      failure =
          ReceivedAlerts.interpret(
              code, serverCertificateSent() ? run().credential() : null, steps.afterLastStep());
      super.handleAlertMessage(AlertLevel.fatal, description);
    } else {
      warning(code);
    }
  }

  /** In TLS 1.3 the level says nothing: all others end the connection (RFC 8446 section 6). */
  private static boolean isClosure(int code) {
    return code == AlertDescription.close_notify || code == AlertDescription.user_canceled;
  }

  private boolean serverCertificateSent() {
    var parameters = getContext().getSecurityParameters();
    return parameters != null && parameters.getLocalCertificate() != null;
  }

  private void warning(int code) throws TlsFatalAlert {
    if (++warnings > MAX_WARNINGS) {
      throw new FatalFailure(
          Reason.UNEXPECTED_MESSAGE,
          "more than %d warning alerts, %s".formatted(MAX_WARNINGS, steps.afterLastStep()));
    }
    if (code == AlertDescription.no_renegotiation) {
      observer.noRenegotiationReceived();
    }
  }

  private void closeNotify() throws TlsFatalAlert {
    if (isHandshaking()) {
      throw new FatalFailure(
          Reason.CLIENT_CLOSED, "the client sent close_notify " + steps.afterLastStep());
    }
    observer.closeNotifyReceived();
  }

  /** Sends close_notify; the other direction stays open. */
  final void sendCloseNotify() throws IOException {
    raiseAlertWarning(AlertDescription.close_notify, "closed");
  }

  // ---- What the client says

  @Override
  protected void handleHandshakeMessage(short type, HandshakeMessageInput in) throws IOException {
    message = type;
    super.handleHandshakeMessage(type, in);
    message = -1;
    warnings = 0;
  }

  @Override
  protected org.bouncycastle.tls.ClientHello receiveClientHelloMessage(ByteArrayInputStream in)
      throws IOException {
    byte[] body = in.readAllBytes();
    if (connection_state == CS_SERVER_HELLO_RETRY_REQUEST) {
      steps.record(Step.CLIENT_HELLO);
      HelloRetry.requireSame(run().hello(), parseHello(body));
    }
    return super.receiveClientHelloMessage(new ByteArrayInputStream(body));
  }

  static ClientHello parseHello(byte[] body) throws FatalFailure {
    try {
      return ClientHelloReader.parse(body);
    } catch (HandshakeException e) {
      throw new FatalFailure(e);
    }
  }

  /** Step 3 shows only in that the client goes on. */
  private void clientGoesOn() {
    if (!serverAuthenticated && !selectedPSK13) {
      serverAuthenticated = true;
      steps.record(Step.SERVER_AUTHENTICATED);
    }
  }

  @Override
  protected void receiveCertificateMessage(ByteArrayInputStream in) throws IOException {
    clientGoesOn();
    super.receiveCertificateMessage(in);
  }

  @Override
  protected void receive13ClientCertificate(ByteArrayInputStream in) throws IOException {
    clientGoesOn();
    super.receive13ClientCertificate(in);
  }

  @Override
  protected void receiveClientKeyExchangeMessage(ByteArrayInputStream in) throws IOException {
    clientGoesOn();
    super.receiveClientKeyExchangeMessage(in);
    steps.record(Step.CLIENT_KEY_EXCHANGE, run().keyExchangeDetail());
    steps.record(Step.SESSION_KEYS, run().keyExchangeDetail());
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

  /** A step that Bouncy Castle does. */
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

  private void recordCertificateVerify(byte[] body) {
    boolean named = !run().choice().version().isBefore(ProtocolVersion.TLS_1_2) && body.length >= 2;
    String scheme =
        named
            ? IanaRegistry.SIGNATURE_SCHEMES.nameOf((body[0] & 0xff) << 8 | (body[1] & 0xff))
            : "SHA-1";
    steps.record(Step.CLIENT_CERTIFICATE_VERIFY, new StepDetail.Signature(scheme));
  }

  @Override
  protected void handleChangeCipherSpecMessage() throws IOException {
    super.handleChangeCipherSpecMessage();
    steps.record(Step.CLIENT_CHANGE_CIPHER_SPEC);
  }

  @Override
  protected void processFinishedMessage(ByteArrayInputStream in) throws IOException {
    super.processFinishedMessage(in);
    steps.record(Step.CLIENT_FINISHED);
  }

  @Override
  protected void process13FinishedMessage(ByteArrayInputStream in) throws IOException {
    clientGoesOn();
    super.process13FinishedMessage(in);
    steps.record(Step.CLIENT_FINISHED);
  }

  @Override
  protected void completeHandshake() throws IOException {
    if (!run().clientProof().decided()) {
      throw new FatalFailure(Failures.internal(null, "because the client was not authenticated"));
    }
    super.completeHandshake();
    serverAuthenticated = false;
    steps.record(Step.ESTABLISHED);
    observer.handshakeCompleted(run());
  }

  // ---- What the server says

  @Override
  protected void sendServerHelloMessage(ServerHello serverHello) throws IOException {
    super.sendServerHelloMessage(serverHello);
    boolean resumed =
        selectedPSK13 || getContext().getSecurityParametersHandshake().isResumedSession();
    steps.record(
        serverHello.isHelloRetryRequest() ? Step.HELLO_RETRY_REQUEST : Step.SERVER_HELLO,
        run().choiceDetail(resumed));
  }

  @Override
  @SuppressWarnings("rawtypes") // Bouncy Castle's signature.
  protected void send13EncryptedExtensionsMessage(Hashtable extensions) throws IOException {
    super.send13EncryptedExtensionsMessage(extensions);
    steps.record(Step.ENCRYPTED_EXTENSIONS);
  }

  @Override
  protected void send13ServerHelloCoda(ServerHello serverHello, boolean afterHelloRetryRequest)
      throws IOException {
    super.send13ServerHelloCoda(serverHello, afterHelloRetryRequest);
    steps.record(Step.SESSION_KEYS, run().keyExchangeDetail());
  }

  @Override
  protected void sendCertificateMessage(Certificate certificate, OutputStream endPointHash)
      throws IOException {
    super.sendCertificateMessage(certificate, endPointHash);
    steps.record(Step.SERVER_CERTIFICATE, run().certificateDetail(callbacks.staples()));
  }

  @Override
  protected void send13CertificateMessage(Certificate certificate) throws IOException {
    super.send13CertificateMessage(certificate);
    steps.record(Step.SERVER_CERTIFICATE, run().certificateDetail(callbacks.staples()));
  }

  @Override
  protected void sendCertificateStatusMessage(CertificateStatus status) throws IOException {
    super.sendCertificateStatusMessage(status);
    steps.record(Step.CERTIFICATE_STATUS);
  }

  @Override
  protected void send13CertificateVerifyMessage(DigitallySigned verify) throws IOException {
    super.send13CertificateVerifyMessage(verify);
    steps.record(
        Step.SERVER_CERTIFICATE_VERIFY,
        new StepDetail.Signature(
            IanaRegistry.SIGNATURE_SCHEMES.nameOf(run().choice().signatureScheme())));
  }

  @Override
  protected void sendServerKeyExchangeMessage(byte[] serverKeyExchange) throws IOException {
    super.sendServerKeyExchangeMessage(serverKeyExchange);
    steps.record(Step.SERVER_KEY_EXCHANGE, run().keyExchangeDetail());
  }

  @Override
  protected void sendCertificateRequestMessage(CertificateRequest request) throws IOException {
    super.sendCertificateRequestMessage(request);
    ClientProof proof = run().clientProof();
    steps.record(
        Step.CERTIFICATE_REQUEST,
        new StepDetail.CertificateAsked(
            proof.authorities().size(), proof.demand() == CertificateDemand.REQUIRE));
  }

  @Override
  protected void sendServerHelloDoneMessage() throws IOException {
    super.sendServerHelloDoneMessage();
    steps.record(Step.SERVER_HELLO_DONE);
  }

  @Override
  protected void sendChangeCipherSpec() throws IOException {
    super.sendChangeCipherSpec();
    steps.record(Step.SERVER_CHANGE_CIPHER_SPEC);
  }

  @Override
  protected void sendFinishedMessage() throws IOException {
    super.sendFinishedMessage();
    steps.record(Step.SERVER_FINISHED);
  }

  @Override
  protected void send13FinishedMessage() throws IOException {
    super.send13FinishedMessage();
    steps.record(Step.SERVER_FINISHED);
  }
}
