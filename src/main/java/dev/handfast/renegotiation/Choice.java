package dev.handfast.renegotiation;

import dev.handfast.handshake.CertificateDemand;
import dev.handfast.handshake.ProtocolVersion;
import dev.handfast.listener.LiveConnection.Support;

/** Which mechanism serves a task on a connection. */
sealed interface Choice {

  /** This one. */
  record Use(Mechanism mechanism) implements Choice {}

  /** None. */
  record None(String why) implements Choice {}

  /** Chooses; a pure function. */
  static Choice of(Task.Ask task, String protocol, Support support) {
    boolean tls13 = ProtocolVersion.TLS_1_3.label().equals(protocol);
    boolean judged = task.policy() != null && task.policy().demand() != CertificateDemand.NONE;
    boolean proof = task.required() || task.mode() == Mode.REAUTHENTICATE;
    if (proof && !judged && task.mode() != Mode.RECONNECT) {
      return new None("no client-auth policy applies, so nothing could judge a certificate");
    }
    return switch (task.mode()) {
      case AUTO -> tls13 ? auto13(proof, judged, support) : auto12(proof, support);
      case RENEGOTIATE -> tls13 ? new None("TLS 1.3 has no renegotiation") : renegotiation(support);
      case KEY_UPDATE ->
          tls13
              ? new Use(Mechanism.KEY_UPDATE)
              : new None(protocol + " has no KeyUpdate; mode renegotiate gives fresh keys");
      case REAUTHENTICATE -> tls13 ? auto13(true, judged, support) : auto12(true, support);
      case RECONNECT -> new Use(Mechanism.RECONNECT);
    };
  }

  private static Choice auto13(boolean proof, boolean judged, Support support) {
    if (judged && support.postHandshakeAuthentication()) {
      return new Use(Mechanism.POST_HANDSHAKE_AUTH);
    }
    return new Use(proof ? Mechanism.RECONNECT : Mechanism.KEY_UPDATE);
  }

  private static Choice auto12(boolean proof, Support support) {
    return proof && !support.renegotiation()
        ? new Use(Mechanism.RECONNECT)
        : renegotiation(support);
  }

  private static Choice renegotiation(Support support) {
    return support.renegotiation()
        ? new Use(Mechanism.RENEGOTIATION)
        : new None("the client does not support secure renegotiation (RFC 5746)");
  }
}
