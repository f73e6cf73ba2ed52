package dev.handfast.clientauth.revocation;

/**
 * What is known about revocation.
 *
 * @param evidence a sentence's part: who says so, and of when it is
 */
public record Finding(Status status, String evidence) {

  /** The states of RFC 6960 section 2.2, for CRLs too. */
  public enum Status {
    GOOD,
    REVOKED,
    UNKNOWN
  }

  static Finding good(String evidence) {
    return new Finding(Status.GOOD, evidence);
  }

  static Finding revoked(String evidence) {
    return new Finding(Status.REVOKED, evidence);
  }

  static Finding unknown(String evidence) {
    return new Finding(Status.UNKNOWN, evidence);
  }
}
