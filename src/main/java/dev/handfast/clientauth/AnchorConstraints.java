package dev.handfast.clientauth;

import dev.handfast.handshake.Reason;
import java.security.cert.CertPathValidatorException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.NameConstraintValidatorException;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.asn1.x509.PKIXNameConstraintValidator;
import org.jspecify.annotations.Nullable;

/**
 * The constraints that a trust anchor's own certificate carries (RFC 5937): PKIX validation takes
 * only name and key of an anchor, and would let an expired or constrained root vouch for anyone.
 */
final class AnchorConstraints {

  private AnchorConstraints() {}

  /**
   * Checks a validated path against its anchor.
   *
   * @param below the path without the anchor, the client's first
   */
  static void check(List<X509Certificate> below, X509Certificate anchor, Instant at)
      throws CertPathValidatorException {
    if (Date.from(at).after(anchor.getNotAfter())) {
      throw new PathException(
          Reason.CLIENT_CERTIFICATE_EXPIRED,
          "the trust anchor '%s' expired on %s"
              .formatted(subject(anchor), anchor.getNotAfter().toInstant()));
    }
    if (Date.from(at).before(anchor.getNotBefore())) {
      throw new PathException(
          Reason.CLIENT_CERTIFICATE_NOT_YET_VALID,
          "the trust anchor '%s' is valid only from %s"
              .formatted(subject(anchor), anchor.getNotBefore().toInstant()));
    }
    long authorities = below.stream().skip(1).filter(c -> !isSelfIssued(c)).count();
    if (authorities > anchor.getBasicConstraints()) {
      throw new PathException(
          Reason.CLIENT_CHAIN_INVALID,
          "there are %d CAs between the client and '%s', whose path length constraint is %d"
              .formatted(authorities, subject(anchor), anchor.getBasicConstraints()));
    }
    checkNames(below, anchor);
  }

  private static void checkNames(List<X509Certificate> below, X509Certificate anchor)
      throws PathException {
    byte[] extension = anchor.getExtensionValue(Extension.nameConstraints.getId());
    if (extension == null) {
      return;
    }
    try {
      NameConstraints constraints =
          NameConstraints.getInstance(ASN1OctetString.getInstance(extension).getOctets());
      PKIXNameConstraintValidator validator = new PKIXNameConstraintValidator();
      if (constraints.getPermittedSubtrees() != null) {
        validator.intersectPermittedSubtree(constraints.getPermittedSubtrees());
      }
      if (constraints.getExcludedSubtrees() != null) {
        for (GeneralSubtree excluded : constraints.getExcludedSubtrees()) {
          validator.addExcludedSubtree(excluded);
        }
      }
      for (int i = 0; i < below.size(); i++) {
        if (i == 0 || !isSelfIssued(below.get(i))) {
          checkNames(validator, below.get(i));
        }
      }
    } catch (NameConstraintValidatorException e) {
      throw new PathException(
          Reason.CLIENT_CHAIN_INVALID,
          "the name constraints of '%s' do not permit a name in the chain: %s"
              .formatted(subject(anchor), e.getMessage()));
    } catch (RuntimeException e) {
      // BC reports malformed structures by several unchecked exceptions.
      throw new PathException(
          Reason.CLIENT_CHAIN_INVALID,
          "the name constraints of '%s' cannot be read".formatted(subject(anchor)));
    }
  }

  private static void checkNames(PKIXNameConstraintValidator validator, X509Certificate certificate)
      throws NameConstraintValidatorException {
    X500Name subject = X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
    if (subject.getRDNs().length > 0) {
      GeneralName name = new GeneralName(subject);
      validator.checkPermitted(name);
      validator.checkExcluded(name);
    }
    byte @Nullable [] alternatives =
        certificate.getExtensionValue(Extension.subjectAlternativeName.getId());
    if (alternatives != null) {
      for (GeneralName name :
          GeneralNames.getInstance(ASN1OctetString.getInstance(alternatives).getOctets())
              .getNames()) {
        validator.checkPermitted(name);
        validator.checkExcluded(name);
      }
    }
  }

  private static boolean isSelfIssued(X509Certificate certificate) {
    return certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
  }

  private static String subject(X509Certificate certificate) {
    return certificate.getSubjectX500Principal().getName();
  }
}
