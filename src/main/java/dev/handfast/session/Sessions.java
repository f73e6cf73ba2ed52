package dev.handfast.session;

import dev.handfast.handshake.ClientHello;
import dev.handfast.handshake.ProtocolVersion;
import dev.handfast.handshake.ResumableSession;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The sessions that may be resumed. Any thread; no method blocks. */
public interface Sessions {

  /**
   * Those that the ClientHello offers, that are bound to this scope, and have not expired.
   * Completes at once on a hit or miss in memory that is decisive, else after a short deadline at
   * the latest, then with what was found; never exceptionally. What depends on it runs on the
   * caller's thread or on one of this module's, and must not block there.
   */
  default CompletionStage<List<ResumableSession>> find(ClientHello hello, Scope scope) {
    return find(hello, scope, null);
  }

  /**
   * As {@link #find(ClientHello, Scope)}, but looks for nothing that the version to be negotiated
   * cannot resume. A TLS 1.3 ClientHello carries a random session ID for the sake of middleboxes
   * (RFC 8446 appendix D.4): without this knowledge each one costs a look into the database.
   *
   * @param newest the newest version that the listener's profile accepts, or null if unknown
   */
  CompletionStage<List<ResumableSession>> find(
      ClientHello hello, Scope scope, @Nullable ProtocolVersion newest);

  /** Keeps a session that a handshake issued, and answers its public identifier. Written behind. */
  String save(ResumableSession session, Scope scope);

  /** A handshake resumed it: TLS 1.3 tickets are used once, within a small grace. */
  void resumed(ResumableSession session, Scope scope);

  /** Today's policy refused it: counted as refused with the reason's code, and deleted. */
  void refused(ResumableSession session, Scope scope, String reason);

  /**
   * Deletes what the selector selects. In force in this process when the call returns; in the store
   * when the stage completes, with the number of rows deleted there; in the memory of other
   * replicas within the invalidation poll's interval. If the store does not answer, the stage
   * completes exceptionally, and the deletion is repeated until it is stored.
   */
  CompletionStage<Long> invalidate(SessionSelector selector);

  /** The public identifier of a session, never its wire value: a UUID. */
  String publicId(ResumableSession session);

  /** What a client will offer to resume a session that is issued now: 32 bytes, unpredictable. */
  byte[] newIdentity();

  /** How long a new session may be resumed; zero if sessions are off. */
  Duration lifetime();

  /** How many TLS 1.3 tickets a full handshake sends, 0..4. */
  int ticketsPerHandshake();

  /**
   * What a session is bound to: listener, route and server name. The policy is not compared, for it
   * is asked again when a session is resumed; with its revision it selects sessions to invalidate.
   *
   * @param route the server-name pattern of the route, or the empty string for the listener itself
   * @param clientAuthPolicy the name of the policy that applies, or null if none does
   * @param clientAuthPolicyRevision of that policy, the same on every replica; 0 without policy
   */
  record Scope(
      String listener,
      String route,
      @Nullable String serverName,
      @Nullable String clientAuthPolicy,
      long clientAuthPolicyRevision) {

    /** A scope without a client-auth policy. */
    public Scope(String listener, String route, @Nullable String serverName) {
      this(listener, route, serverName, null, 0);
    }

    /** Whether a session of that scope may be resumed in this one. */
    boolean admits(Scope other) {
      return listener.equals(other.listener)
          && route.equals(other.route)
          && Objects.equals(serverName, other.serverName);
    }
  }
}
