package dev.handfast.certificate;

import dev.handfast.handshake.Credential;
import java.util.Optional;

/** The certificates in force. Reads a snapshot: any thread, never blocks. */
public interface Certificates {

  /**
   * The current version of a certificate with its private key, or empty if there is none with this
   * name, or none was signed yet. The same instance as long as the version and its stapled OCSP
   * response are the same.
   */
  Optional<Credential> current(String name);
}
