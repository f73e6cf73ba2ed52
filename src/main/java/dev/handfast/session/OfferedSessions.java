package dev.handfast.session;

import dev.handfast.handshake.ClientHello;
import dev.handfast.handshake.ProtocolVersion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which sessions a ClientHello offers, as far as they can be ours. */
final class OfferedSessions {

  /** A client that offers more is not one that wants to resume. */
  private static final int MAX_TICKETS = 4;

  /** PskKeyExchangeMode psk_dhe_ke (RFC 8446 section 4.2.9). */
  private static final int PSK_DHE_KE = 1;

  private OfferedSessions() {}

  /**
   * Wire identities by public identifier, in the order of preference.
   *
   * @param newest the newest version that the server accepts, or null if unknown
   */
  static Map<String, byte[]> of(
      ClientHello hello, @Nullable ProtocolVersion newest, SessionIdentities known) {
    List<byte[]> identities = new ArrayList<>();
    boolean tls13Offered = hello.supportedVersions().contains(ProtocolVersion.TLS_1_3.code());
    boolean tls13Accepted = newest == null || !newest.isBefore(ProtocolVersion.TLS_1_3);
    boolean olderAccepted = newest == null || newest.isBefore(ProtocolVersion.TLS_1_3);
    if (tls13Offered && tls13Accepted && hello.pskModes().contains(PSK_DHE_KE)) {
      hello.pskIdentities().stream()
          .limit(MAX_TICKETS)
          .map(ClientHello.PskIdentity::identity)
          .forEach(identities::add);
    }
    if (!tls13Offered || olderAccepted) {
      identities.add(hello.sessionId());
    }
    Map<String, byte[]> offered = new LinkedHashMap<>();
    for (byte[] identity : identities) {
      if (SessionIdentities.isPossible(identity)) {
        offered.put(known.idOf(identity), identity);
      }
    }
    return offered;
  }
}
