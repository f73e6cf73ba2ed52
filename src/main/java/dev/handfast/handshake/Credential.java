package dev.handfast.handshake;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A certificate version with its private key, as the server proves itself with it.
 *
 * @param name the certificate's name in Handfast
 * @param version 1, 2, …
 * @param chain its own certificate first, each followed by its issuer; never empty
 * @param ocspResponse DER of the OCSPResponse to staple (RFC 6066 section 8), or null
 */
public record Credential(
    String name,
    int version,
    List<X509Certificate> chain,
    PrivateKey privateKey,
    byte @Nullable [] ocspResponse) {

  public Credential {
    chain = List.copyOf(chain);
    if (chain.isEmpty()) {
      throw new IllegalArgumentException("chain: empty (expected: at least the certificate)");
    }
  }

  /** Names the version only: the private key never reaches a log. */
  @Override
  public String toString() {
    return "Credential[" + name + " version " + version + "]";
  }
}
