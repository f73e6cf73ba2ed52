package dev.handfast.certificate;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A private key with its chain.
 *
 * @param chain as sent to clients: the key's own certificate first, each followed by its issuer
 */
record KeyMaterial(PrivateKey privateKey, List<X509Certificate> chain) {

  KeyMaterial {
    chain = List.copyOf(chain);
  }

  /** The certificate of the key. */
  X509Certificate certificate() {
    return chain.getFirst();
  }

  /** Shows no key. */
  @Override
  public String toString() {
    return "KeyMaterial[" + certificate().getSubjectX500Principal() + "]";
  }
}
