package dev.handfast.engine;

import dev.handfast.handshake.Alert;
import dev.handfast.handshake.Failure;
import dev.handfast.handshake.Reason;
import dev.handfast.handshake.SubjectNames;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a client's fatal alert says about us (RFC 8446 section 6.2), with the evidence of this
 * handshake and what to do. Clients choose alerts loosely, so the sentence names the usual causes.
 */
final class ReceivedAlerts {

  private final HandshakeRun run;
  private final boolean proved;
  private final String after;

  /**
   * Interprets the alerts of one handshake.
   *
   * @param proved whether the server has shown its certificate
   * @param after the last step, as a phrase
   */
  ReceivedAlerts(HandshakeRun run, boolean proved, String after) {
    this.run = run;
    this.proved = proved;
    this.after = after;
  }

  /**
   * The failure behind an alert.
   *
   * @param code AlertDescription as received
   */
  Failure interpret(int code) {
    Optional<Alert> alert = Alert.ofCode(code);
    if (alert.isEmpty()) {
      return new Failure(
          Reason.CLIENT_ALERT,
          "the client gave up %s with alert %d, which is not assigned".formatted(after, code));
    }
    Failure aboutCertificate = proved ? aboutCertificate(alert.get()) : null;
    return aboutCertificate != null
        ? aboutCertificate
        : new Failure(
            Reason.CLIENT_ALERT,
            "the client gave up %s with alert %s: %s"
                .formatted(after, alert.get().rfcName(), meaning(alert.get())));
  }

  private @Nullable Failure aboutCertificate(Alert alert) {
    return switch (alert) {
      case UNKNOWN_CA -> untrusted();
      case CERTIFICATE_EXPIRED -> expired();
      case CERTIFICATE_REVOKED ->
          new Failure(
              Reason.SERVER_CERTIFICATE_REVOKED,
              "the client finds certificate %s revoked: serial number %s of issuer %s; rotate it"
                  .formatted(name(), own().getSerialNumber().toString(16), issuer(own())));
      case BAD_CERTIFICATE, CERTIFICATE_UNKNOWN -> rejected(alert, trustOrName());
      case UNSUPPORTED_CERTIFICATE ->
          rejected(
              alert,
              "it has a key of type %s and was signed with %s by issuer %s; use a type that the"
                      .formatted(
                          own().getPublicKey().getAlgorithm(), own().getSigAlgName(), issuer(own()))
                  + " client knows, with serverAuth among its purposes");
      case BAD_CERTIFICATE_STATUS_RESPONSE ->
          rejected(
              alert,
              run.staples()
                  ? "the stapled OCSP response; compare the client's clock, and the response at "
                      + issuer(own())
                  : "no OCSP response was stapled, and the client demands one");
      case BAD_CERTIFICATE_HASH_VALUE, CERTIFICATE_UNOBTAINABLE -> rejected(alert, trustOrName());
      default -> null;
    };
  }

  private Failure untrusted() {
    X509Certificate last = chain().getLast();
    boolean root = last.getIssuerX500Principal().equals(last.getSubjectX500Principal());
    return new Failure(
        Reason.SERVER_CERTIFICATE_UNTRUSTED,
        "the client does not trust the chain we sent: issuer %s; %s (certificate %s, chain of %d)"
            .formatted(
                issuer(last),
                root
                    ? "the chain is complete, so the client must be given this root"
                    : "does it need an intermediate? If not, the client must be given this issuer",
                name(),
                chain().size()));
  }

  private Failure expired() {
    X509Certificate first =
        chain().stream().min(Comparator.comparing(X509Certificate::getNotAfter)).orElseThrow();
    String whose =
        first.equals(own())
            ? ""
            : " (in its chain %s)".formatted(first.getSubjectX500Principal().getName());
    return new Failure(
        Reason.SERVER_CERTIFICATE_EXPIRED,
        ("the client finds certificate %s of issuer %s expired or not yet valid: valid from %s to"
                + " %s%s; rotate it, or set the client's clock")
            .formatted(
                name(),
                issuer(own()),
                first.getNotBefore().toInstant(),
                first.getNotAfter().toInstant(),
                whose));
  }

