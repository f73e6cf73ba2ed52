import de.rub.nds.modifiablevariable.util.Modifiable;
import de.rub.nds.tlsattacker.core.protocol.ProtocolMessage;
import de.rub.nds.tlsattacker.core.protocol.message.ChangeCipherSpecMessage;
import de.rub.nds.tlsattacker.core.protocol.message.ClientKeyExchangeMessage;
import de.rub.nds.tlsattacker.core.protocol.message.ECDHClientKeyExchangeMessage;
import de.rub.nds.tlsattacker.core.protocol.message.FinishedMessage;
import de.rub.nds.tlsattacker.core.record.Record;
import de.rub.nds.tlsattacker.core.workflow.action.GenericReceiveAction;
import de.rub.nds.tlsattacker.core.workflow.action.SendAction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Messages and records that are not what they say. */
final class Malformed {

  private final Attacks attacks;

  private Malformed(Attacks attacks) {
    this.attacks = attacks;
  }

  static void addTo(Attacks attacks) {
    Malformed all = new Malformed(attacks);
    all.malformed();
  }

  /** Messages and records whose lengths or content lie. */
  private void malformed() {
    Map<String, Function<ClientKeyExchangeMessage, ProtocolMessage>> damages =
        new LinkedHashMap<>();
    damages.put("longer", m -> Clients.with(m, x -> x.setLength(Modifiable.explicit(200))));
    damages.put("shorter", m -> Clients.with(m, x -> x.setLength(Modifiable.explicit(10))));
    damages.put("huge", m -> Clients.with(m, x -> x.setLength(Modifiable.explicit(0xffffff))));
    damages.put(
        "key-length", m -> Clients.with(m, x -> x.setPublicKeyLength(Modifiable.explicit(1))));
    damages.put(
        "no-content",
        m -> Clients.with(m, x -> x.setMessageContent(Modifiable.explicit(new byte[0]))));
    damages.forEach(
        (name, damage) ->
            attacks.add(
                "malformed-key-exchange-" + name,
                Clients.tls12(Clients.GCM),
                List.of(),
                trace ->
                    trace.addTlsActions(
                        new SendAction(
                            damage.apply(new ECDHClientKeyExchangeMessage()),
                            new ChangeCipherSpecMessage(),
                            new FinishedMessage()),
                        new GenericReceiveAction())));
    for (boolean old : new boolean[] {true, false}) {
      attacks.add(
          "malformed-finished-" + (old ? "12" : "13"),
          old ? Clients.tls12(Clients.GCM) : Clients.tls13(),
          List.of(),
          trace -> {
            FinishedMessage finished = new FinishedMessage();
            finished.setVerifyData(Modifiable.xor(new byte[] {1}, 0));
            List<ProtocolMessage> sent = new ArrayList<>();
            if (old) {
              sent.add(new ECDHClientKeyExchangeMessage());
              sent.add(new ChangeCipherSpecMessage());
            }
            sent.add(finished);
            trace.addTlsActions(new SendAction(sent), new GenericReceiveAction());
          });
      attacks.add(
          "malformed-tag-" + (old ? "12" : "13"),
          old ? Clients.tls12(Clients.GCM) : Clients.tls13(),
          List.of(),
          trace -> {
            if (old) {
              trace.addTlsAction(
                  new SendAction(
                      new ECDHClientKeyExchangeMessage(), new ChangeCipherSpecMessage()));
            }
            SendAction last = new SendAction(new FinishedMessage());
            Record record = new Record();
            record.prepareComputations();
            record.getComputations().setAuthenticationTag(Modifiable.xor(new byte[] {1}, 0));
            last.setConfiguredRecords(record);
            trace.addTlsActions(last, new GenericReceiveAction());
          });
    }
  }
}
