package dev.handfast.clientauth;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/** The trust bundles in force. Reads a snapshot: any thread, never blocks. */
public interface TrustBundles {

  /** The CA certificates of the bundle with this name, or empty if there is none. */
  Optional<List<X509Certificate>> certificates(String name);
}
