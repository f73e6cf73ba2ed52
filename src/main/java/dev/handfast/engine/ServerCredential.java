package dev.handfast.engine;

import dev.handfast.handshake.Credential;

/**
 * A credential in the form that the engine uses per handshake without parsing anything again.
 * Immutable; made once per certificate version by {@link TlsEngines#prepare}.
 */
public interface ServerCredential {

  /** What this was made of. */
  Credential credential();
}
