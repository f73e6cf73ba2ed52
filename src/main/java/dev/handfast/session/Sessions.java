package dev.handfast.session;

import dev.handfast.handshake.ClientHello;
import dev.handfast.handshake.ResumableSession;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** The sessions that may be resumed. Any thread; no method blocks. */
public interface Sessions {

  /**
   * Those that the ClientHello offers, that are bound to this scope, and have not expired.
   * Completes at once on a hit or miss in memory that is decisive, else after a short deadline at
   * the latest, then with what was found; never exceptionally.
   */
  CompletionStage<List<ResumableSession>> find(ClientHello hello, Scope scope);

  /** Keeps a session that a handshake issued. Written behind. */
  void save(ResumableSession session, Scope scope);

  /** A handshake resumed it: TLS 1.3 tickets are used once, within a small grace. */
  void resumed(ResumableSession session, Scope scope);

  /** Today's policy refused it: counted as refused with the reason's code, and deleted. */
  void refused(ResumableSession session, Scope scope, String reason);

  /** The public identifier of a session, never its wire value. */
  String publicId(ResumableSession session);

  /** How long a new session may be resumed; zero if sessions are off. */
  Duration lifetime();

  /**
   * What a session is bound to.
   *
   * @param route the server-name pattern of the route, or the empty string for the listener itself
   */
  record Scope(
      String listener, String route, @org.jspecify.annotations.Nullable String serverName) {}
}
