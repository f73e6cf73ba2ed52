import de.rub.nds.tlsattacker.core.protocol.ProtocolMessage;
import de.rub.nds.tlsattacker.core.protocol.message.ApplicationMessage;
import de.rub.nds.tlsattacker.core.protocol.message.CertificateMessage;
import de.rub.nds.tlsattacker.core.protocol.message.CertificateVerifyMessage;
import de.rub.nds.tlsattacker.core.protocol.message.ChangeCipherSpecMessage;
import de.rub.nds.tlsattacker.core.protocol.message.ECDHClientKeyExchangeMessage;
import de.rub.nds.tlsattacker.core.protocol.message.EncryptedExtensionsMessage;
import de.rub.nds.tlsattacker.core.protocol.message.EndOfEarlyDataMessage;
import de.rub.nds.tlsattacker.core.protocol.message.FinishedMessage;
import de.rub.nds.tlsattacker.core.protocol.message.KeyUpdateMessage;
import de.rub.nds.tlsattacker.core.protocol.message.NewSessionTicketMessage;
import de.rub.nds.tlsattacker.core.protocol.message.ServerHelloDoneMessage;
import de.rub.nds.tlsattacker.core.workflow.action.GenericReceiveAction;
import de.rub.nds.tlsattacker.core.workflow.action.SendAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Messages where they have no place. */
final class OutOfPlace {

  private OutOfPlace() {}

  static void addTo(Attacks attacks) {
    outOfOrder12(attacks);
    outOfOrder13(attacks);
  }

  /** In each state of TLS 1.2, each message that has no place there. */
  private static void outOfOrder12(Attacks attacks) {
    Map<String, Supplier<ProtocolMessage>> messages = messages();
    messages.put("client-key-exchange", ECDHClientKeyExchangeMessage::new);
    List<Supplier<ProtocolMessage>> flight =
        List.of(
            ECDHClientKeyExchangeMessage::new, ChangeCipherSpecMessage::new, FinishedMessage::new);
    List<String> expected = List.of("client-key-exchange", "change-cipher-spec", "finished", "");
    for (int state = 0; state <= flight.size(); state++) {
      for (Map.Entry<String, Supplier<ProtocolMessage>> wrong : messages.entrySet()) {
        boolean allowed =
            wrong.getKey().equals(expected.get(state))
                || state == 3 && wrong.getKey().equals("application-data");
        if (allowed) {
          continue;
        }
        int before = state;
        attacks.add(
            "tls12-%d-%s".formatted(state, wrong.getKey()),
            Clients.tls12(Clients.GCM),
            trace -> {
              List<ProtocolMessage> sent = new ArrayList<>();
              flight.subList(0, before).forEach(message -> sent.add(message.get()));
              if (before == flight.size()) {
                trace.addTlsActions(
                    new SendAction(new ArrayList<>(sent)), new GenericReceiveAction());
                sent.clear();
              }
              sent.add(wrong.getValue().get());
              trace.addTlsActions(new SendAction(sent), new GenericReceiveAction());
            });
      }
    }
  }

  /** The same for TLS 1.3: before and after the client's Finished. */
  private static void outOfOrder13(Attacks attacks) {
    Map<String, Supplier<ProtocolMessage>> messages = messages();
    messages.put("end-of-early-data", EndOfEarlyDataMessage::new);
    messages.put("encrypted-extensions", EncryptedExtensionsMessage::new);
    for (int state = 0; state <= 1; state++) {
      for (Map.Entry<String, Supplier<ProtocolMessage>> wrong : messages.entrySet()) {
        String name = wrong.getKey();
        // RFC 8446 appendix D.4: until the Finished a ChangeCipherSpec is dropped.
        boolean allowed =
            state == 0
                ? List.of("finished", "change-cipher-spec").contains(name)
                : List.of("application-data", "key-update").contains(name);
        if (allowed) {
          continue;
        }
        boolean finished = state == 1;
        attacks.add(
            "tls13-%d-%s".formatted(state, name),
            Clients.tls13(),
            trace -> {
              if (finished) {
                trace.addTlsActions(
                    new SendAction(new FinishedMessage()), new GenericReceiveAction());
              }
              trace.addTlsActions(
                  new SendAction(wrong.getValue().get()), new GenericReceiveAction());
            });
      }
    }
  }

  private static Map<String, Supplier<ProtocolMessage>> messages() {
    Map<String, Supplier<ProtocolMessage>> messages = new LinkedHashMap<>();
    messages.put("certificate", CertificateMessage::new);
    messages.put("certificate-verify", CertificateVerifyMessage::new);
    messages.put("change-cipher-spec", ChangeCipherSpecMessage::new);
    messages.put("finished", FinishedMessage::new);
    messages.put(
        "application-data",
        () -> new ApplicationMessage("too early".getBytes(StandardCharsets.US_ASCII)));
    messages.put("server-hello-done", ServerHelloDoneMessage::new);
    messages.put("new-session-ticket", NewSessionTicketMessage::new);
    messages.put("key-update", KeyUpdateMessage::new);
    return messages;
  }
}
