package dev.handfast.listener;

import dev.handfast.certificate.Certificates;
import dev.handfast.clientauth.ClientAuthPolicies;
import dev.handfast.clientauth.ClientAuthPolicy;
import dev.handfast.handshake.Credential;
import dev.handfast.handshake.TlsProfile;
import dev.handfast.profile.TlsProfiles;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What listeners refer to by name: the snapshots of other features. Never blocks.
 *
 * @param trustBundles the CA certificates of a trust bundle
 */
record ListenerParts(
    Certificates certificates,
    ClientAuthPolicies policies,
    TlsProfiles profiles,
    Function<String, Optional<List<X509Certificate>>> trustBundles) {

  Credential certificate(String name) throws BrokenListenerException {
    return certificates.current(name).orElseThrow(() -> missing("certificate", name));
  }

  ClientAuthPolicy policy(String name) throws BrokenListenerException {
    return policies.find(name).orElseThrow(() -> missing("client auth policy", name));
  }

  TlsProfile profile(String name) throws BrokenListenerException {
    return profiles.find(name).orElseThrow(() -> missing("tls profile", name));
  }

  List<X509Certificate> trustBundle(String name) throws BrokenListenerException {
    return trustBundles.apply(name).orElseThrow(() -> missing("trust bundle", name));
  }

  private static BrokenListenerException missing(String kind, String name) {
    return new BrokenListenerException("there is no " + kind + " '" + name + "'");
  }
}
