package dev.handfast.clientauth.revocation;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.IssuingDistributionPoint;
import org.jspecify.annotations.Nullable;

/** A CRL and where it comes from. Thread-safe. */
public final class CertificateList {

  /** Clocks of CAs and ours may differ by this much. */
  static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

  private static final int CRL_SIGN = 6;

  private final String source;
  private final X509CRL crl;
  private final Instant receivedAt;
  private volatile @Nullable PublicKey verifiedBy;

  /**
   * A CRL.
   *
   * @param source for sentences: {@code crlPem[0]}, or a URL
   * @param receivedAt when it came here
   */
  public CertificateList(String source, X509CRL crl, Instant receivedAt) {
    this.source = source;
    this.crl = crl;
    this.receivedAt = receivedAt;
  }

  /** Where it comes from. */
  public String source() {
    return source;
  }

  /** The CRL itself. */
  public X509CRL crl() {
    return crl;
  }

  /** When it came here. */
  public Instant receivedAt() {
    return receivedAt;
  }

  /** The CA in whose name it speaks. */
  X500Principal issuer() {
    return crl.getIssuerX500Principal();
  }

  /** When it was issued. */
  public Instant thisUpdate() {
    return crl.getThisUpdate().toInstant();
  }

  /** When its successor is due, or empty. */
  public Optional<Instant> nextUpdate() {
    return Optional.ofNullable(crl.getNextUpdate()).map(Date::toInstant);
  }

  /** Whether it speaks for the issuer of this certificate, by name. */
  boolean concerns(X509Certificate certificate) {
    return issuer().equals(certificate.getIssuerX500Principal());
  }

  /** Why it says nothing about this certificate at that time, or empty if it does. */
  Optional<String> uselessBecause(X509Certificate certificate, X509Certificate issuer, Instant at) {
    if (!isSignedBy(issuer)) {
      return Optional.of(
          "the CRL of %s is not signed by the key of '%s'".formatted(source, subject(issuer)));
    }
    // One that was valid when it came also speaks for the time before: a revocation is for good.
    if (thisUpdate().isAfter(receivedAt.plus(CLOCK_SKEW))
        && thisUpdate().isAfter(at.plus(CLOCK_SKEW))) {
      return Optional.of(
          "the CRL of %s is not yet valid (thisUpdate %s)".formatted(source, thisUpdate()));
    }
    Optional<Instant> next = nextUpdate();
    if (next.isEmpty()) {
      return Optional.of("the CRL of %s has no nextUpdate".formatted(source));
    }
    if (next.get().isBefore(at)) {
      return Optional.of("the CRL of %s expired (nextUpdate %s)".formatted(source, next.get()));
    }
    return outOfScope(certificate);
  }

  /** What it says about a certificate that it concerns and speaks for. */
  Finding find(X509Certificate certificate) {
    String origin =
        "the CRL of "
            + source
            + " (thisUpdate "
            + thisUpdate()
            + ", nextUpdate "
            + nextUpdate().map(Instant::toString).orElse("none")
            + ")";
    X509CRLEntry entry = crl.getRevokedCertificate(certificate.getSerialNumber());
    if (entry == null) {
      return Finding.good(origin + " does not list '" + subject(certificate) + "'");
    }
    if (entry.hasUnsupportedCriticalExtension()) {
      return Finding.unknown("%s has an entry that cannot be read".formatted(origin));
    }
    return Finding.revoked(
        "'"
            + subject(certificate)
            + "' was revoked on "
            + entry.getRevocationDate().toInstant()
            + (entry.getRevocationReason() == null ? "" : " (" + entry.getRevocationReason() + ")")
            + ", says "
            + origin);
  }

  /** Whether it speaks in the name of this CA, and the CA signed it. */
  boolean isIssuedBy(X509Certificate authority) {
    return issuer().equals(authority.getSubjectX500Principal()) && isSignedBy(authority);
  }

  /** Whether this certificate's key, being allowed to, signed the CRL. */
  public boolean isSignedBy(X509Certificate issuer) {
    boolean[] usage = issuer.getKeyUsage();
    if (usage != null && !(usage.length > CRL_SIGN && usage[CRL_SIGN])) {
      return false;
    }
    PublicKey key = issuer.getPublicKey();
    if (key.equals(verifiedBy)) {
      return true;
    }
    try {
      crl.verify(key);
      verifiedBy = key;
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private Optional<String> outOfScope(X509Certificate certificate) {
    Set<String> critical = crl.getCriticalExtensionOIDs();
    if (critical == null || critical.isEmpty()) {
      return Optional.empty();
    }
    // RFC 5280 section 5.2: a CRL with a critical extension that is not understood must not be used
    // to say that a certificate is good. Delta and indirect CRLs end here as well.
    String distributionPoint = Extension.issuingDistributionPoint.getId();
    if (critical.stream().anyMatch(oid -> !oid.equals(distributionPoint))) {
      return Optional.of("the CRL of %s is a delta, or has an unknown extension".formatted(source));
    }
    boolean forThis;
    try {
      IssuingDistributionPoint scope =
          IssuingDistributionPoint.getInstance(
              ASN1OctetString.getInstance(crl.getExtensionValue(distributionPoint)).getOctets());
      boolean authority = certificate.getBasicConstraints() >= 0;
      forThis =
          !scope.isIndirectCRL()
              && !scope.onlyContainsAttributeCerts()
              && scope.getOnlySomeReasons() == null
              && !(scope.onlyContainsUserCerts() && authority)
              && !(scope.onlyContainsCACerts() && !authority)
              && DistributionPoints.shares(certificate, scope.getDistributionPoint());
    } catch (RuntimeException e) {
      // BC reports malformed extensions by several unchecked exceptions.
      forThis = false;
    }
    return forThis
        ? Optional.empty()
        : Optional.of(
            "the CRL of %s covers other certificates than '%s'"
                .formatted(source, subject(certificate)));
  }

  private static String subject(X509Certificate certificate) {
    return certificate.getSubjectX500Principal().getName();
  }
}
