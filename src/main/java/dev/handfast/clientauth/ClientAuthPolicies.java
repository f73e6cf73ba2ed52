package dev.handfast.clientauth;

import java.util.Optional;

/** The client-auth policies in force. Reads a snapshot: any thread, never blocks. */
public interface ClientAuthPolicies {

  /** The policy with this name, or empty. */
  Optional<ClientAuthPolicy> find(String name);
}
