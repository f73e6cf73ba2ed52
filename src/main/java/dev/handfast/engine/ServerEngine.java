package dev.handfast.engine;

import dev.handfast.handshake.Alert;
import dev.handfast.handshake.CertificateDemand;
import dev.handfast.handshake.ClientAuthenticator;
import dev.handfast.handshake.Failure;
import java.nio.ByteBuffer;
import java.security.Principal;
import java.util.List;

/**
 * The server side of one TLS connection. The caller gives ciphertext and takes ciphertext, gives
 * plaintext and takes plaintext; {@link EngineEvents} says what happened. Used by one thread at a
 * time, the listener's event loop, or a worker while a call may block (see {@link #mayBlock()}). No
 * method throws for what a peer did: failures arrive as events, the alert being among the pending
 * ciphertext.
 */
public interface ServerEngine {

  /** Takes all bytes that arrived. Events are raised during this call. Ignored when closed. */
  void receive(ByteBuffer ciphertext);

  /** How many bytes of ciphertext wait to be sent to the client. */
  int pendingCiphertext();

  /** Moves as much pending ciphertext as the target has room for; returns how many bytes. */
  int takeCiphertext(ByteBuffer target);

  /** How many bytes of plaintext wait to be relayed. */
  int pendingPlaintext();

  /** Moves as much pending plaintext as the target has room for; returns how many bytes. */
  int takePlaintext(ByteBuffer target);

  /**
   * Encrypts all of it. Allowed from {@link EngineEvents#established} on, also while a
   * renegotiation runs: then the bytes are held until it has completed, in order, and {@link
   * #pendingHeld()} counts them. The caller bounds them by not sending more.
   */
  void send(ByteBuffer plaintext);

  /** How many bytes of plaintext are held back by a running renegotiation. */
  int pendingHeld();

  /**
   * Sends close_notify; nothing can be sent afterwards, plaintext can still arrive (RFC 8446 6.1).
   */
  void closeOutput();

  /** The network's end of input. Raises a failure if a handshake was running, or demanded. */
  void inputClosed();

  /**
   * Ends the connection for a reason of the caller's (timeout, limits, stopping): raises the
   * failure, and sends its alert if one can be sent.
   */
  void abort(Failure failure);

  /** Whether an initial handshake, a renegotiation, or a re-authentication is running. */
  boolean handshaking();

  /** Whether the next {@link #receive} may ask a blocking decision (client authentication). */
  boolean mayBlock();

  /** Whether the connection can carry no more bytes in either direction. */
  boolean closed();

  /** What the connection supports of step 11. Known once established. */
  RenegotiationSupport renegotiationSupport();

  /**
   * TLS 1.2 and older: sends HelloRequest; the handshake that follows is full and asks for a
   * certificate as given. Outcome: {@link EngineEvents#established} or a failure.
   *
   * @throws IllegalStateException if not supported, or if a handshake is running
   */
  void renegotiate(
      CertificateDemand demand,
      List<? extends Principal> authorities,
      ClientAuthenticator authenticator);

  /**
   * No longer waits for the answer to {@link #renegotiate}; one that comes late is accepted still.
   */
  void renegotiationLapses();

  /**
   * TLS 1.3: sends KeyUpdate.
   *
   * @param requestPeer whether the client is asked to update its keys too (RFC 8446 4.6.3)
   * @throws IllegalStateException if not supported
   */
  void updateKeys(boolean requestPeer);

  /**
   * TLS 1.3: post-handshake authentication (RFC 8446 4.6.2). Outcome: {@link
   * EngineEvents#reauthenticated} or a failure.
   *
   * @throws IllegalStateException if not supported, or if one is running
   */
  void requestCertificate(
      CertificateDemand demand,
      List<? extends Principal> authorities,
      ClientAuthenticator authenticator);

  /** What is possible on this connection. */
  record RenegotiationSupport(
      boolean renegotiation, boolean keyUpdate, boolean postHandshakeAuthentication) {}

  /** Alerts as seen so far, for the record. */
  record Alerts(
      @org.jspecify.annotations.Nullable Alert sent,
      @org.jspecify.annotations.Nullable Alert received) {}

  /** The alerts sent and received on this connection. */
  Alerts alerts();
}
