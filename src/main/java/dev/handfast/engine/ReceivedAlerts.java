package dev.handfast.engine;

import dev.handfast.handshake.Alert;
import dev.handfast.handshake.Credential;
import dev.handfast.handshake.Failure;
import dev.handfast.handshake.Reason;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a client's fatal alert says about us. */
final class ReceivedAlerts {

  private ReceivedAlerts() {}

  /**
   * The failure behind an alert (RFC 8446 section 6.2).
   *
   * @param code AlertDescription as received
   * @param credential what the server proved itself with, or null if it did not
   * @param after the last step, as a phrase
   */
  static Failure interpret(int code, @Nullable PreparedCredential credential, String after) {
    Alert alert = Alert.ofCode(code).orElse(null);
    if (alert == null) {
      return clientAlert("alert " + code, after);
    }
    if (credential == null) {
      return clientAlert(alert.rfcName(), after);
    }
    return switch (alert) {
      case UNKNOWN_CA -> untrusted(credential.credential());
      case CERTIFICATE_EXPIRED -> expired(credential.credential());
      case CERTIFICATE_REVOKED ->
          new Failure(
              Reason.SERVER_CERTIFICATE_REVOKED,
              "the client finds certificate %s revoked".formatted(credential.credential().name()));
      case BAD_CERTIFICATE,
          CERTIFICATE_UNKNOWN,
          UNSUPPORTED_CERTIFICATE,
          BAD_CERTIFICATE_STATUS_RESPONSE,
          BAD_CERTIFICATE_HASH_VALUE,
          CERTIFICATE_UNOBTAINABLE ->
          rejected(credential.credential(), alert);
      case CLOSE_NOTIFY,
          UNEXPECTED_MESSAGE,
          BAD_RECORD_MAC,
          DECRYPTION_FAILED,
          RECORD_OVERFLOW,
          DECOMPRESSION_FAILURE,
          HANDSHAKE_FAILURE,
          NO_CERTIFICATE,
          ILLEGAL_PARAMETER,
          ACCESS_DENIED,
          DECODE_ERROR,
          DECRYPT_ERROR,
          PROTOCOL_VERSION,
          INSUFFICIENT_SECURITY,
          INTERNAL_ERROR,
          INAPPROPRIATE_FALLBACK,
          USER_CANCELED,
          NO_RENEGOTIATION,
          MISSING_EXTENSION,
          UNSUPPORTED_EXTENSION,
          UNRECOGNIZED_NAME,
          UNKNOWN_PSK_IDENTITY,
          CERTIFICATE_REQUIRED,
          NO_APPLICATION_PROTOCOL,
          ECH_REQUIRED ->
          clientAlert(alert.rfcName(), after);
    };
  }

  private static Failure untrusted(Credential credential) {
    List<X509Certificate> chain = credential.chain();
    return new Failure(
        Reason.SERVER_CERTIFICATE_UNTRUSTED,
        ("the client does not trust the chain we sent: issuer %s; does it need an intermediate?"
                + " (certificate %s, chain of %d)")
            .formatted(
                chain.getLast().getIssuerX500Principal().getName(),
                credential.name(),
                chain.size()));
  }

  private static Failure expired(Credential credential) {
    X509Certificate own = credential.chain().getFirst();
    return new Failure(
        Reason.SERVER_CERTIFICATE_EXPIRED,
        "the client finds certificate %s expired or not yet valid: valid from %s to %s"
            .formatted(
                credential.name(), own.getNotBefore().toInstant(), own.getNotAfter().toInstant()));
  }

  private static Failure rejected(Credential credential, Alert alert) {
    return new Failure(
        Reason.SERVER_CERTIFICATE_REJECTED,
        ("the client rejects certificate %s for %s with alert %s: often an untrusted issuer, or a"
                + " name that does not match")
            .formatted(
                credential.name(),
                credential.chain().getFirst().getSubjectX500Principal().getName(),
                alert.rfcName()));
  }

  private static Failure clientAlert(String alert, String after) {
    return new Failure(
        Reason.CLIENT_ALERT, "the client gave up %s with alert %s".formatted(after, alert));
  }
}
