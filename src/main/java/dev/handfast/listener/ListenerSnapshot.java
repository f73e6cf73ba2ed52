package dev.handfast.listener;

import dev.handfast.clientauth.ClientAuthPolicy;
import dev.handfast.handshake.TlsProfile;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that a new connection of a listener needs, resolved; read by event loops without locks.
 * Immutable.
 *
 * @param inputs what it was compiled from; equal inputs give an equal snapshot
 * @param protectedPaths most specific first
 */
record ListenerSnapshot(
    String name,
    long revision,
    ListenerSettings settings,
    Inputs inputs,
    TlsProfile profile,
    RouteTable routes,
    List<ProtectedPath> protectedPaths,
    List<String> alpn,
    boolean http,
    boolean acceptProxyProtocol,
    SendProxyProtocol sendProxyProtocol,
    boolean allowClientRenegotiation,
    int clientInitiatedPerMinute,
    Limits limits) {

  /** What a snapshot was compiled from, compared to see whether a listener changed. */
  record Inputs(long revision, List<Object> resolved) {}

  /** A path pattern with the policy that it demands. */
  record ProtectedPath(
      org.springframework.web.util.pattern.PathPattern pattern, ClientAuthPolicy policy) {}

  /** Which PROXY protocol header is sent to the upstream. */
  enum SendProxyProtocol {
    NONE,
    V1,
    V2
  }

  /** Bounds; a zero rate means no limit. */
  record Limits(
      int connections,
      int handshakesInProgress,
      Duration handshakeTimeout,
      Duration idleTimeout,
      int newConnectionsPerSecondPerAddress) {}

  /** The policy with which a server name is met, or null. */
  @Nullable ClientAuthPolicy policyOf(@Nullable String serverName) {
    return routes.find(serverName).policy();
  }
}
