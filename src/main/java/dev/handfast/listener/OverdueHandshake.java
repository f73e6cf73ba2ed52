package dev.handfast.listener;

import dev.handfast.handshake.Failure;
import dev.handfast.handshake.Reason;
import io.netty.channel.ChannelHandlerContext;

/** Ends a first handshake that has had its time, wherever it stands. */
final class OverdueHandshake {

  private OverdueHandshake() {}

  /**
   * Ends it with {@link Reason#HANDSHAKE_TIMEOUT}. On the connection's event loop; never blocks.
   *
   * @param when it should have completed: {@code within 10000 ms}
   */
  static void end(GatewayConnection connection, String when) {
    EngineHandler engine = connection.engine();
    if (engine != null) {
      engine.abort(new Failure(Reason.HANDSHAKE_TIMEOUT, "the handshake did not complete " + when));
      return;
    }
    ChannelHandlerContext gate = connection.channel().pipeline().context(ClientHelloGate.class);
    ChannelHandlerContext header =
        connection.channel().pipeline().context(ProxyHeaderHandler.class);
    if (gate != null) {
      ((ClientHelloGate) gate.handler()).expire(gate, when);
    } else if (header != null) {
      ((ProxyHeaderHandler) header.handler()).expire(header, when);
    }
  }
}
