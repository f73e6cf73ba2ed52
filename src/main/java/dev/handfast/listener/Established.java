package dev.handfast.listener;

import dev.handfast.engine.ServerEngine.RenegotiationSupport;
import dev.handfast.handshake.ClientAuthentication;
import dev.handfast.handshake.Negotiated;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a connection has come to by its handshakes.
 *
 * @param authentication of the client, or null if it was never judged
 * @param sessionIds public identifiers of what was issued, the newest last; at most 8
 * @param at when the first handshake completed
 * @param renegotiations how many there were since, whatever their mechanism
 */
record Established(
    Negotiated negotiated,
    RenegotiationSupport support,
    @Nullable ClientAuthentication authentication,
    List<X509Certificate> clientChain,
    List<String> sessionIds,
    Instant at,
    Instant lastHandshakeAt,
    int renegotiations) {

  private static final int MAX_SESSION_IDS = 8;

  Established withFreshKeys() {
    return new Established(
        negotiated,
        support,
        authentication,
        clientChain,
        sessionIds,
        at,
        lastHandshakeAt,
        renegotiations + 1);
  }

  Established withSessions(List<String> issued) {
    List<String> all = new ArrayList<>(sessionIds);
    all.addAll(issued);
    int tooMany = Math.max(0, all.size() - MAX_SESSION_IDS);
    return new Established(
        negotiated,
        support,
        authentication,
        clientChain,
        List.copyOf(all.subList(tooMany, all.size())),
        at,
        lastHandshakeAt,
        renegotiations);
  }
}
