package dev.handfast.clientauth;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;

/** What a client certificate says about its holder, as the rules compare it. */
record ClientIdentity(
    String subjectText,
    List<DnPattern.Found> subject,
    List<DnPattern.Found> issuer,
    List<String> dnsNames,
    List<String> uris,
    List<String> emailAddresses,
    BigInteger serialNumber,
    String fingerprintSha256) {

  /**
   * Reads a certificate.
   *
   * @throws IllegalArgumentException if its names cannot be read
   */
  static ClientIdentity of(X509Certificate certificate) {
    List<String> dnsNames = new ArrayList<>();
    List<String> uris = new ArrayList<>();
    List<String> emailAddresses = new ArrayList<>();
    for (GeneralName name : alternativeNames(certificate)) {
      switch (name.getTagNo()) {
        case GeneralName.dNSName -> addPlain(name, dnsNames);
        case GeneralName.uniformResourceIdentifier -> addPlain(name, uris);
        case GeneralName.rfc822Name -> addPlain(name, emailAddresses);
        default -> {
          // No rule asks for the other kinds.
        }
      }
    }
    return new ClientIdentity(
        certificate.getSubjectX500Principal().getName(),
        DnPattern.read(X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded())),
        DnPattern.read(X500Name.getInstance(certificate.getIssuerX500Principal().getEncoded())),
        dnsNames,
        uris,
        emailAddresses,
        certificate.getSerialNumber(),
        fingerprint(certificate));
  }

  /** Lower-case hex of the certificate's SHA-256. */
  static String fingerprint(X509Certificate certificate) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    } catch (CertificateEncodingException | NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static GeneralName[] alternativeNames(X509Certificate certificate) {
    byte[] extension = certificate.getExtensionValue(Extension.subjectAlternativeName.getId());
    if (extension == null) {
      return new GeneralName[0];
    }
    return GeneralNames.getInstance(ASN1OctetString.getInstance(extension).getOctets()).getNames();
  }

  private static void addPlain(GeneralName name, List<String> names) {
    String text = ((ASN1String) name.getName()).getString();
    if (Glob.isPlain(text)) {
      names.add(text);
    }
  }
}
