package dev.handfast.engine;

import dev.handfast.handshake.ClientHello;
import dev.handfast.handshake.IanaRegistry;
import dev.handfast.handshake.Negotiated;
import dev.handfast.handshake.Negotiation;
import dev.handfast.handshake.ProtocolVersion;
import dev.handfast.handshake.StepDetail;
import org.jspecify.annotations.Nullable;

/** What one handshake was decided to be, before Bouncy Castle executes it. */
final class HandshakeRun {

  private final ClientHello hello;
  private final Negotiation.Choice choice;
  private final PreparedCredential credential;
  private final ClientProof clientProof;

  HandshakeRun(
      ClientHello hello,
      Negotiation.Choice choice,
      PreparedCredential credential,
      ClientProof clientProof) {
    this.hello = hello;
    this.choice = choice;
    this.credential = credential;
    this.clientProof = clientProof;
  }

  ClientHello hello() {
    return hello;
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

  boolean isTls13() {
    return choice.version() == ProtocolVersion.TLS_1_3;
  }

  /** Whether the cipher suite has the client encrypt the pre-master secret to the server's key. */
  boolean isRsaKeyExchange() {
    return choice.group() == 0;
  }

  @Nullable String groupName() {
    return choice.group() == 0 ? null : IanaRegistry.GROUPS.nameOf(choice.group());
  }

  @Nullable String signatureScheme() {
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
    return new StepDetail.KeyExchange(isRsaKeyExchange() ? "RSA" : "ECDHE", groupName());
  }

  StepDetail.CertificateSent certificateDetail(boolean stapled) {
    var own = credential.credential();
    return new StepDetail.CertificateSent(
        own.name(),
        own.version(),
        own.chain().getFirst().getSubjectX500Principal().getName(),
        own.chain().size(),
        stapled);
  }

  Negotiated negotiated() {
    return new Negotiated(
        choice.version(),
        IanaRegistry.CIPHER_SUITES.nameOf(choice.cipherSuite()),
        groupName(),
        signatureScheme(),
        alpn(),
        credential.credential().name(),
        credential.credential().version(),
        false,
        null);
  }
}
