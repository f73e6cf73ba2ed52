package dev.handfast.listener;

import dev.handfast.engine.EngineEvents.ClientInitiated;
import dev.handfast.handshake.Failure;
import dev.handfast.handshake.Reason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Article step 11 on one connection, at the client's wish: bounded, and counted. On the event loop,
 * while no worker has the engine.
 */
final class ClientInitiations {

  private final GatewayConnection connection;
  private final ClientInitiatedLimit limit;
  private boolean renegotiating;

  ClientInitiations(GatewayConnection connection) {
    this.connection = connection;
    this.limit =
        new ClientInitiatedLimit(
            connection.snapshot().clientInitiatedPerMinute(), connection.services().ticker());
  }

  /**
   * What the client began during a call, in order.
   *
   * @return why the connection is to be ended, or null
   */
  @Nullable Failure begun(List<ClientInitiated> all) {
    for (ClientInitiated what : all) {
      if (!limit.admit()) {
        count(what, "limit_exceeded");
        return new Failure(
            what == ClientInitiated.KEY_UPDATE
                ? Reason.KEY_UPDATE_LIMIT_EXCEEDED
                : Reason.RENEGOTIATION_LIMIT_EXCEEDED,
            limit.explanation());
      }
      switch (what) {
        case RENEGOTIATION -> renegotiating = true;
        case RENEGOTIATION_DENIED -> count(what, "denied");
        case KEY_UPDATE -> {
          connection.keysUpdated();
          count(what, "succeeded");
        }
      }
    }
    return null;
  }

  /** A handshake completed. */
  void completed() {
    ended("succeeded");
  }

  /** The connection failed. */
  void failed() {
    ended("failed");
  }

  /** The client went away. */
  void closed() {
    ended("gone");
  }

  private void ended(String outcome) {
    if (renegotiating) {
      renegotiating = false;
      count(ClientInitiated.RENEGOTIATION, outcome);
    }
  }

  private void count(ClientInitiated what, String outcome) {
    connection
        .services()
        .renegotiations()
        .count(
            connection.listenerName(),
            RenegotiationMeters.CLIENT,
            what == ClientInitiated.KEY_UPDATE
                ? RenegotiationMeters.KEY_UPDATE
                : RenegotiationMeters.RENEGOTIATION,
            outcome);
  }
}
