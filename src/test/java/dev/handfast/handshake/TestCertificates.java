package dev.handfast.handshake;

import dev.handfast.handshake.Negotiation.ServerCertificate;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Self-signed certificates of each kind of key. */
final class TestCertificates {

  private TestCertificates() {}

  static ServerCertificate ec(String curve) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(curve));
      return selfSigned(generator.generateKeyPair(), "SHA256withECDSA");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static ServerCertificate rsa() {
    return generated("RSA", "SHA256withRSA");
  }

  static ServerCertificate ed25519() {
    return generated("Ed25519", "Ed25519");
  }

  private static ServerCertificate generated(String key, String signature) {
    try {
      return selfSigned(KeyPairGenerator.getInstance(key).generateKeyPair(), signature);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ServerCertificate selfSigned(KeyPair pair, String algorithm) {
    X500Name name = new X500Name("CN=" + algorithm);
    Instant now = Instant.now();
    try {
      X509Certificate certificate =
          new JcaX509CertificateConverter()
              .getCertificate(
                  new JcaX509v3CertificateBuilder(
                          name,
                          BigInteger.ONE,
                          Date.from(now.minus(Duration.ofDays(1))),
                          Date.from(now.plus(Duration.ofDays(1))),
                          name,
                          pair.getPublic())
                      .build(new JcaContentSignerBuilder(algorithm).build(pair.getPrivate())));
      return new ServerCertificate(algorithm, 1, List.of(certificate));
    } catch (OperatorCreationException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
