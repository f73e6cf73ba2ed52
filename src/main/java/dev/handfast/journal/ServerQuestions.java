package dev.handfast.journal;

import dev.handfast.handshake.SubjectNames;
import java.security.GeneralSecurityException;
import java.security.KeyStoreException;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertStore;
import java.security.cert.CertificateParsingException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXCertPathBuilderResult;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** The four questions that a client asks about a server (article step 3). */
final class ServerQuestions {

  private final List<X509Certificate> chain;
  private final String name;
  private final List<X509Certificate> trusted;
  private final Instant now;

  /**
   * Questions about a server.
   *
   * @param chain as sent; not empty
   * @param name a DNS name or an address
   */
  ServerQuestions(
      List<X509Certificate> chain, String name, List<X509Certificate> trusted, Instant now) {
    this.chain = chain;
    this.name = name;
    this.trusted = trusted;
    this.now = now;
  }

  /** The CAs that the Java platform trusts. */
  static List<X509Certificate> platformTrust() {
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init((java.security.KeyStore) null);
      return Arrays.stream(factory.getTrustManagers())
          .filter(X509TrustManager.class::isInstance)
          .flatMap(manager -> Arrays.stream(((X509TrustManager) manager).getAcceptedIssuers()))
          .toList();
    } catch (NoSuchAlgorithmException | KeyStoreException e) {
      throw new IllegalStateException("every Java platform has a trust store", e);
    }
  }

  List<HandshakeRecord.Question> answers() {
    return List.of(validity(), issuer(), signature(), name());
  }

  private HandshakeRecord.Question validity() {
    for (X509Certificate certificate : chain) {
      Instant from = certificate.getNotBefore().toInstant();
      Instant to = certificate.getNotAfter().toInstant();
      if (now.isBefore(from) || now.isAfter(to)) {
        return no(
            "validity", "%s is valid from %s to %s".formatted(subject(certificate), from, to));
      }
    }
    return yes("validity", "valid until " + chain.getFirst().getNotAfter().toInstant());
  }

  private HandshakeRecord.Question issuer() {
    String issuer = chain.getLast().getIssuerX500Principal().getName();
    if (trusted.isEmpty()) {
      return new HandshakeRecord.Question("issuer", "unknown", "no CA is trusted here");
    }
    try {
      X509CertSelector target = new X509CertSelector();
      target.setCertificate(chain.getFirst());
      PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors(), target);
      parameters.addCertStore(
          CertStore.getInstance("Collection", new CollectionCertStoreParameters(chain)));
      parameters.setRevocationEnabled(false);
      // Whether the certificates are within their validity is a question of its own.
      parameters.setDate(
          new Date(
              Math.clamp(
                  now.toEpochMilli(),
                  chain.getFirst().getNotBefore().getTime(),
                  chain.getFirst().getNotAfter().getTime())));
      PKIXCertPathBuilderResult path =
          (PKIXCertPathBuilderResult) CertPathBuilder.getInstance("PKIX").build(parameters);
      X509Certificate anchor = path.getTrustAnchor().getTrustedCert();
      return yes("issuer", "leads to " + (anchor == null ? issuer : subject(anchor)));
    } catch (CertPathBuilderException e) {
      return no(
          "issuer",
          "the %d certificates sent lead to no trusted CA; the last was issued by %s%s"
              .formatted(
                  chain.size(),
                  issuer,
                  chain.size() == 1 ? ": is an intermediate certificate missing?" : ""));
    } catch (GeneralSecurityException e) {
      return new HandshakeRecord.Question("issuer", "unknown", String.valueOf(e.getMessage()));
    }
  }

  private Set<TrustAnchor> anchors() {
    return trusted.stream()
        .map(certificate -> new TrustAnchor(certificate, null))
        .collect(Collectors.toSet());
  }

  private HandshakeRecord.Question signature() {
    for (int i = 0; i < chain.size(); i++) {
      X509Certificate certificate = chain.get(i);
      List<X509Certificate> issuers =
          i + 1 < chain.size() ? List.of(chain.get(i + 1)) : issuersOf(certificate);
      if (issuers.isEmpty()) {
        return new HandshakeRecord.Question(
            "signature",
            "unknown",
            "the key of %s is not known, which signed %s"
                .formatted(certificate.getIssuerX500Principal().getName(), subject(certificate)));
      }
      if (issuers.stream().noneMatch(issuer -> verifies(certificate, issuer))) {
        return no(
            "signature",
            "the key of %s does not verify the signature of %s"
                .formatted(subject(issuers.getFirst()), subject(certificate)));
      }
    }
    return yes("signature", "each issuer's key verifies the signature below it");
  }

  private List<X509Certificate> issuersOf(X509Certificate certificate) {
    List<X509Certificate> issuers = new ArrayList<>();
    for (X509Certificate candidate : trusted) {
      if (candidate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
        issuers.add(candidate);
      }
    }
    if (certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
      issuers.add(certificate);
    }
    return issuers;
  }

  private static boolean verifies(X509Certificate certificate, X509Certificate issuer) {
    try {
      certificate.verify(issuer.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private HandshakeRecord.Question name() {
    try {
      SubjectNames names = SubjectNames.of(chain.getFirst());
      return names
          .covering(name)
          .map(covering -> yes("name", "the certificate is for " + covering))
          .orElseGet(
              () -> no("name", "the certificate is for %s, not for %s".formatted(names, name)));
    } catch (CertificateParsingException e) {
      return no("name", "the subject alternative names cannot be read");
    }
  }

  private static String subject(@Nullable X509Certificate certificate) {
    return certificate == null ? "" : certificate.getSubjectX500Principal().getName();
  }

  private static HandshakeRecord.Question yes(String question, String evidence) {
    return new HandshakeRecord.Question(question, "yes", RecordFormat.bounded(evidence, 1_000));
  }

  private static HandshakeRecord.Question no(String question, String evidence) {
    return new HandshakeRecord.Question(question, "no", RecordFormat.bounded(evidence, 1_000));
  }
}
