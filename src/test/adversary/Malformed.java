import de.rub.nds.modifiablevariable.util.Modifiable;
import de.rub.nds.tlsattacker.core.protocol.message.ChangeCipherSpecMessage;
import de.rub.nds.tlsattacker.core.protocol.message.ClientKeyExchangeMessage;
import de.rub.nds.tlsattacker.core.protocol.message.ECDHClientKeyExchangeMessage;
import de.rub.nds.tlsattacker.core.protocol.message.FinishedMessage;
import de.rub.nds.tlsattacker.core.record.Record;
import de.rub.nds.tlsattacker.core.workflow.action.GenericReceiveAction;
import de.rub.nds.tlsattacker.core.workflow.action.SendAction;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Messages and records that are not what they say. */
final class Malformed {

  private Malformed() {}

  static void addTo(Attacks attacks) {
    keyExchanges(attacks);
    finished(attacks);
    tags(attacks);
  }

  /** Lengths and contents that lie. */
  private static void keyExchanges(Attacks attacks) {
    Map<String, Consumer<ClientKeyExchangeMessage>> damages = new LinkedHashMap<>();
    damages.put("longer", message -> message.setLength(Modifiable.explicit(200)));
    damages.put("shorter", message -> message.setLength(Modifiable.explicit(10)));
    damages.put("huge", message -> message.setLength(Modifiable.explicit(0xffffff)));
    damages.put("key-length", message -> message.setPublicKeyLength(Modifiable.explicit(1)));
    damages.put(
        "no-content", message -> message.setMessageContent(Modifiable.explicit(new byte[0])));
    damages.forEach(
        (name, damage) ->
            attacks.add(
                "malformed-key-exchange-" + name,
                Clients.tls12(Clients.GCM),
                trace ->
                    Attacks.finish(
                        trace, Clients.with(new ECDHClientKeyExchangeMessage(), damage::accept))));
  }

  /** A Finished that knows something else than was said. */
  private static void finished(Attacks attacks) {
    attacks.add(
        "malformed-finished-12",
        Clients.tls12(Clients.GCM),
        trace ->
            trace.addTlsActions(
                new SendAction(
                    new ECDHClientKeyExchangeMessage(),
                    new ChangeCipherSpecMessage(),
                    wrongFinished()),
                new GenericReceiveAction()));
    attacks.add(
        "malformed-finished-13",
        Clients.tls13(),
        trace -> trace.addTlsActions(new SendAction(wrongFinished()), new GenericReceiveAction()));
  }

  /** Records whose tag is not theirs. */
  private static void tags(Attacks attacks) {
    attacks.add(
        "malformed-tag-12",
        Clients.tls12(Clients.GCM),
        trace -> Attacks.finish(trace, Attacks.damaged(Malformed::tag)));
    attacks.add(
        "malformed-tag-13",
        Clients.tls13(),
        trace -> Attacks.send(trace, new FinishedMessage(), Attacks.damaged(Malformed::tag)));
  }

  private static FinishedMessage wrongFinished() {
    FinishedMessage finished = new FinishedMessage();
    finished.setVerifyData(Modifiable.xor(new byte[] {1}, 0));
    return finished;
  }

  private static void tag(Record record) {
    record.getComputations().setAuthenticationTag(Modifiable.xor(new byte[] {1}, 0));
  }
}
