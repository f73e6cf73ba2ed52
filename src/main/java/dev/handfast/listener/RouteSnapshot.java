package dev.handfast.listener;

import dev.handfast.clientauth.ClientAuthPolicy;
import dev.handfast.engine.ServerCredential;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What decides the handshakes of one route, or of the listener itself. Immutable.
 *
 * @param pattern the route's server-name pattern, or the empty string for the listener itself
 * @param policy null: no client certificate is asked for
 */
record RouteSnapshot(
    String pattern,
    List<ServerCredential> certificates,
    @Nullable ClientAuthPolicy policy,
    Upstream upstream) {

  RouteSnapshot {
    certificates = List.copyOf(certificates);
  }
}