  private Failure rejected(Alert alert, String why) {
    return new Failure(
        Reason.SERVER_CERTIFICATE_REJECTED,
        "the client rejects certificate %s for %s with alert %s: %s"
            .formatted(name(), own().getSubjectX500Principal().getName(), alert.rfcName(), why));
  }

  private String trustOrName() {
    String wanted = run.serverName();
    try {
      SubjectNames names = SubjectNames.of(own());
      return wanted != null && names.covering(wanted).isEmpty()
          ? "the client asked for %s, and the certificate is for %s; issue it for that name too"
              .formatted(wanted, names)
          : "often issuer %s is not trusted, or the client expects another name than %s"
              .formatted(issuer(chain().getLast()), names);
    } catch (CertificateParsingException e) {
      return "its subject alternative names cannot be read";
    }
  }

  /** What an alert that is not about our certificate usually means. Exhaustive on purpose. */
  private String meaning(Alert alert) {
    return switch (alert) {
      case HANDSHAKE_FAILURE ->
          "it does not accept what was chosen from its own offer (%s), or could not prove itself"
              .formatted(chosen());
      case INSUFFICIENT_SECURITY ->
          "it demands stronger parameters than %s; change the TLS profile".formatted(chosen());
      case PROTOCOL_VERSION ->
          "it does not accept %s, although it offered it".formatted(run.choice().version().label());
      case NO_APPLICATION_PROTOCOL -> "it needs another application protocol (ALPN) than " + alpn();
      case UNRECOGNIZED_NAME -> "it does not accept the answer to its server name";
      case MISSING_EXTENSION, UNSUPPORTED_EXTENSION ->
          "it finds an extension missing or surprising in an answer of ours";
      case UNEXPECTED_MESSAGE, ILLEGAL_PARAMETER, DECODE_ERROR, DECOMPRESSION_FAILURE ->
          "it finds a message of ours wrong: something between may alter it, or one side has a"
              + " defect";
      case BAD_RECORD_MAC, DECRYPTION_FAILED, RECORD_OVERFLOW ->
          "it cannot decrypt a record: something between altered it, or the keys differ";
      case DECRYPT_ERROR ->
          "it cannot verify a signature or Finished of ours: something between altered the"
              + " handshake, or its library lacks the algorithm";
      case INTERNAL_ERROR -> "an error of the client's own; its log says more";
      case ACCESS_DENIED -> "it knows who we are, and does not want to go on";
      case CLOSE_NOTIFY, USER_CANCELED -> "its user or its program canceled";
      case NO_RENEGOTIATION -> "it refuses to renegotiate";
      case INAPPROPRIATE_FALLBACK, CERTIFICATE_REQUIRED, UNKNOWN_PSK_IDENTITY ->
          "only servers send this alert: the client is confused";
      case ECH_REQUIRED -> "it insists on Encrypted Client Hello, which Handfast does not offer";
      case NO_CERTIFICATE -> "it has no certificate to prove itself with";
      case UNKNOWN_CA,
          CERTIFICATE_EXPIRED,
          CERTIFICATE_REVOKED,
          CERTIFICATE_UNKNOWN,
          BAD_CERTIFICATE,
          UNSUPPORTED_CERTIFICATE,
          BAD_CERTIFICATE_STATUS_RESPONSE,
          BAD_CERTIFICATE_HASH_VALUE,
          CERTIFICATE_UNOBTAINABLE ->
          "about a certificate, although none was sent in this handshake";
    };
  }

  private String chosen() {
    return run.groupName() == null
        ? "%s, %s".formatted(run.choice().version().label(), run.negotiated().cipherSuite())
        : "%s, %s, %s"
            .formatted(
                run.choice().version().label(), run.negotiated().cipherSuite(), run.groupName());
  }

  private String alpn() {
    String chosen = run.choice().applicationProtocol();
    return chosen.isEmpty() ? "none, which was chosen" : chosen;
  }

  private String name() {
    return run.credential().credential().name();
  }

  private List<X509Certificate> chain() {
    return run.credential().credential().chain();
  }

  private X509Certificate own() {
    return chain().getFirst();
  }

  private static String issuer(X509Certificate certificate) {
    return certificate.getIssuerX500Principal().getName();
  }
}
