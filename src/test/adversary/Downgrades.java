import de.rub.nds.tlsattacker.core.constants.CipherSuite;
import de.rub.nds.tlsattacker.core.constants.ProtocolVersion;
import de.rub.nds.tlsattacker.core.protocol.message.ClientHelloMessage;
import de.rub.nds.tlsattacker.core.protocol.message.ECDHClientKeyExchangeMessage;
import de.rub.nds.tlsattacker.core.workflow.action.GenericReceiveAction;
import de.rub.nds.tlsattacker.core.workflow.action.SendAction;
import java.util.List;

/** Older versions, and handshakes on a connection that had one. */
final class Downgrades {

  private Downgrades() {}

  static void addTo(Attacks attacks) {
    downgrades(attacks);
    renegotiations(attacks);
  }

  /** Older versions from clients that could do better (RFC 7507, RFC 8446 4.1.3). */
  private static void downgrades(Attacks attacks) {
    attacks.add("downgrade-sentinel-12", Clients.tls12(Clients.GCM), trace -> {});
    for (ProtocolVersion version : List.of(ProtocolVersion.TLS11, ProtocolVersion.TLS10)) {
      attacks.add(
          "downgrade-sentinel-" + (version == ProtocolVersion.TLS11 ? "11" : "10"),
          Clients.with(
              Clients.tls12(Clients.CBC), config -> config.setHighestProtocolVersion(version)),
          trace -> {});
    }
    attacks.add(
        "downgrade-fallback",
        Clients.with(
            Clients.tls12(Clients.GCM),
            config ->
                config.setDefaultClientSupportedCipherSuites(
                    Clients.GCM, CipherSuite.TLS_FALLBACK_SCSV)),
        trace -> {});
  }

  /** Clients that renegotiate, securely or not; the listener denies it. */
  private static void renegotiations(Attacks attacks) {
    for (boolean secure : new boolean[] {true, false}) {
      attacks.add(
          "renegotiation-" + (secure ? "secure" : "insecure"),
          Clients.with(
              Clients.tls12(Clients.GCM),
              config -> config.setAddRenegotiationInfoExtension(secure)),
          trace -> {
            Attacks.finish(trace, new ECDHClientKeyExchangeMessage());
            trace.addTlsActions(
                new SendAction(new ClientHelloMessage(Clients.tls12(Clients.GCM))),
                new GenericReceiveAction());
          });
    }
  }
}
