package dev.handfast.handshake;

import java.security.cert.X509Certificate;
import java.util.List;

/** Whether a client says that it can verify the signatures inside a certificate chain. */
final class ChainSignatures {

  private ChainSignatures() {}

  /**
   * Asks signature_algorithms_cert, else signature_algorithms (RFC 8446 section 4.2.3). A root's
   * own signature is never verified, so it does not count. Unknown signatures count as verifiable:
   * this is a preference, not a rule (section 4.4.2.2).
   */
  static boolean areVerifiableBy(ClientHello hello, List<X509Certificate> chain) {
    List<Integer> schemes =
        hello.certificateSignatureSchemes().isEmpty()
            ? hello.signatureSchemes()
            : hello.certificateSignatureSchemes();
    if (schemes.isEmpty()) {
      return true;
    }
    for (X509Certificate certificate : chain) {
      if (certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
        continue;
      }
      if (!isVerifiableBy(schemes, certificate.getSigAlgOID())) {
        return false;
      }
    }
    return true;
  }

  private static boolean isVerifiableBy(List<Integer> schemes, String algorithm) {
    return switch (algorithm) {
      case "1.2.840.113549.1.1.5" -> schemes.contains(0x0201);
      case "1.2.840.113549.1.1.11" -> schemes.contains(0x0401);
      case "1.2.840.113549.1.1.12" -> schemes.contains(0x0501);
      case "1.2.840.113549.1.1.13" -> schemes.contains(0x0601);
      case "1.2.840.113549.1.1.10" ->
          schemes.contains(0x0804) || schemes.contains(0x0805) || schemes.contains(0x0806);
      case "1.2.840.10045.4.1" -> schemes.contains(0x0203);
      case "1.2.840.10045.4.3.2" -> schemes.contains(0x0403);
      case "1.2.840.10045.4.3.3" -> schemes.contains(0x0503);
      case "1.2.840.10045.4.3.4" -> schemes.contains(0x0603);
      case "1.3.101.112" -> schemes.contains(0x0807);
      default -> true;
    };
  }
}
