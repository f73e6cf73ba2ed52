package dev.handfast.clientauth.revocation;

import dev.handfast.clientauth.revocation.RevocationSettings.Mode;
import dev.handfast.clientauth.revocation.RevocationSettings.Nonce;
import dev.handfast.testing.Pki.Issued;
import java.security.cert.X509CRL;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Checks without an application around it. */
final class Revocation {

  static final RevocationProperties PROPERTIES =
      new RevocationProperties(
          Duration.ofSeconds(4),
          Duration.ofSeconds(4),
          65536,
          100,
          Duration.ofSeconds(15),
          Duration.ofSeconds(5),
          100_000,
          Duration.ofHours(1),
          Duration.ofSeconds(30),
          8,
          List.of());

  private Revocation() {}

  static RevocationChecks checks() {
    return new RevocationChecks(
        new OcspClient(PROPERTIES, new Fetcher(PROPERTIES), InstantSource.system()), PROPERTIES);
  }

  static RevocationSettings crl(X509CRL... crls) {
    return settings(Mode.CRL, true, Nonce.OPTIONAL, null, crls);
  }

  static RevocationSettings ocsp(Nonce nonce) {
    return settings(Mode.OCSP, false, nonce, null);
  }

  static RevocationSettings settings(
      Mode mode,
      boolean wholeChain,
      Nonce nonce,
      java.security.cert.@org.jspecify.annotations.Nullable X509Certificate responder,
      X509CRL... crls) {
    List<CertificateList> lists = new ArrayList<>();
    for (X509CRL crl : crls) {
      lists.add(new CertificateList("crlPem[" + lists.size() + "]", crl, Instant.now()));
    }
    return new RevocationSettings(
        mode,
        wholeChain,
        false,
        lists,
        List.of(),
        new RevocationSettings.Ocsp(null, responder, nonce));
  }

  static Finding check(RevocationChecks checks, RevocationSettings settings, Issued... path) {
    return checks.check(
        settings,
        List.of(),
        List.of(path).stream().map(Issued::certificate).toList(),
        Instant.now(),
        true);
  }
}
