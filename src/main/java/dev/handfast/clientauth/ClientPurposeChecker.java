package dev.handfast.clientauth;

import dev.handfast.handshake.Reason;
import java.security.cert.CertPathValidatorException;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXCertPathChecker;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.jspecify.annotations.Nullable;

/**
 * Whether the certificates of a path may be used to authenticate a TLS client: clientAuth among the
 * extended key usages where there are any (RFC 5280 section 4.2.1.12; in CA certificates too, as
 * OpenSSL does), and digitalSignature among the key usages of the client's (RFC 8446 section
 * 4.4.2.2). PKIX itself knows nothing of this purpose.
 */
final class ClientPurposeChecker extends PKIXCertPathChecker {

  private static final int DIGITAL_SIGNATURE = 0;

  private final X509Certificate client;

  ClientPurposeChecker(X509Certificate client) {
    this.client = client;
  }

  @Override
  public void init(boolean forward) {
    // Each certificate is checked by itself.
  }

  @Override
  public boolean isForwardCheckingSupported() {
    return true;
  }

  @Override
  public Set<String> getSupportedExtensions() {
    return Set.of(Extension.extendedKeyUsage.getId());
  }

  @Override
  public void check(Certificate certificate, @Nullable Collection<String> unresolvedCritExts)
      throws CertPathValidatorException {
    X509Certificate checked = (X509Certificate) certificate;
    requireClientAuth(checked);
    boolean[] usage = checked.getKeyUsage();
    if (checked.equals(client) && usage != null && !usage[DIGITAL_SIGNATURE]) {
      throw new PathException(
          Reason.CLIENT_CERTIFICATE_UNSUITABLE,
          "the key usage of '%s' does not include digitalSignature".formatted(subject(checked)));
    }
    if (unresolvedCritExts != null) {
      unresolvedCritExts.remove(Extension.extendedKeyUsage.getId());
    }
  }

  private void requireClientAuth(X509Certificate certificate) throws PathException {
    List<String> purposes;
    try {
      purposes = certificate.getExtendedKeyUsage();
    } catch (CertificateParsingException e) {
      throw new PathException(
          Reason.CLIENT_CHAIN_INVALID,
          "the extended key usage of '%s' cannot be read".formatted(subject(certificate)));
    }
    if (purposes != null && !purposes.contains(KeyPurposeId.id_kp_clientAuth.getId())) {
      throw new PathException(
          Reason.CLIENT_CERTIFICATE_UNSUITABLE,
          "the extended key usage of '%s' does not include clientAuth"
              .formatted(subject(certificate)));
    }
  }

  private static String subject(X509Certificate certificate) {
    return certificate.getSubjectX500Principal().getName();
  }
}
