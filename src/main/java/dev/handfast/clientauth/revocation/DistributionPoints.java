package dev.handfast.clientauth.revocation;

import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.jspecify.annotations.Nullable;

/** Whether a partitioned CRL is the one that a certificate names (RFC 5280 section 6.3.3 b). */
final class DistributionPoints {

  private DistributionPoints() {}

  /**
   * Whether the certificate's CRLDistributionPoints share a name with the CRL's.
   *
   * @param name of the CRL's IssuingDistributionPoint, or null: it covers all of the issuer's
   */
  static boolean shares(X509Certificate certificate, @Nullable DistributionPointName name) {
    if (name == null) {
      return true;
    }
    byte[] extension = certificate.getExtensionValue(Extension.cRLDistributionPoints.getId());
    if (extension == null || name.getType() != DistributionPointName.FULL_NAME) {
      return false;
    }
    Set<GeneralName> ours = new HashSet<>();
    for (DistributionPoint point :
        CRLDistPoint.getInstance(ASN1OctetString.getInstance(extension).getOctets())
            .getDistributionPoints()) {
      DistributionPointName own = point.getDistributionPoint();
      if (own != null
          && own.getType() == DistributionPointName.FULL_NAME
          && point.getReasons() == null
          && point.getCRLIssuer() == null) {
        ours.addAll(Arrays.asList(GeneralNames.getInstance(own.getName()).getNames()));
      }
    }
    return Arrays.stream(GeneralNames.getInstance(name.getName()).getNames())
        .anyMatch(ours::contains);
  }
}
