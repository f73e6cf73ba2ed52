package dev.handfast.clientauth;

import dev.handfast.handshake.Reason;
import java.security.cert.CertPathValidatorException;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.PKIXCertPathChecker;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1BitString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSASSAPSSparams;
import org.jspecify.annotations.Nullable;

/**
 * Refuses keys and signatures that no longer prove anything (RSA below 2048 bits, MD5, SHA-1), and
 * RSA keys so large that verifying a signature would be an attack. The JDK's own limits, which also
 * apply, are made for public servers and leave SHA-1 to private CAs.
 */
final class KeyStrength extends PKIXCertPathChecker {

  private static final int LEAST_RSA_BITS = 2048;
  private static final int MOST_RSA_BITS = 8192;

  /** Its place in a Certificate (RFC 5280 section 4.1). */
  private static final int SIGNATURE_VALUE = 2;

  private final X509Certificate client;

  KeyStrength(X509Certificate client) {
    this.client = client;
  }

  /** What is wrong with a certificate's key or signature, or empty. */
  static Optional<String> weakness(X509Certificate certificate) {
    String subject = certificate.getSubjectX500Principal().getName();
    if (certificate.getPublicKey() instanceof RSAKey key) {
      int bits = key.getModulus().bitLength();
      if (bits < LEAST_RSA_BITS || bits > MOST_RSA_BITS) {
        return Optional.of(
            "the RSA key of '%s' has %d bits (expected: %d..%d)"
                .formatted(subject, bits, LEAST_RSA_BITS, MOST_RSA_BITS));
      }
    }
    if (isCutShort(certificate)) {
      return Optional.of("the signature of '%s' is not encoded in whole octets".formatted(subject));
    }
    String algorithm = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
    return algorithm.startsWith("SHA1") || algorithm.startsWith("MD") || isSha1Pss(certificate)
        ? Optional.of(
            "'%s' is signed with %s, which is too weak"
                .formatted(subject, certificate.getSigAlgName()))
        : Optional.empty();
  }

  /**
   * The JDK reads such a signature all the same. Its certificate would have another fingerprint
   * than the one that was issued, and pass by a rule that denies that one.
   */
  private static boolean isCutShort(X509Certificate certificate) {
    try {
      ASN1Sequence parts = ASN1Sequence.getInstance(certificate.getEncoded());
      return ASN1BitString.getInstance(parts.getObjectAt(SIGNATURE_VALUE)).getPadBits() != 0;
    } catch (CertificateEncodingException | RuntimeException e) {
      // What cannot be read again lets nobody in.
      return true;
    }
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
  public @Nullable Set<String> getSupportedExtensions() {
    return null;
  }

  @Override
  public void check(Certificate certificate, @Nullable Collection<String> unresolvedCritExts)
      throws CertPathValidatorException {
    Optional<String> weakness = weakness((X509Certificate) certificate);
    if (weakness.isPresent()) {
      throw new PathException(
          certificate.equals(client)
              ? Reason.CLIENT_CERTIFICATE_UNSUITABLE
              : Reason.CLIENT_CHAIN_INVALID,
          weakness.get());
    }
  }

  private static boolean isSha1Pss(X509Certificate certificate) {
    if (!certificate.getSigAlgName().equals("RSASSA-PSS")) {
      return false;
    }
    byte[] parameters = certificate.getSigAlgParams();
    try {
      return parameters == null
          || RSASSAPSSparams.getInstance(parameters)
              .getHashAlgorithm()
              .getAlgorithm()
              .equals(OIWObjectIdentifiers.idSHA1);
    } catch (RuntimeException e) {
      // BC reports malformed structures by several unchecked exceptions.
      return true;
    }
  }
}
