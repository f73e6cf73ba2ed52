package dev.handfast.handshake;

import java.security.cert.X509Certificate;
import java.util.List;

/**
 * The port through which the engine has a client authenticated. One instance serves one handshake:
 * it knows the policy and the resource (listener, server name, path).
 */
@FunctionalInterface
public interface ClientAuthenticator {

  /**
   * Answers the questions of step 6. May block (revocation checks), so the listener runs the engine
   * off the event loop while this can be asked.
   *
   * @param chain as the client sent it, its own certificate first; empty if it sent none
   * @param proof whether the certificate's key verified the signature over this handshake
   */
  ClientAuthentication authenticate(List<X509Certificate> chain, Proof proof);

  /** What is known about question (a). */
  enum Proof {
    /** The engine verified a CertificateVerify over this handshake's transcript. */
    VERIFIED,
    /** The CertificateVerify did not verify. */
    FAILED,
    /** Proven in the full handshake that this session resumes. */
    RESUMED,
    /** No certificate, or asked without a connection (an evaluation, a simulation). */
    NONE
  }
}
