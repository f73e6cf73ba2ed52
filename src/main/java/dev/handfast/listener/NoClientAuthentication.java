package dev.handfast.listener;

import dev.handfast.handshake.ClientAuthentication;
import dev.handfast.handshake.ClientAuthenticator;
import java.security.cert.X509Certificate;
import java.util.List;

/** Stands where no policy is configured: no certificate is asked for, so everybody may come in. */
final class NoClientAuthentication implements ClientAuthenticator {

  static final NoClientAuthentication INSTANCE = new NoClientAuthentication();

  private static final ClientAuthentication ALLOWED =
      new ClientAuthentication(
          "", 0, ClientAuthentication.Decision.ALLOW, null, true, null, null, List.of());

  private NoClientAuthentication() {}

  @Override
  public ClientAuthentication authenticate(List<X509Certificate> chain, Proof proof) {
    return ALLOWED;
  }
}
