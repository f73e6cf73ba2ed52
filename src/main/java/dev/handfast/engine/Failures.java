package dev.handfast.engine;

import dev.handfast.handshake.Failure;
import dev.handfast.handshake.Reason;
import java.io.EOFException;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.HandshakeType;
import org.bouncycastle.tls.TlsFatalAlert;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns what Bouncy Castle throws into one reason with an explanation. */
final class Failures {

  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  /** What Bouncy Castle calls internal_error although the client caused it. */
  private static final String MESSAGE_TOO_LONG = "Handshake message length exceeds the maximum";

  private static final String CHAIN_TOO_LONG = "Certificate chain longer than maximum";

  private Failures() {}

  /**
   * The failure behind an exception.
   *
   * @param message type of the handshake message that was being read, or -1
   * @param after the last step, as a phrase
   */
  static Failure of(Throwable e, int message, String after) {
    if (e instanceof FatalFailure fatal) {
      return fatal.failure();
    }
    if (e instanceof EOFException) {
      return malformed(message, after);
    }
    if (e instanceof TlsFatalAlert alert) {
      return ofAlert(alert, message, after);
    }
    return internal(e, after);
  }

  private static Failure ofAlert(TlsFatalAlert e, int message, String after) {
    String what = nameOf(message);
    return switch (e.getAlertDescription()) {
      case AlertDescription.unexpected_message ->
          new Failure(Reason.UNEXPECTED_MESSAGE, "%s was not expected %s".formatted(what, after));
      case AlertDescription.bad_record_mac ->
          new Failure(
              Reason.RECORD_NOT_AUTHENTIC,
              "a record %s does not decrypt: it was altered, or made with other keys"
                  .formatted(after));
      case AlertDescription.record_overflow ->
          new Failure(
              Reason.RECORD_TOO_LARGE,
              "a record %s is larger than agreed (RFC 8446 section 5.1)".formatted(after));
      case AlertDescription.decode_error -> malformed(message, after);
      case AlertDescription.illegal_parameter ->
          new Failure(
              Reason.ILLEGAL_PARAMETER,
              "%s %s holds a value that contradicts what was agreed".formatted(what, after));
      case AlertDescription.decrypt_error -> notAuthentic(message);
      case AlertDescription.handshake_failure ->
          message == HandshakeType.client_hello
              ? new Failure(
                  Reason.INSECURE_RENEGOTIATION,
                  "renegotiation_info is missing or does not match this connection (RFC 5746)")
              : new Failure(
                  Reason.UNEXPECTED_MESSAGE, "%s was not expected %s".formatted(what, after));
      case AlertDescription.missing_extension ->
          new Failure(
              Reason.MISSING_EXTENSION, "%s lacks an extension that it needs".formatted(what));
      case AlertDescription.protocol_version ->
          new Failure(Reason.NO_COMMON_VERSION, "%s changed the version".formatted(what));
      case AlertDescription.bad_certificate ->
          new Failure(
              Reason.CLIENT_CHAIN_INVALID, "a certificate of the client is not valid X.509");
      case AlertDescription.certificate_unknown, AlertDescription.unsupported_certificate ->
          new Failure(
              Reason.CLIENT_CERTIFICATE_UNSUITABLE,
              "the client's certificate is not meant for this signature (key type or key usage)");
      default -> internalAlert(e, message, after);
    };
  }

  private static Failure internalAlert(TlsFatalAlert e, int message, String after) {
    String text = String.valueOf(e.getMessage());
    if (text.contains(MESSAGE_TOO_LONG)) {
      return new Failure(
          Reason.ILLEGAL_PARAMETER,
          "a handshake message %s is too long (expected: at most %d bytes)"
              .formatted(after, ServerCallbacks.MAX_HANDSHAKE_MESSAGE));
    }
    if (text.contains(CHAIN_TOO_LONG)) {
      return new Failure(
          Reason.CLIENT_CHAIN_INVALID,
          "the client's chain is too long (expected: at most %d certificates)"
              .formatted(ServerCallbacks.MAX_CHAIN_LENGTH));
    }
    if (e.getCause() instanceof EOFException) {
      return malformed(message, after);
    }
    return internal(e, after);
  }

  private static Failure malformed(int message, String after) {
    return new Failure(
        Reason.MALFORMED_MESSAGE, "%s %s cannot be parsed".formatted(nameOf(message), after));
  }

  private static Failure notAuthentic(int message) {
    return switch (message) {
      case HandshakeType.certificate_verify ->
          new Failure(
              Reason.CLIENT_SIGNATURE_INVALID,
              "the certificate's key does not verify the signature over this handshake");
      case HandshakeType.client_hello ->
          new Failure(
              Reason.FINISHED_NOT_AUTHENTIC,
              "the ticket's binder does not verify (RFC 8446 section 4.2.11.2)");
      default ->
          new Failure(
              Reason.FINISHED_NOT_AUTHENTIC,
              "the client's Finished does not match what was said: someone altered the handshake");
    };
  }

  /** The explanation names no more than the kind of exception: its text could hold a secret. */
  static Failure internal(@Nullable Throwable e, String after) {
    LOG.error("The engine failed {}", after, e);
    String kind = e == null ? "an unknown error" : e.getClass().getSimpleName();
    return new Failure(
        Reason.INTERNAL_ERROR, "the engine failed %s: %s (see the log)".formatted(after, kind));
  }

  private static String nameOf(int message) {
    return switch (message) {
      case HandshakeType.client_hello -> "ClientHello";
      case HandshakeType.certificate -> "Certificate";
      case HandshakeType.client_key_exchange -> "ClientKeyExchange";
      case HandshakeType.certificate_verify -> "CertificateVerify";
      case HandshakeType.finished -> "Finished";
      case HandshakeType.key_update -> "KeyUpdate";
      case -1 -> "a record";
      default -> "a handshake message of type " + message;
    };
  }
}
