package dev.handfast.certificate;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.bouncycastle.util.io.pem.PemWriter;

/** Certificates as text: PEM (RFC 7468), names (RFC 4514), fingerprints. */
final class X509 {

  private static final Map<String, String> NAMED_ATTRIBUTES =
      Map.of("1.2.840.113549.1.9.1", "emailAddress", "2.5.4.5", "serialNumber");

  private X509() {}

  static X509Certificate fromDer(byte[] der) throws CertificateException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }

  /** Reads what {@link #toPem} wrote. */
  static List<X509Certificate> fromPem(String pem) {
    List<X509Certificate> certificates = new ArrayList<>();
    try (PemReader reader = new PemReader(new StringReader(pem))) {
      for (PemObject block = reader.readPemObject();
          block != null;
          block = reader.readPemObject()) {
        certificates.add(fromDer(block.getContent()));
      }
      return certificates;
    } catch (IOException | CertificateException e) {
      throw new IllegalStateException("a stored certificate cannot be read", e);
    }
  }

  static String toPem(List<X509Certificate> chain) {
    StringBuilder pem = new StringBuilder();
    try {
      for (X509Certificate certificate : chain) {
        pem.append(toPem("CERTIFICATE", certificate.getEncoded()));
      }
      return pem.toString();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static String toPem(String type, byte[] der) {
    StringWriter text = new StringWriter();
    try (PemWriter writer = new PemWriter(text)) {
      writer.writeObject(new PemObject(type, der));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString().replace("\r\n", "\n");
  }

  /** SHA-256 of the DER form, in lower-case hexadecimal. */
  static String fingerprint(X509Certificate certificate) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static String subject(X509Certificate certificate) {
    return name(certificate.getSubjectX500Principal());
  }

  static String issuer(X509Certificate certificate) {
    return name(certificate.getIssuerX500Principal());
  }

  private static String name(X500Principal principal) {
    return principal.getName(X500Principal.RFC2253, NAMED_ATTRIBUTES);
  }

  /** DNS names and IP addresses, and whatever else has a text form, in the certificate's order. */
  static List<String> subjectAltNames(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      return names == null
          ? List.of()
          : names.stream()
              .map(name -> name.get(1))
              .filter(String.class::isInstance)
              .map(String.class::cast)
              .toList();
    } catch (CertificateException e) {
      return List.of();
    }
  }

  static boolean isSelfSigned(X509Certificate certificate) {
    return certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())
        && isSignedBy(certificate, certificate);
  }

  static boolean isSignedBy(X509Certificate certificate, X509Certificate issuer) {
    try {
      certificate.verify(issuer.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
