package dev.handfast.clientauth;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;

/** Reads certificates and CRLs in PEM (RFC 7468); text around them is ignored. */
final class Pem {

  private static final Set<String> CERTIFICATE =
      Set.of("CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE");
  private static final Set<String> CRL = Set.of("X509 CRL", "CRL");
  private static final CertificateFactory FACTORY = factory();

  private Pem() {}

  /**
   * The certificates, in their order.
   *
   * @param most how many are accepted
   * @throws IllegalArgumentException saying what was found and expected
   */
  static List<X509Certificate> certificates(String text, int most) {
    List<X509Certificate> certificates = new ArrayList<>();
    for (byte[] der : read(text, CERTIFICATE, "CERTIFICATE", most)) {
      try {
        certificates.add(
            (X509Certificate) FACTORY.generateCertificate(new ByteArrayInputStream(der)));
      } catch (CertificateException e) {
        throw new IllegalArgumentException(
            "certificate %d cannot be read: %s (expected: an X.509 certificate)"
                .formatted(certificates.size() + 1, e.getMessage()),
            e);
      }
    }
    return certificates;
  }

  /**
   * The CRLs, in their order.
   *
   * @throws IllegalArgumentException saying what was found and expected
   */
  static List<X509CRL> crls(String text, int most) {
    List<X509CRL> crls = new ArrayList<>();
    for (byte[] der : read(text, CRL, "X509 CRL", most)) {
      try {
        crls.add((X509CRL) FACTORY.generateCRL(new ByteArrayInputStream(der)));
      } catch (CRLException e) {
        throw new IllegalArgumentException(
            "CRL %d cannot be read: %s (expected: an X.509 CRL)"
                .formatted(crls.size() + 1, e.getMessage()),
            e);
      }
    }
    return crls;
  }

  private static List<byte[]> read(String text, Set<String> types, String expected, int most) {
    List<byte[]> found = new ArrayList<>();
    try (PemReader reader = new PemReader(new StringReader(text))) {
      for (PemObject next = reader.readPemObject(); next != null; next = reader.readPemObject()) {
        if (!types.contains(next.getType())) {
          throw new IllegalArgumentException(
              "found 'BEGIN %s' (expected: only 'BEGIN %s')".formatted(next.getType(), expected));
        }
        if (found.size() == most) {
          throw new IllegalArgumentException(
              "more than %d entries (expected: at most %d)".formatted(most, most));
        }
        found.add(next.getContent());
      }
    } catch (IOException | RuntimeException e) {
      if (e instanceof IllegalArgumentException known) {
        throw known;
      }
      throw new IllegalArgumentException(
          "entry %d is not PEM: %s (expected: 'BEGIN %s', base64, 'END %s')"
              .formatted(found.size() + 1, e.getMessage(), expected, expected),
          e);
    }
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          "no PEM entry found (expected: 'BEGIN %s', base64, 'END %s')"
              .formatted(expected, expected));
    }
    return found;
  }

  private static CertificateFactory factory() {
    try {
      return CertificateFactory.getInstance("X.509");
    } catch (CertificateException e) {
      throw new IllegalStateException(e);
    }
  }
}
