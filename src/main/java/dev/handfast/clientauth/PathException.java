package dev.handfast.clientauth;

import java.security.cert.CertPathValidatorException;

/** One of our own checks failed while a path was validated. */
final class PathException extends CertPathValidatorException {

  // The inherited member type of the same name hides an import.
  private final dev.handfast.handshake.Reason reason;
  private final String evidence;

  PathException(dev.handfast.handshake.Reason reason, String message) {
    super(message);
    this.evidence = message;
    this.reason = reason;
  }

  dev.handfast.handshake.Reason reason() {
    return reason;
  }

  String evidence() {
    return evidence;
  }
}
