package dev.handfast.engine;

import dev.handfast.handshake.CertificateDemand;
import dev.handfast.handshake.ClientAuthentication;
import dev.handfast.handshake.ClientAuthenticator;
import dev.handfast.handshake.ClientAuthenticator.Proof;
import dev.handfast.handshake.Failure;
import dev.handfast.handshake.Reason;
import dev.handfast.handshake.Step;
import dev.handfast.handshake.StepDetail;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.Principal;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.tls.Certificate;
import org.jspecify.annotations.Nullable;

/** Steps 5 and 6 of one handshake: what the client showed, and what was decided about it. */
final class ClientProof {

  private static final int MAX_SUBJECT = 256;

  private final CertificateDemand demand;
  private final List<? extends Principal> authorities;
  private final ClientAuthenticator authenticator;
  private final EngineEvents events;
  private final StepRecorder steps;
  private List<X509Certificate> chain = List.of();
  private @Nullable ClientAuthentication decision;

  ClientProof(
      CertificateDemand demand,
      List<? extends Principal> authorities,
      ClientAuthenticator authenticator,
      EngineEvents events,
      StepRecorder steps) {
    this.demand = demand;
    this.authorities = authorities;
    this.authenticator = authenticator;
    this.events = events;
    this.steps = steps;
  }

  CertificateDemand demand() {
    return demand;
  }

  boolean demanded() {
    return demand != CertificateDemand.NONE;
  }

  /** Whether a client that does not answer must go. */
  boolean required() {
    return demand == CertificateDemand.REQUIRE;
  }

  List<? extends Principal> authorities() {
    return authorities;
  }

  List<X509Certificate> chain() {
    return chain;
  }

  /** Whether nothing is left to decide. */
  boolean decided() {
    return !demanded() || decision != null;
  }

  /** The client's Certificate arrived; nothing about it is decided, unless it is empty. */
  void received(Certificate certificate) throws IOException {
    receivedAfterHandshake(certificate);
    if (chain.isEmpty()) {
      decide(Proof.NONE);
    }
  }

  /** The client's Certificate arrived where even an empty one is decided only at the end. */
  void receivedAfterHandshake(Certificate certificate) throws IOException {
    chain = parse(certificate);
    List<String> subjects =
        chain.stream().map(c -> shorten(c.getSubjectX500Principal().getName())).toList();
    steps.record(Step.CLIENT_CERTIFICATE, new StepDetail.CertificateReceived(subjects));
    events.clientCertificates(chain);
  }

  private static List<X509Certificate> parse(Certificate certificate) throws IOException {
    List<X509Certificate> parsed = new ArrayList<>(certificate.getLength());
    for (int i = 0; i < certificate.getLength(); i++) {
      if (!(certificate.getCertificateAt(i) instanceof EngineCertificate own)) {
        throw new FatalFailure(Failures.internal(null, "on reading the client's certificates"));
      }
      parsed.add(own.x509());
    }
    return List.copyOf(parsed);
  }

  private static String shorten(String subject) {
    return subject.length() <= MAX_SUBJECT ? subject : subject.substring(0, MAX_SUBJECT) + "…";
  }

  /**
   * Whether today's policy lets the identity in that a session proved. If not, nothing is told and
   * nothing is kept: the full handshake that follows asks anew.
   */
  boolean resume(List<byte[]> encodedChain) throws FatalFailure {
    chain = parseEncoded(encodedChain);
    if (!demanded()) {
      return true;
    }
    ClientAuthentication asked = asked(Proof.RESUMED);
    if (refusal(asked) != null) {
      chain = List.of();
      return false;
    }
    tell(asked);
    return true;
  }

  /** The session is not resumed after all. */
  void forgetResumed() {
    chain = List.of();
    decision = null;
  }

  private static List<X509Certificate> parseEncoded(List<byte[]> encodedChain) throws FatalFailure {
    List<X509Certificate> parsed = new ArrayList<>(encodedChain.size());
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      for (byte[] encoded : encodedChain) {
        parsed.add(
            (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(encoded)));
      }
    } catch (CertificateException e) {
      throw new FatalFailure(Failures.internal(e, "on reading a session's certificates"));
    }
    return List.copyOf(parsed);
  }

  /**
   * Asks the questions of step 6.
   *
   * @throws FatalFailure if the client must not come in
   */
  void decide(Proof proof) throws FatalFailure {
    ClientAuthentication asked = ask(proof);
    Failure refusal = refusal(asked);
    if (refusal != null) {
      throw new FatalFailure(refusal);
    }
  }

  /** Asks, and tells the answer. */
  ClientAuthentication ask(Proof proof) throws FatalFailure {
    ClientAuthentication asked = asked(proof);
    tell(asked);
    return asked;
  }

  private ClientAuthentication asked(Proof proof) throws FatalFailure {
    try {
      return authenticator.authenticate(chain, proof);
    } catch (RuntimeException e) {
      throw new FatalFailure(Failures.internal(e, "on authenticating the client"));
    }
  }

  private void tell(ClientAuthentication asked) {
    decision = asked;
    steps.record(
        Step.CLIENT_AUTHENTICATION, new StepDetail.Authenticated(asked.policy(), asked.decision()));
    events.clientAuthenticated(asked);
  }

  /** Why the client must not come in, or null. A denial without a reason is still a denial. */
  static @Nullable Failure refusal(ClientAuthentication asked) {
    if (!asked.enforced() || asked.decision() == ClientAuthentication.Decision.ALLOW) {
      return null;
    }
    return new Failure(
        asked.refusal().orElse(Reason.CLIENT_NOT_AUTHORIZED),
        "policy %s: %s".formatted(asked.policy(), decisive(asked)));
  }

  private static String decisive(ClientAuthentication asked) {
    String unknown = null;
    for (ClientAuthentication.Answer answer : asked.questions()) {
      if (answer.verdict() == ClientAuthentication.Verdict.NO) {
        return answer.evidence();
      }
      if (answer.verdict() == ClientAuthentication.Verdict.UNKNOWN) {
        unknown = answer.evidence();
      }
    }
    return unknown != null ? unknown : "denied";
  }
}
