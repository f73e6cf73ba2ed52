package dev.handfast.clientauth;

import dev.handfast.handshake.ClientAuthentication.Question;
import dev.handfast.handshake.Reason;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXCertPathBuilderResult;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Builds and validates paths (RFC 5280 section 6) with the JDK's PKIX implementation. Knows nothing
 * of revocation and rules. Where no path is valid, {@link PathDiagnosis} finds out why.
 */
final class CertificationPaths {

  /** A chain of 10 and some that were sent in vain. */
  static final int MAX_CERTIFICATES = 32;

  private static final int MAX_INTERMEDIATES = 16;

  private CertificationPaths() {}

  /**
   * Looks for a path.
   *
   * @param chain as sent: the client's certificate first, the others in any order
   * @param anchors the trust bundle's certificates
   */
  static PathResult find(List<X509Certificate> chain, List<X509Certificate> anchors, Instant at) {
    if (chain.size() > MAX_CERTIFICATES) {
      return new PathResult.Broken(
          Question.CHAIN,
          Reason.CLIENT_CHAIN_INVALID,
          "%d certificates were sent (expected: at most %d)"
              .formatted(chain.size(), MAX_CERTIFICATES));
    }
    X509Certificate client = chain.getFirst();
    if (anchors.contains(client)) {
      return validate(List.of(), client, client, at);
    }
    List<X509Certificate> candidates =
        new ArrayList<>(anchors.stream().filter(anchor -> isValid(anchor, at)).toList());
    SearchBudget budget = new SearchBudget();
    PathResult refused = null;
    while (!candidates.isEmpty()) {
      PKIXCertPathBuilderResult built;
      try {
        built = build(chain, candidates, at, budget);
      } catch (CertPathBuilderException e) {
        break;
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
      PathResult result = validate(below(built), anchor(built), client, at);
      if (result instanceof PathResult.Valid) {
        return result;
      }
      // Another anchor may vouch for the same client without this one's constraints.
      refused = refused == null ? result : refused;
      candidates.remove(anchor(built));
    }
    if (budget.exhausted()) {
      return new PathResult.Broken(
          Question.CHAIN,
          Reason.CLIENT_CHAIN_INVALID,
          "the %d certificates that were sent can be combined in too many ways"
              .formatted(chain.size()));
    }
    return refused != null ? refused : new PathDiagnosis(chain, anchors, at).explain();
  }

  private static List<X509Certificate> below(PKIXCertPathBuilderResult built) {
    return built.getCertPath().getCertificates().stream().map(X509Certificate.class::cast).toList();
  }

  private static X509Certificate anchor(PKIXCertPathBuilderResult built) {
    return built.getTrustAnchor().getTrustedCert();
  }

  private static boolean isValid(X509Certificate certificate, Instant at) {
    Date now = Date.from(at);
    return !now.before(certificate.getNotBefore()) && !now.after(certificate.getNotAfter());
  }

  private static PKIXCertPathBuilderResult build(
      List<X509Certificate> chain, List<X509Certificate> anchors, Instant at, SearchBudget budget)
      throws GeneralSecurityException {
    X509Certificate client = chain.getFirst();
    X509CertSelector target = new X509CertSelector();
    target.setCertificate(client);
    PKIXBuilderParameters parameters = new PKIXBuilderParameters(trust(anchors), target);
    parameters.setMaxPathLength(MAX_INTERMEDIATES);
    parameters.addCertStore(
        CertStore.getInstance("Collection", new CollectionCertStoreParameters(chain)));
    parameters.addCertPathChecker(budget);
    apply(parameters, client, at);
    return (PKIXCertPathBuilderResult) CertPathBuilder.getInstance("PKIX").build(parameters);
  }

  private static PathResult validate(
      List<X509Certificate> below, X509Certificate anchor, X509Certificate client, Instant at) {
    try {
      // The builder leaves the anchor's own certificate unchecked.
      new ClientPurposeChecker(client).check(anchor, null);
      AnchorConstraints.check(below.isEmpty() ? List.of(client) : below, anchor, at);
    } catch (PathException e) {
      return new PathResult.Broken(Question.CHAIN, e.reason(), e.evidence());
    } catch (CertPathValidatorException e) {
      return new PathResult.Broken(
          Question.CHAIN, Reason.CLIENT_CHAIN_INVALID, String.valueOf(e.getMessage()));
    }
    List<X509Certificate> path = new ArrayList<>(below);
    path.add(anchor);
    return PathResult.Valid.of(path);
  }

  /**
   * Validates one given path.
   *
   * @throws CertPathValidatorException saying why it is not valid
   */
  static void validate(List<X509Certificate> below, X509Certificate anchor, Instant at)
      throws CertPathValidatorException {
    try {
      PKIXParameters parameters = new PKIXParameters(trust(List.of(anchor)));
      apply(parameters, below.getFirst(), at);
      CertPathValidator.getInstance("PKIX")
          .validate(CertificateFactory.getInstance("X.509").generateCertPath(below), parameters);
      new ClientPurposeChecker(below.getFirst()).check(anchor, null);
      AnchorConstraints.check(below, anchor, at);
    } catch (CertPathValidatorException e) {
      throw e;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void apply(PKIXParameters parameters, X509Certificate client, Instant at) {
    parameters.setDate(Date.from(at));
    parameters.setRevocationEnabled(false);
    parameters.addCertPathChecker(new KeyStrength(client));
    parameters.addCertPathChecker(new ClientPurposeChecker(client));
  }

  private static Set<TrustAnchor> trust(List<X509Certificate> anchors)
      throws InvalidAlgorithmParameterException {
    return anchors.stream()
        .map(anchor -> new TrustAnchor(anchor, null))
        .collect(Collectors.toCollection(HashSet::new));
  }
}
