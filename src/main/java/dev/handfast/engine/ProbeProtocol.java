package dev.handfast.engine;

import dev.handfast.handshake.Step;
import java.io.IOException;
import java.io.OutputStream;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.DigitallySigned;
import org.bouncycastle.tls.HandshakeMessageInput;
import org.bouncycastle.tls.HandshakeType;
import org.bouncycastle.tls.ServerHello;
import org.bouncycastle.tls.TlsClientProtocol;

/** Notes every message, in the order in which it is sent or taken. */
final class ProbeProtocol extends TlsClientProtocol {

  private final ProbeRecorder recorder;
  private boolean serverHelloNoted;

  ProbeProtocol(ProbeRecorder recorder) {
    this.recorder = recorder;
  }

  @Override
  protected void sendClientHelloMessage() throws IOException {
    super.sendClientHelloMessage();
    recorder.step(Step.CLIENT_HELLO, null);
  }

  @Override
  protected void process13HelloRetryRequest(ServerHello helloRetryRequest) throws IOException {
    recorder.step(Step.HELLO_RETRY_REQUEST, null);
    super.process13HelloRetryRequest(helloRetryRequest);
  }

  @Override
  protected void process13ServerHello(ServerHello serverHello, boolean afterHelloRetryRequest)
      throws IOException {
    super.process13ServerHello(serverHello, afterHelloRetryRequest);
    serverHello();
  }

  @Override
  protected void processServerHello(ServerHello serverHello) throws IOException {
    super.processServerHello(serverHello);
    serverHello();
  }

  /** For TLS 1.3 both callbacks come, one from within the other. */
  private void serverHello() {
    if (serverHelloNoted) {
      return;
    }
    serverHelloNoted = true;
    recorder.parameters(getContext().getSecurityParametersHandshake());
    recorder.step(Step.SERVER_HELLO, recorder.choice());
  }

  @Override
  protected void handleHandshakeMessage(short type, HandshakeMessageInput buf) throws IOException {
    switch (type) {
      case HandshakeType.encrypted_extensions -> recorder.step(Step.ENCRYPTED_EXTENSIONS, null);
      case HandshakeType.certificate -> recorder.step(Step.SERVER_CERTIFICATE, null);
      case HandshakeType.certificate_status -> recorder.step(Step.CERTIFICATE_STATUS, null);
      case HandshakeType.certificate_request -> recorder.step(Step.CERTIFICATE_REQUEST, null);
      case HandshakeType.certificate_verify -> recorder.step(Step.SERVER_CERTIFICATE_VERIFY, null);
      case HandshakeType.server_key_exchange -> recorder.step(Step.SERVER_KEY_EXCHANGE, null);
      case HandshakeType.server_hello_done -> recorder.step(Step.SERVER_HELLO_DONE, null);
      case HandshakeType.finished -> recorder.step(Step.SERVER_FINISHED, null);
      case HandshakeType.new_session_ticket -> recorder.step(Step.NEW_SESSION_TICKET, null);
      default -> {
        // ServerHello is noted once it is understood; anything else makes super fail.
      }
    }
    super.handleHandshakeMessage(type, buf);
  }

  @Override
  protected void sendCertificateMessage(Certificate certificate, OutputStream endPointHash)
      throws IOException {
    super.sendCertificateMessage(certificate, endPointHash);
    recorder.step(Step.CLIENT_CERTIFICATE, null);
  }

  @Override
  protected void send13CertificateMessage(Certificate certificate) throws IOException {
    super.send13CertificateMessage(certificate);
    recorder.step(Step.CLIENT_CERTIFICATE, null);
  }

  @Override
  protected void sendClientKeyExchange() throws IOException {
    super.sendClientKeyExchange();
    recorder.step(Step.CLIENT_KEY_EXCHANGE, null);
  }

  @Override
  protected void sendCertificateVerifyMessage(DigitallySigned certificateVerify)
      throws IOException {
    super.sendCertificateVerifyMessage(certificateVerify);
    recorder.step(Step.CLIENT_CERTIFICATE_VERIFY, null);
  }

  @Override
  protected void send13CertificateVerifyMessage(DigitallySigned certificateVerify)
      throws IOException {
    super.send13CertificateVerifyMessage(certificateVerify);
    recorder.step(Step.CLIENT_CERTIFICATE_VERIFY, null);
  }

  @Override
  protected void sendFinishedMessage() throws IOException {
    super.sendFinishedMessage();
    recorder.step(Step.CLIENT_FINISHED, null);
  }

  @Override
  protected void send13FinishedMessage() throws IOException {
    super.send13FinishedMessage();
    recorder.step(Step.CLIENT_FINISHED, null);
  }
}
