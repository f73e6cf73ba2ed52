package dev.handfast.journal;

import dev.handfast.handshake.Alert;
import dev.handfast.handshake.ClientAuthentication;
import dev.handfast.handshake.ClientHello;
import dev.handfast.handshake.Failure;
import dev.handfast.handshake.Handshake;
import dev.handfast.handshake.HandshakeStep;
import dev.handfast.handshake.Negotiated;
import dev.handfast.handshake.Reason;
import dev.handfast.handshake.StepDetail;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Makes the API's record of a handshake. Every text that a peer can influence is bounded. */
final class RecordFormat {

  private static final int MOST_TEXT = 1_000;
  private static final int MOST_NAME = 255;
  private static final int MOST_CERTIFICATES = 10;
  private static final int MOST_STEPS = 100;
  private static final int MOST_QUESTIONS = 20;

  private final JsonMapper json;

  RecordFormat(JsonMapper json) {
    this.json = json;
  }

  /** The record; its ClientHello without the lists that {@link ClientOffer} keeps. */
  HandshakeRecord format(Handshake handshake) {
    Failure failure = handshake.failure();
    Reason reason = failure == null ? null : failure.reason();
    Negotiated negotiated = handshake.negotiated();
    InetSocketAddress client = handshake.clientAddress();
    ClientHello hello = handshake.clientHello();
    ClientAuthentication authentication = handshake.clientAuthentication();
    return new HandshakeRecord(
        handshake.id(),
        handshake.connectionId(),
        handshake.listener(),
        handshake.route(),
        handshake.kind().code(),
        // As precise as both databases keep it, so that pages continue where they ended.
        handshake.startedAt().truncatedTo(ChronoUnit.MICROS),
        handshake.duration(),
        handshake.result().code(),
        reason == null ? null : reason.code(),
        reason == null ? null : reason.fault().code(),
        failure == null ? null : bounded(failure.explanation(), MOST_TEXT),
        reason == null ? null : ReasonGuide.pathOf(reason),
        addressOf(client),
        client.getPort(),
        nameOf(handshake.alertSent()),
        nameOf(handshake.alertReceived()),
        negotiated == null ? null : negotiated.protocol().label(),
        negotiated == null ? null : negotiated.cipherSuite(),
        negotiated == null ? null : negotiated.group(),
        negotiated == null ? null : negotiated.signatureScheme(),
        negotiated == null ? null : negotiated.alpn(),
        negotiated != null && negotiated.resumed(),
        negotiated == null ? null : negotiated.sessionId(),
        negotiated == null ? null : negotiated.certificate(),
        negotiated == null || negotiated.certificate() == null
            ? null
            : Integer.valueOf(negotiated.certificateVersion()),
        hello == null ? null : offer(hello),
        handshake.clientChain().stream()
            .limit(MOST_CERTIFICATES)
            .map(RecordFormat::certificate)
            .toList(),
        authentication == null ? null : authentication(authentication),
        handshake.steps().stream().limit(MOST_STEPS).map(this::step).toList());
  }

  /** The client's address without its port and without an interface's name. */
  static String addressOf(InetSocketAddress client) {
    InetAddress address = client.getAddress();
    String text = address == null ? client.getHostString() : address.getHostAddress();
    int scope = text.indexOf('%');
    return bounded(scope < 0 ? text : text.substring(0, scope), 64);
  }

  static @Nullable String serverNameOf(@Nullable ClientHello hello) {
    String name = hello == null ? null : hello.serverName();
    return name == null ? null : bounded(name, MOST_NAME);
  }

  private static HandshakeRecord.Offer offer(ClientHello hello) {
    return new HandshakeRecord.Offer(
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        serverNameOf(hello),
        List.of(),
        hello.offersSession(),
        Fingerprints.ja3(hello),
        Fingerprints.ja4(hello));
  }

  static HandshakeRecord.ClientCertificate certificate(X509Certificate certificate) {
    return new HandshakeRecord.ClientCertificate(
        bounded(certificate.getSubjectX500Principal().getName(), MOST_TEXT),
        bounded(certificate.getIssuerX500Principal().getName(), MOST_TEXT),
        bounded(certificate.getSerialNumber().toString(16), 64),
        certificate.getNotBefore().toInstant(),
        certificate.getNotAfter().toInstant(),
        fingerprint(certificate));
  }

  private static String fingerprint(X509Certificate certificate) {
    try {
      return Fingerprints.sha256(certificate.getEncoded());
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a parsed certificate has its encoding", e);
    }
  }

  static HandshakeRecord.Authentication authentication(ClientAuthentication authentication) {
    Reason reason = authentication.reason();
    return new HandshakeRecord.Authentication(
        authentication.policy(),
        authentication.policyRevision(),
        authentication.decision().code(),
        reason == null ? null : reason.code(),
        authentication.enforced(),
        authentication.subject() == null ? null : bounded(authentication.subject(), MOST_TEXT),
        authentication.fingerprintSha256(),
        authentication.questions().stream()
            .limit(MOST_QUESTIONS)
            .map(
                answer ->
                    new HandshakeRecord.Question(
                        answer.question().code(),
                        answer.verdict().name().toLowerCase(Locale.ROOT),
                        bounded(answer.evidence(), MOST_TEXT)))
            .toList());
  }

  HandshakeRecord.TakenStep step(HandshakeStep step) {
    return new HandshakeRecord.TakenStep(
        step.step().code(),
        step.step().articleStep(),
        step.at(),
        step.duration(),
        detail(step.detail()));
  }

  private @Nullable JsonNode detail(@Nullable StepDetail detail) {
    return switch (detail) {
      case null -> null;
      case StepDetail.Authenticated authenticated ->
          json.valueToTree(
              Map.of(
                  "policy", authenticated.policy(), "decision", authenticated.decision().code()));
      case StepDetail.CertificateReceived received ->
          json.valueToTree(
              Map.of(
                  "subjects",
                  received.subjects().stream()
                      .limit(MOST_CERTIFICATES)
                      .map(subject -> bounded(subject, MOST_TEXT))
                      .toList()));
      case StepDetail.Choice choice -> json.valueToTree(choice);
      case StepDetail.CertificateSent sent -> json.valueToTree(sent);
      case StepDetail.CertificateAsked asked -> json.valueToTree(asked);
      case StepDetail.Signature signature -> json.valueToTree(signature);
      case StepDetail.KeyExchange exchange -> json.valueToTree(exchange);
      case StepDetail.AlertDetail alert -> json.valueToTree(alert);
    };
  }

  private static @Nullable String nameOf(@Nullable Alert alert) {
    return alert == null ? null : alert.rfcName();
  }

  /** Cuts a text, and takes out what no database or terminal should see. */
  static String bounded(String text, int most) {
    String cut = text.length() <= most ? text : text.substring(0, most - 1) + "…";
    for (int i = 0; i < cut.length(); i++) {
      if (Character.isISOControl(cut.charAt(i)) || Character.isSurrogate(cut.charAt(i))) {
        return cut.replaceAll("[\\p{Cntrl}\\x{80}-\\x{9f}\\p{Cs}]", "?");
      }
    }
    return cut;
  }
}
