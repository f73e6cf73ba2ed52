package dev.handfast.handshake;

import java.math.BigInteger;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECField;
import java.security.spec.ECFieldFp;
import java.util.List;

/** What the key in a server's certificate can do in a handshake. */
enum CertificateKey {
  EC_P256(0x0017, "ECDSA P-256"),
  EC_P384(0x0018, "ECDSA P-384"),
  EC_P521(0x0019, "ECDSA P-521"),
  RSA(0, "RSA"),
  RSA_PSS(0, "RSASSA-PSS"),
  ED25519(0, "Ed25519"),
  OTHER(0, "of an unknown type");

  private static final BigInteger P256 =
      new BigInteger("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", 16);
  private static final BigInteger P384 =
      new BigInteger(
          "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe"
              + "ffffffff0000000000000000ffffffff",
          16);
  private static final BigInteger P521 = BigInteger.ONE.shiftLeft(521).subtract(BigInteger.ONE);

  private static final int DIGITAL_SIGNATURE = 0;
  private static final int KEY_ENCIPHERMENT = 2;

  private final int curve;
  private final String text;

  CertificateKey(int curve, String text) {
    this.curve = curve;
    this.text = text;
  }

  /** The key type in a sentence. */
  String text() {
    return text;
  }

  static CertificateKey of(X509Certificate certificate) {
    PublicKey key = certificate.getPublicKey();
    if (key instanceof ECPublicKey ec) {
      ECField field = ec.getParams().getCurve().getField();
      if (field instanceof ECFieldFp fp) {
        BigInteger p = fp.getP();
        return p.equals(P256)
            ? EC_P256
            : p.equals(P384) ? EC_P384 : p.equals(P521) ? EC_P521 : OTHER;
      }
      return OTHER;
    }
    return switch (key.getAlgorithm()) {
      case "RSASSA-PSS" -> RSA_PSS;
      case "RSA" -> key instanceof RSAPublicKey ? RSA : OTHER;
      case "EdDSA", "Ed25519" -> key.getEncoded().length == 44 ? ED25519 : OTHER;
      default -> OTHER;
    };
  }

  /** Whether the key's type fits a key exchange of TLS 1.2 or older. */
  boolean fits(CipherSuite.KeyExchange keyExchange) {
    return switch (keyExchange) {
      case TLS_1_3 -> this != OTHER;
      case ECDHE_ECDSA -> curve != 0 || this == ED25519;
      case ECDHE_RSA -> this == RSA || this == RSA_PSS;
      case RSA -> this == RSA;
    };
  }

  /** Whether the certificate's key usage permits what the key exchange needs (RFC 5280 4.2.1.3). */
  static boolean usagePermits(X509Certificate certificate, CipherSuite.KeyExchange keyExchange) {
    boolean[] usage = certificate.getKeyUsage();
    int needed = keyExchange == CipherSuite.KeyExchange.RSA ? KEY_ENCIPHERMENT : DIGITAL_SIGNATURE;
    return usage == null || usage[needed];
  }

  /**
   * Whether the client can use the certificate's curve: in TLS 1.2 and older supported_groups also
   * speaks of certificates (RFC 8422 section 5.1).
   */
  boolean isOnCurveOf(List<Integer> clientGroups) {
    return curve == 0 || clientGroups.isEmpty() || clientGroups.contains(curve);
  }

  /** Whether a key of this type makes signatures of this scheme in this version. */
  boolean signs(int scheme, ProtocolVersion version) {
    boolean is13 = version == ProtocolVersion.TLS_1_3;
    return switch (scheme) {
      case 0x0201, 0x0401, 0x0501, 0x0601 -> this == RSA && !is13;
      case 0x0203 -> curve != 0 && !is13;
      // TLS 1.2 reads these as a hash with ECDSA on any curve; TLS 1.3 ties them to one.
      case 0x0403 -> is13 ? this == EC_P256 : curve != 0;
      case 0x0503 -> is13 ? this == EC_P384 : curve != 0;
      case 0x0603 -> is13 ? this == EC_P521 : curve != 0;
      case 0x0804, 0x0805, 0x0806 -> this == RSA;
      case 0x0809, 0x080a, 0x080b -> this == RSA_PSS;
      case 0x0807 -> this == ED25519;
      default -> false;
    };
  }
}
