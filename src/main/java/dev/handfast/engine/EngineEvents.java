package dev.handfast.engine;

import dev.handfast.handshake.ClientAuthentication;
import dev.handfast.handshake.ClientHello;
import dev.handfast.handshake.Failure;
import dev.handfast.handshake.HandshakeStep;
import dev.handfast.handshake.Negotiated;
import dev.handfast.handshake.ResumableSession;
import java.security.cert.X509Certificate;
import java.util.List;

/** What an engine tells, during the calls of its caller and on the caller's thread. */
public interface EngineEvents {

  /** A handshake began: the initial one, a renegotiation, or a post-handshake authentication. */
  void handshakeStarted(boolean renegotiation);

  /** The ClientHello of a renegotiation (the first one is known to the caller). */
  void clientHello(ClientHello hello);

  /** A step was taken. */
  void step(HandshakeStep step);

  /** The client's certificates, before anything about them is decided; empty if it sent none. */
  void clientCertificates(List<X509Certificate> chain);

  /** Step 6 was decided. */
  void clientAuthenticated(ClientAuthentication authentication);

  /** The handshake completed; plaintext may flow. */
  void established(Negotiated negotiated);

  /** A session that a later handshake may resume; holds secrets. After {@code established}. */
  void sessionIssued(ResumableSession session);

  /** The offered session that this handshake resumes; before {@code established}. */
  void sessionResumed(ResumableSession session);

  /** Post-handshake authentication completed. */
  void reauthenticated(ClientAuthentication authentication);

  /** The client declined a requested renegotiation with no_renegotiation; the connection lives. */
  void renegotiationDeclined();

  /** The client asked for a renegotiation, or sent KeyUpdate; for counting and limits. */
  void clientInitiated(ClientInitiated what);

  /** The handshake or the connection failed; the alert, if any, is among the pending ciphertext. */
  void failed(Failure failure);

  /** The client sent close_notify. */
  void inputClosed();

  /** What a client can start by itself. */
  enum ClientInitiated {
    RENEGOTIATION_DENIED,
    RENEGOTIATION,
    KEY_UPDATE
  }
}
