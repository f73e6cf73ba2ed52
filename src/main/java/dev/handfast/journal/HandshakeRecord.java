package dev.handfast.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A handshake as the API shows it; codes and names are those of the metrics and of IANA.
 *
 * @param clientAddress without port
 * @param documentation path of the reason's page, null when completed
 * @param clientCertificates as sent, the client's own first; the first ten
 */
record HandshakeRecord(
    String id,
    String connectionId,
    String listener,
    @Nullable String route,
    String kind,
    Instant startedAt,
    Duration duration,
    String result,
    @Nullable String reason,
    @Nullable String fault,
    @Nullable String explanation,
    @Nullable String documentation,
    String clientAddress,
    int clientPort,
    @Nullable String alertSent,
    @Nullable String alertReceived,
    @Nullable String protocol,
    @Nullable String cipherSuite,
    @Nullable String group,
    @Nullable String signatureScheme,
    @Nullable String alpn,
    boolean resumed,
    @Nullable String sessionId,
    @Nullable String certificate,
    @Nullable Integer certificateVersion,
    @Nullable Offer clientHello,
    List<ClientCertificate> clientCertificates,
    @Nullable Authentication clientAuthentication,
    List<TakenStep> steps) {

  /** Fills in what is kept apart. */
  HandshakeRecord withOffer(ClientOffer offer) {
    return clientHello == null ? this : withClientHello(clientHello.with(offer));
  }

  HandshakeRecord withClientHello(Offer hello) {
    return new HandshakeRecord(
        id,
        connectionId,
        listener,
        route,
        kind,
        startedAt,
        duration,
        result,
        reason,
        fault,
        explanation,
        documentation,
        clientAddress,
        clientPort,
        alertSent,
        alertReceived,
        protocol,
        cipherSuite,
        group,
        signatureScheme,
        alpn,
        resumed,
        sessionId,
        certificate,
        certificateVersion,
        hello,
        clientCertificates,
        clientAuthentication,
        steps);
  }

  /** What the client offered. */
  record Offer(
      List<String> versions,
      List<String> cipherSuites,
      List<String> groups,
      List<String> signatureSchemes,
      @Nullable String serverName,
      List<String> alpn,
      boolean sessionOffered,
      String ja3,
      String ja4) {

    Offer with(ClientOffer offer) {
      return new Offer(
          OfferNames.versions(offer),
          OfferNames.cipherSuites(offer),
          OfferNames.groups(offer),
          OfferNames.signatureSchemes(offer),
          serverName,
          offer.applicationProtocols(),
          sessionOffered,
          ja3,
          ja4);
    }
  }

  /** A certificate that the client sent. */
  record ClientCertificate(
      String subject,
      String issuer,
      String serialNumber,
      Instant notBefore,
      Instant notAfter,
      String fingerprintSha256) {}

  /** The questions of step 6. */
  record Authentication(
      String policy,
      long policyRevision,
      String decision,
      @Nullable String reason,
      boolean enforced,
      @Nullable String subject,
      @Nullable String fingerprintSha256,
      List<Question> questions) {}

  /** A question with its answer: {@code yes}, {@code no}, {@code unknown} or {@code not_asked}. */
  record Question(String question, String verdict, String evidence) {}

  /**
   * A step that was taken.
   *
   * @param at offset from the handshake's begin
   * @param duration since the step before it
   */
  record TakenStep(
      String step, int articleStep, Duration at, Duration duration, @Nullable JsonNode detail) {}
}
