import de.rub.nds.tlsattacker.core.config.Config;
import de.rub.nds.tlsattacker.core.connection.OutboundConnection;
import de.rub.nds.tlsattacker.core.constants.AlertDescription;
import de.rub.nds.tlsattacker.core.protocol.ProtocolMessage;
import de.rub.nds.tlsattacker.core.protocol.message.AlertMessage;
import de.rub.nds.tlsattacker.core.protocol.message.ChangeCipherSpecMessage;
import de.rub.nds.tlsattacker.core.protocol.message.ClientHelloMessage;
import de.rub.nds.tlsattacker.core.protocol.message.ClientKeyExchangeMessage;
import de.rub.nds.tlsattacker.core.protocol.message.ECDHClientKeyExchangeMessage;
import de.rub.nds.tlsattacker.core.protocol.message.FinishedMessage;
import de.rub.nds.tlsattacker.core.protocol.message.extension.sni.ServerNamePair;
import de.rub.nds.tlsattacker.core.record.Record;
import de.rub.nds.tlsattacker.core.state.State;
import de.rub.nds.tlsattacker.core.workflow.DefaultWorkflowExecutor;
import de.rub.nds.tlsattacker.core.workflow.WorkflowTrace;
import de.rub.nds.tlsattacker.core.workflow.WorkflowTraceResultUtil;
import de.rub.nds.tlsattacker.core.workflow.action.GenericReceiveAction;
import de.rub.nds.tlsattacker.core.workflow.action.SendAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/** The attacks, by their names. */
final class Attacks {

  private final int port;
  private final Map<String, Callable<String>> byName = new LinkedHashMap<>();

  Attacks(int port) {
    this.port = port;
  }

  Map<String, Callable<String>> byName() {
    return byName;
  }

  void add(String name, Config config, Consumer<WorkflowTrace> rest) {
    addWithHello(name, config, hello -> {}, rest);
  }

  void addWithHello(
      String name, Config config, Consumer<ClientHelloMessage> edit, Consumer<WorkflowTrace> rest) {
    byName.put(
        name,
        () -> {
          OutboundConnection connection = new OutboundConnection(port, "localhost");
          connection.setTimeout(1_000);
          config.setDefaultClientConnection(connection);
          config.setDefaultSniHostnames(
              List.of(
                  new ServerNamePair(
                      (byte) 0, (name + ".example").getBytes(StandardCharsets.US_ASCII))));
          ClientHelloMessage hello = new ClientHelloMessage(config);
          edit.accept(hello);
          WorkflowTrace trace = new WorkflowTrace();
          trace.addTlsActions(new SendAction(hello), new GenericReceiveAction());
          rest.accept(trace);
          State state = new State(config, trace);
          new DefaultWorkflowExecutor(state).executeWorkflow();
          return describe(state);
        });
  }

  /** The rest of a client's TLS 1.2 handshake, and what the server says to it. */
  static void finish(WorkflowTrace trace, ClientKeyExchangeMessage keyExchange) {
    trace.addTlsActions(
        new SendAction(keyExchange, new ChangeCipherSpecMessage(), new FinishedMessage()),
        new GenericReceiveAction());
  }

  /** The same with a Finished in a record that is not what it should be. */
  static void finish(WorkflowTrace trace, Record ofFinished) {
    trace.addTlsAction(
        new SendAction(new ECDHClientKeyExchangeMessage(), new ChangeCipherSpecMessage()));
    send(trace, new FinishedMessage(), ofFinished);
  }

  /** A message in a record that is not what it should be, and what the server says to it. */
  static void send(WorkflowTrace trace, ProtocolMessage message, Record record) {
    SendAction action = new SendAction(message);
    action.setConfiguredRecords(record);
    trace.addTlsActions(action, new GenericReceiveAction());
  }

  /** A record that is damaged when it is encrypted. */
  static Record damaged(Consumer<Record> damage) {
    Record record = new Record();
    record.prepareComputations();
    damage.accept(record);
    return record;
  }

  /** The bytes, after one of them was set. */
  static byte[] edited(byte[] bytes, int index, int value) {
    bytes[index] = (byte) value;
    return bytes;
  }

  private static String describe(State state) {
    List<String> alerts = new ArrayList<>();
    for (ProtocolMessage message :
        WorkflowTraceResultUtil.getAllReceivedMessages(state.getWorkflowTrace())) {
      if (message instanceof AlertMessage alert) {
        alerts.add(
            (alert.getLevel().getValue() == 2 ? "" : "warning:")
                + AlertDescription.getAlertDescription(alert.getDescription().getValue())
                    .name()
                    .toLowerCase());
      }
    }
    byte[] random = state.getTlsContext().getServerRandom();
    return "alerts=%s socket=%s random-end=%s"
        .formatted(
            String.join(",", alerts),
            state.getTcpContext().getFinalSocketState(),
            random == null
                ? ""
                : HexFormat.of().formatHex(random, random.length - 8, random.length));
  }
}
