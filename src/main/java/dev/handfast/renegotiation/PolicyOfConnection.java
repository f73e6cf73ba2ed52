package dev.handfast.renegotiation;

import dev.handfast.clientauth.ClientAuthPolicy;
import dev.handfast.listener.ConnectionInfo;
import java.util.Optional;

/** Finds the policy with which a connection's client would be met if it came now. */
@FunctionalInterface
interface PolicyOfConnection {

  /** The policy in force for the connection's listener and server name; empty if none is. */
  Optional<ClientAuthPolicy> of(ConnectionInfo connection);
}
