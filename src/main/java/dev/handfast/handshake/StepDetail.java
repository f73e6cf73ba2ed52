package dev.handfast.handshake;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a step decided or carried. Never a secret, and bounded in size. */
public sealed interface StepDetail {

  /** ServerHello or HelloRetryRequest: what the server chose. */
  record Choice(
      String protocol,
      String cipherSuite,
      @Nullable String group,
      @Nullable String alpn,
      boolean resumed)
      implements StepDetail {}

  /** The server's certificate as sent. */
  record CertificateSent(
      String certificate, int version, String subject, int chainLength, boolean ocspResponseStapled)
      implements StepDetail {}

  /** A CertificateRequest: how many authorities it names, and whether an answer is demanded. */
  record CertificateAsked(int authorities, boolean required) implements StepDetail {}

  /** A signature made or verified, by its IANA name. */
  record Signature(String signatureScheme) implements StepDetail {}

  /**
   * How the (pre-)master secret came about: {@code RSA}, {@code DHE}, {@code ECDHE}, {@code PSK}.
   */
  record KeyExchange(String mechanism, @Nullable String group) implements StepDetail {}

  /** The certificates that the client sent, first its own. */
  record CertificateReceived(List<String> subjects) implements StepDetail {}

  /** The outcome of step 6; the questions themselves stand in the handshake's record. */
  record Authenticated(String policy, ClientAuthentication.Decision decision)
      implements StepDetail {}

  /** An alert, sent or received. */
  record AlertDetail(String alert, boolean fatal) implements StepDetail {}
}
