import de.rub.nds.tlsattacker.core.constants.CipherSuite;
import de.rub.nds.tlsattacker.core.constants.ProtocolVersion;
import de.rub.nds.tlsattacker.core.protocol.message.ChangeCipherSpecMessage;
import de.rub.nds.tlsattacker.core.protocol.message.ClientHelloMessage;
import de.rub.nds.tlsattacker.core.protocol.message.ECDHClientKeyExchangeMessage;
import de.rub.nds.tlsattacker.core.protocol.message.FinishedMessage;
import de.rub.nds.tlsattacker.core.workflow.action.GenericReceiveAction;
import de.rub.nds.tlsattacker.core.workflow.action.SendAction;
import java.util.List;

/** Older versions, and handshakes on a connection that had one. */
final class Downgrades {

  private final Attacks attacks;

  private Downgrades(Attacks attacks) {
    this.attacks = attacks;
  }

  static void addTo(Attacks attacks) {
    Downgrades all = new Downgrades(attacks);
    all.downgrades();
    all.renegotiations();
  }

  /** Older versions from clients that could do better (RFC 7507, RFC 8446 4.1.3). */
  private void downgrades() {
    attacks.add("downgrade-sentinel-12", Clients.tls12(Clients.GCM), List.of(), trace -> {});
    for (ProtocolVersion version : List.of(ProtocolVersion.TLS11, ProtocolVersion.TLS10)) {
      attacks.add(
          "downgrade-sentinel-" + (version == ProtocolVersion.TLS11 ? "11" : "10"),
          Clients.with(
              Clients.tls12(Clients.CBC), config -> config.setHighestProtocolVersion(version)),
          List.of(),
          trace -> {});
    }
    attacks.add(
        "downgrade-fallback",
        Clients.tls12(Clients.GCM),
        List.of(CipherSuite.TLS_FALLBACK_SCSV),
        trace -> {});
  }

  /** Clients that renegotiate, securely or not; the listener denies it. */
  private void renegotiations() {
    for (boolean secure : new boolean[] {true, false}) {
      attacks.add(
          "renegotiation-" + (secure ? "secure" : "insecure"),
          Clients.with(
              Clients.tls12(Clients.GCM),
              config -> config.setAddRenegotiationInfoExtension(secure)),
          List.of(),
          trace -> {
            trace.addTlsActions(
                new SendAction(
                    new ECDHClientKeyExchangeMessage(),
                    new ChangeCipherSpecMessage(),
                    new FinishedMessage()),
                new GenericReceiveAction(),
                new SendAction(new ClientHelloMessage(Clients.tls12(Clients.GCM))),
                new GenericReceiveAction());
          });
    }
  }
}
