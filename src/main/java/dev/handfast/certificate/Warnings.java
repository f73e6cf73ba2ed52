package dev.handfast.certificate;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** What clients may dislike about a chain that is accepted all the same. */
final class Warnings {

  private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
  private static final String ANY_USAGE = "2.5.29.37.0";
  private static final String TLS_FEATURE = "1.3.6.1.5.5.7.1.24";

  private Warnings() {}

  /** Sentences for an administrator; none if all is well. */
  static List<String> about(List<X509Certificate> chain, boolean stapled) {
    List<String> warnings = new ArrayList<>();
    X509Certificate own = chain.getFirst();
    X509Certificate last = chain.getLast();
    if (X509.subjectAltNames(own).isEmpty()) {
      warnings.add("no subject alternative name: clients ignore the subject's common name");
    }
    if (!isForServers(own)) {
      warnings.add("its extended key usage does not include serverAuth: clients will refuse it");
    }
    if (chain.size() == 1 && !X509.isSelfSigned(own)) {
      warnings.add(
          "no intermediate was given: clients that do not know '%s' cannot build a chain"
              .formatted(X509.issuer(own)));
    }
    if (chain.size() > 1 && X509.isSelfSigned(last)) {
      warnings.add(
          "the chain includes its root '%s', which clients do not need"
              .formatted(X509.subject(last)));
    }
    if (own.getExtensionValue(TLS_FEATURE) != null && !stapled) {
      warnings.add("it demands a stapled OCSP response, and there is none yet");
    }
    return warnings;
  }

  private static boolean isForServers(X509Certificate certificate) {
    try {
      List<String> usages = certificate.getExtendedKeyUsage();
      return usages == null || usages.contains(SERVER_AUTH) || usages.contains(ANY_USAGE);
    } catch (CertificateParsingException e) {
      return false;
    }
  }
}
