package dev.handfast.engine;

import dev.handfast.handshake.ClientHello;
import dev.handfast.handshake.IanaRegistry;
import dev.handfast.handshake.Negotiated;
import dev.handfast.handshake.Negotiation;
import dev.handfast.handshake.ProtocolVersion;
import dev.handfast.handshake.ResumableSession;
import dev.handfast.handshake.StepDetail;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What one handshake was decided to be, before Bouncy Castle executes it. */
final class HandshakeRun {

  private static final int STATUS_REQUEST = 5;

  private @Nullable ClientHello hello;
  private final @Nullable String serverName;
  private final boolean postHandshakeAuthentication;
  private Negotiation.Choice choice;
  private final PreparedCredential credential;
  private final ClientProof clientProof;
  private @Nullable ResumableSession resumption;

  HandshakeRun(
      ClientHello hello,
      Negotiation.Choice choice,
      PreparedCredential credential,
      ClientProof clientProof) {
    this.hello = hello;
    this.serverName = hello.serverName();
    this.postHandshakeAuthentication = hello.offersPostHandshakeAuthentication();
    this.choice = choice;
    this.credential = credential;
    this.clientProof = clientProof;
  }

  /**
   * What the client offered.
   *
   * @throws IllegalStateException if the handshake {@linkplain #over is over}
   */
  ClientHello hello() {
    if (hello == null) {
      throw new IllegalStateException("the handshake is over");
    }
    return hello;
  }

  /** An idle connection should not keep what the client offered. */
  void over() {
    hello = null;
  }

  /** The name that the client asked for. */
  @Nullable String serverName() {
    return serverName;
  }

  /** Whether the client offered post-handshake authentication (RFC 8446 section 4.2.6). */
  boolean offersPostHandshakeAuthentication() {
    return postHandshakeAuthentication;
  }

  Negotiation.Choice choice() {
    return choice;
  }

  PreparedCredential credential() {
    return credential;
  }

  ClientProof clientProof() {
    return clientProof;
  }

  /**
   * Resumes a session. In TLS 1.2 and older its cipher suite comes back; TLS 1.3 keeps its choice,
   * whose hash is the session's.
   */
  void resume(ResumableSession session) {
    resumption = session;
    if (!isTls13()) {
      choice =
          new Negotiation.Choice(
              choice.version(),
              session.cipherSuite(),
              0,
              false,
              0,
              choice.certificate(),
              choice.applicationProtocol());
    }
  }

  /** TLS 1.3: the client no longer offers the ticket after a HelloRetryRequest. */
  void abandonResumption() {
    resumption = null;
    clientProof.forgetResumed();
  }

  Optional<ResumableSession> resumption() {
    return Optional.ofNullable(resumption);
  }

  /** The session that is resumed. */
  ResumableSession resumed() {
    return resumption().orElseThrow();
  }

  boolean isTls13() {
    return choice.version() == ProtocolVersion.TLS_1_3;
  }

  /** Whether the cipher suite has the client encrypt the pre-master secret to the server's key. */
  boolean isRsaKeyExchange() {
    return choice.group() == 0 && resumption == null;
  }

  @Nullable String groupName() {
    return choice.group() == 0 ? null : IanaRegistry.GROUPS.nameOf(choice.group());
  }

  @Nullable String signatureScheme() {
    if (resumption != null) {
      return null;
    }
    if (choice.signatureScheme() != 0) {
      return IanaRegistry.SIGNATURE_SCHEMES.nameOf(choice.signatureScheme());
    }
    return isRsaKeyExchange() ? null : "rsa_pkcs1_md5_sha1";
  }

  private @Nullable String alpn() {
    return choice.applicationProtocol().isEmpty() ? null : choice.applicationProtocol();
  }

  StepDetail.Choice choiceDetail(boolean resumed) {
    return new StepDetail.Choice(
        choice.version().label(),
        IanaRegistry.CIPHER_SUITES.nameOf(choice.cipherSuite()),
        groupName(),
        alpn(),
        resumed);
  }

  StepDetail.KeyExchange keyExchangeDetail() {
    String mechanism = resumption != null ? "PSK" : isRsaKeyExchange() ? "RSA" : "ECDHE";
    return new StepDetail.KeyExchange(mechanism, groupName());
  }

  /** Whether an OCSP response goes with the certificate (RFC 6066 section 8). */
  boolean staples() {
    return credential.status() != null && hello().offersExtension(STATUS_REQUEST);
  }

  StepDetail.CertificateSent certificateDetail() {
    var own = credential.credential();
    return new StepDetail.CertificateSent(
        own.name(),
        own.version(),
        own.chain().getFirst().getSubjectX500Principal().getName(),
        own.chain().size(),
        staples());
  }

  Negotiated negotiated() {
    return new Negotiated(
        choice.version(),
        IanaRegistry.CIPHER_SUITES.nameOf(choice.cipherSuite()),
        groupName(),
        signatureScheme(),
        alpn(),
        resumption == null ? credential.credential().name() : null,
        resumption == null ? credential.credential().version() : 0,
        resumption != null,
        null);
  }
}
