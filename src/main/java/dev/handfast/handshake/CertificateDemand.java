package dev.handfast.handshake;

/** Whether the server sends a CertificateRequest, and what an empty answer means. */
public enum CertificateDemand {
  /** No CertificateRequest is sent. */
  NONE,
  /** A certificate is asked for; a client without one goes on without an identity. */
  REQUEST,
  /** A certificate is asked for; a client without one is refused. */
  REQUIRE
}
