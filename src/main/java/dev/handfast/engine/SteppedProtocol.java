package dev.handfast.engine;

import dev.handfast.handshake.CertificateDemand;
import dev.handfast.handshake.IanaRegistry;
import dev.handfast.handshake.ProtocolVersion;
import dev.handfast.handshake.Step;
import dev.handfast.handshake.StepDetail;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Hashtable;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.CertificateStatus;
import org.bouncycastle.tls.DigitallySigned;
import org.bouncycastle.tls.NewSessionTicket;
import org.bouncycastle.tls.ServerHello;

/** Bouncy Castle's protocol with a step told for every message. */
abstract class SteppedProtocol extends FramedProtocol {

  private final StepRecorder steps;
  private boolean serverAuthenticated;
  private int keyUpdatesAwaited;

  SteppedProtocol(StepRecorder steps) {
    this.steps = steps;
  }

  /** What the handshake was decided to be. */
  abstract HandshakeRun run();

  /** Whose answer a CertificateRequest wants. */
  abstract ClientProof asked();

  /** The client updated its keys unasked. */
  abstract void clientUpdatedKeys();

  final StepRecorder steps() {
    return steps;
  }

  /** Whether the handshake that runs is abbreviated. */
  final boolean resumes() {
    return selectedPSK13 || getContext().getSecurityParametersHandshake().isResumedSession();
  }

  // ---- What the client says

  /** Step 3 shows only in that the client goes on. */
  private void clientGoesOn() {
    if (!serverAuthenticated && !resumes()) {
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

  final void recordCertificateVerify(byte[] body) {
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
  protected void receive13KeyUpdate(ByteArrayInputStream in) throws IOException {
    super.receive13KeyUpdate(in);
    steps.record(Step.KEY_UPDATE);
    if (keyUpdatesAwaited > 0) {
      keyUpdatesAwaited--;
    } else {
      clientUpdatedKeys();
    }
  }

  @Override
  protected void completeHandshake() throws IOException {
    super.completeHandshake();
    serverAuthenticated = false;
    steps.record(Step.ESTABLISHED);
  }

  // ---- What the server says

  @Override
  protected void sendServerHelloMessage(ServerHello serverHello) throws IOException {
    super.sendServerHelloMessage(serverHello);
    steps.record(
        serverHello.isHelloRetryRequest() ? Step.HELLO_RETRY_REQUEST : Step.SERVER_HELLO,
        run().choiceDetail(resumes()));
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
    steps.record(Step.SERVER_CERTIFICATE, run().certificateDetail());
  }

  @Override
  protected void send13CertificateMessage(Certificate certificate) throws IOException {
    super.send13CertificateMessage(certificate);
    steps.record(Step.SERVER_CERTIFICATE, run().certificateDetail());
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
    ClientProof proof = asked();
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

  @Override
  protected void sendNewSessionTicketMessage(NewSessionTicket ticket) throws IOException {
    super.sendNewSessionTicketMessage(ticket);
    steps.record(Step.NEW_SESSION_TICKET);
  }

  @Override
  protected void sendHelloRequestMessage() throws IOException {
    super.sendHelloRequestMessage();
    steps.record(Step.HELLO_REQUEST);
  }

  /** Bouncy Castle calls this, too, before a key has protected too much (RFC 8446 section 5.5). */
  @Override
  protected void send13KeyUpdate(boolean updateRequested) throws IOException {
    super.send13KeyUpdate(updateRequested);
    steps.record(Step.KEY_UPDATE);
    if (updateRequested) {
      keyUpdatesAwaited++;
    }
  }
}
