package dev.handfast.certificate;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/** Builds certificates (RFC 5280) and requests (RFC 2986). */
final class CertificateBuilder {

  private static final int SERIAL_BITS = 127;
  private static final SecureRandom RANDOM = new SecureRandom();

  private CertificateBuilder() {}

  /**
   * A key that signs certificates.
   *
   * @param signatureAlgorithm a JCA name, for example {@code SHA256withECDSA}
   */
  record Signer(
      X500Principal name, PrivateKey key, PublicKey publicKey, String signatureAlgorithm) {

    /** Shows no key. */
    @Override
    public String toString() {
      return "Signer[" + name + "]";
    }
  }

  /** A certificate for a TLS server, or for a client of a TLS upstream. */
  static X509Certificate endEntity(
      GenerationSpec spec, PublicKey key, Signer issuer, Instant notBefore, Instant notAfter) {
    X500Principal subject = new X500Principal(spec.subject());
    try {
      X509v3CertificateBuilder builder = begin(subject, key, issuer, notBefore, notAfter);
      int usage =
          key.getAlgorithm().equals("RSA")
              ? KeyUsage.digitalSignature | KeyUsage.keyEncipherment
              : KeyUsage.digitalSignature;
      builder
          .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
          .addExtension(Extension.keyUsage, true, new KeyUsage(usage))
          .addExtension(
              Extension.extendedKeyUsage,
              false,
              new ExtendedKeyUsage(
                  new KeyPurposeId[] {
                    KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
                  }));
      if (!spec.subjectAltNames().isEmpty()) {
        // Critical if it is the only name (RFC 5280 section 4.2.1.6).
        builder.addExtension(
            Extension.subjectAlternativeName, spec.subject().isEmpty(), spec.generalNames());
      }
      return sign(builder, issuer);
    } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A CA certificate that may have this many CAs below it. */
  static X509Certificate authority(
      X500Principal subject,
      PublicKey key,
      Signer issuer,
      int pathLength,
      Instant notBefore,
      Instant notAfter) {
    try {
      X509v3CertificateBuilder builder =
          begin(subject, key, issuer, notBefore, notAfter)
              .addExtension(Extension.basicConstraints, true, new BasicConstraints(pathLength))
              .addExtension(
                  Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      return sign(builder, issuer);
    } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A PKCS#10 request, in PEM. */
  static String request(
      GenerationSpec spec, PublicKey publicKey, PrivateKey privateKey, KeyType keyType) {
    try {
      JcaPKCS10CertificationRequestBuilder builder =
          new JcaPKCS10CertificationRequestBuilder(new X500Principal(spec.subject()), publicKey);
      if (!spec.subjectAltNames().isEmpty()) {
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        extensions.addExtension(
            Extension.subjectAlternativeName, spec.subject().isEmpty(), spec.generalNames());
        builder.addAttribute(
            PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate());
      }
      PKCS10CertificationRequest request =
          builder.build(
              new JcaContentSignerBuilder(keyType.signatureAlgorithm()).build(privateKey));
      return X509.toPem("CERTIFICATE REQUEST", request.getEncoded());
    } catch (IOException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static X509v3CertificateBuilder begin(
      X500Principal subject, PublicKey key, Signer issuer, Instant notBefore, Instant notAfter)
      throws GeneralSecurityException, IOException {
    JcaX509ExtensionUtils utilities = new JcaX509ExtensionUtils();
    return new JcaX509v3CertificateBuilder(
            X500Name.getInstance(issuer.name().getEncoded()),
            new BigInteger(SERIAL_BITS, RANDOM).add(BigInteger.ONE),
            Date.from(notBefore.truncatedTo(ChronoUnit.SECONDS)),
            Date.from(notAfter.truncatedTo(ChronoUnit.SECONDS)),
            X500Name.getInstance(subject.getEncoded()),
            key)
        .addExtension(
            Extension.subjectKeyIdentifier, false, utilities.createSubjectKeyIdentifier(key))
        .addExtension(
            Extension.authorityKeyIdentifier,
            false,
            utilities.createAuthorityKeyIdentifier(issuer.publicKey()));
  }

  private static X509Certificate sign(X509v3CertificateBuilder builder, Signer issuer)
      throws OperatorCreationException, IOException, GeneralSecurityException {
    return X509.fromDer(
        builder
            .build(new JcaContentSignerBuilder(issuer.signatureAlgorithm()).build(issuer.key()))
            .getEncoded());
  }
}
