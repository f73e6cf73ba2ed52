package dev.handfast.engine;

import dev.handfast.handshake.ClientAuthentication;
import dev.handfast.handshake.ClientAuthenticator.Proof;
import dev.handfast.handshake.Failure;
import dev.handfast.handshake.IanaRegistry;
import dev.handfast.handshake.Reason;
import dev.handfast.handshake.Step;
import dev.handfast.handshake.StepDetail;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.HandshakeType;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.SignatureScheme;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.Tls13Verifier;
import org.bouncycastle.tls.crypto.TlsHash;
import org.jspecify.annotations.Nullable;

/**
 * One post-handshake authentication (RFC 8446 section 4.6.2). Bouncy Castle knows none, so its
 * three messages are read here: Certificate, CertificateVerify unless the Certificate is empty,
 * Finished.
 */
final class PostHandshakeAuthentication {

  private static final String CONTEXT = "TLS 1.3, client CertificateVerify";
  private static final int PADDING = 64;

  private final ClientProof proof;
  private final CertificateRequest request;
  private final byte[] requestContext;
  private final TlsHash transcript;
  private final TlsContext context;
  private short expected = HandshakeType.certificate;
  private @Nullable Certificate certificate;
  private Proof proven = Proof.NONE;

  private PostHandshakeAuthentication(
      ClientProof proof,
      CertificateRequest request,
      byte[] requestContext,
      TlsHash transcript,
      TlsContext context) {
    this.proof = proof;
    this.request = request;
    this.requestContext = requestContext;
    this.transcript = transcript;
    this.context = context;
  }

  /**
   * Begins with a CertificateRequest that is about to be sent.
   *
   * @param throughClientFinished the transcript hash, which is then this object's own
   */
  static PostHandshakeAuthentication begin(
      ClientProof proof,
      CertificateRequest request,
      byte[] requestContext,
      TlsHash throughClientFinished,
      TlsContext context)
      throws IOException {
    ByteArrayOutputStream encoded = new ByteArrayOutputStream();
    request.encode(context, encoded);
    Tls13Schedule.addMessage(
        throughClientFinished, HandshakeType.certificate_request, encoded.toByteArray());
    return new PostHandshakeAuthentication(
        proof, request, requestContext, throughClientFinished, context);
  }

  ClientProof proof() {
    return proof;
  }

  /** Whether this message belongs here rather than to Bouncy Castle. */
  boolean expects(short type) {
    return type == HandshakeType.certificate
        || type == HandshakeType.certificate_verify
        || type == HandshakeType.finished;
  }

  /**
   * Reads the next message.
   *
   * @return whether it was the last
   */
  boolean receive(short type, byte[] body, StepRecorder steps) throws IOException {
    if (type != expected) {
      throw new FatalFailure(
          Reason.UNEXPECTED_MESSAGE,
          "a handshake message of type %d %s (expected: %d)"
              .formatted(type, steps.afterLastStep(), expected));
    }
    byte[] hash = transcript.cloneHash().calculateHash();
    switch (type) {
      case HandshakeType.certificate -> receiveCertificate(body);
      case HandshakeType.certificate_verify -> receiveCertificateVerify(body, hash, steps);
      default -> receiveFinished(body, hash, steps);
    }
    Tls13Schedule.addMessage(transcript, type, body);
    return type == HandshakeType.finished;
  }

  private void receiveCertificate(byte[] body) throws IOException {
    ByteArrayInputStream in = new ByteArrayInputStream(body);
    Certificate.ParseOptions options =
        new Certificate.ParseOptions().setMaxChainLength(ServerCallbacks.MAX_CHAIN_LENGTH);
    Certificate received = Certificate.parse(options, context, in, null);
    if (in.available() > 0) {
      throw new FatalFailure(Reason.MALFORMED_MESSAGE, "bytes after the Certificate");
    }
    if (!Arrays.equals(requestContext, received.getCertificateRequestContext())) {
      throw new FatalFailure(
          Reason.ILLEGAL_PARAMETER, "a Certificate for another CertificateRequest");
    }
    certificate = received;
    expected = received.isEmpty() ? HandshakeType.finished : HandshakeType.certificate_verify;
    proof.receivedAfterHandshake(received);
  }

  private void receiveCertificateVerify(byte[] body, byte[] hash, StepRecorder steps)
      throws IOException {
    ByteArrayInputStream in = new ByteArrayInputStream(body);
    int scheme = TlsUtils.readUint16(in);
    byte[] signature = TlsUtils.readOpaque16(in);
    if (in.available() > 0) {
      throw new FatalFailure(Reason.MALFORMED_MESSAGE, "bytes after the CertificateVerify");
    }
    steps.record(
        Step.CLIENT_CERTIFICATE_VERIFY,
        new StepDetail.Signature(IanaRegistry.SIGNATURE_SCHEMES.nameOf(scheme)));
    if (!request
        .getSupportedSignatureAlgorithms()
        .contains(SignatureScheme.getSignatureAndHashAlgorithm(scheme))) {
      throw new FatalFailure(
          Reason.ILLEGAL_PARAMETER,
          "signed with %s, which was not offered"
              .formatted(IanaRegistry.SIGNATURE_SCHEMES.nameOf(scheme)));
    }
    proven = verify(scheme, signature, hash) ? Proof.VERIFIED : Proof.FAILED;
    expected = HandshakeType.finished;
    if (proven == Proof.FAILED) {
      proof.ask(Proof.FAILED);
      throw new FatalFailure(
          Reason.CLIENT_SIGNATURE_INVALID,
          "the certificate's key does not verify the signature over this connection");
    }
  }

  private boolean verify(int scheme, byte[] signature, byte[] hash) throws IOException {
    if (certificate == null) {
      return false;
    }
    try {
      Tls13Verifier verifier = certificate.getCertificateAt(0).createVerifier(scheme);
      OutputStream signed = verifier.getOutputStream();
      byte[] padding = new byte[PADDING];
      Arrays.fill(padding, (byte) 0x20);
      signed.write(padding);
      signed.write(CONTEXT.getBytes(StandardCharsets.US_ASCII));
      signed.write(0);
      signed.write(hash);
      return verifier.verifySignature(signature);
    } catch (TlsFatalAlert e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      return false; // A key that cannot verify proves nothing.
    }
  }

  private void receiveFinished(byte[] body, byte[] hash, StepRecorder steps) throws IOException {
    SecurityParameters parameters = context.getSecurityParametersConnection();
    byte[] wanted =
        Tls13Schedule.verifyData(
            parameters.getTrafficSecretClient(),
            parameters.getPRFCryptoHashAlgorithm(),
            parameters.getPRFHashLength(),
            hash);
    if (!MessageDigest.isEqual(wanted, body)) {
      throw new FatalFailure(
          Reason.FINISHED_NOT_AUTHENTIC, "the Finished of the re-authentication does not match");
    }
    steps.record(Step.CLIENT_FINISHED);
  }

  /**
   * Asks the questions of step 6, all messages having been verified.
   *
   * @throws FatalFailure if the client must not stay
   */
  ClientAuthentication decide() throws FatalFailure {
    ClientAuthentication answer = proof.ask(proven);
    Failure refusal = ClientProof.refusal(answer);
    if (refusal != null) {
      throw new FatalFailure(refusal);
    }
    return answer;
  }
}
