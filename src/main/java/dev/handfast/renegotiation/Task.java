package dev.handfast.renegotiation;

import dev.handfast.clientauth.ClientAuthPolicy;
import dev.handfast.handshake.Failure;
import dev.handfast.listener.LiveConnection;
import org.jspecify.annotations.Nullable;

/** What is to be done to one connection. */
sealed interface Task {

  /** On which. */
  LiveConnection connection();

  /**
   * Fresh keys, or fresh proof.
   *
   * @param policy that judges the client; null: no certificate is asked for
   * @param required whether a client that does not prove itself is disconnected
   */
  record Ask(
      LiveConnection connection, Mode mode, @Nullable ClientAuthPolicy policy, boolean required)
      implements Task {}

  /** The end: today's policy refuses the client that is there. */
  record End(LiveConnection connection, Failure failure) implements Task {}
}
