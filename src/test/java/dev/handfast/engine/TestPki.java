package dev.handfast.engine;

import dev.handfast.handshake.Credential;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.jspecify.annotations.Nullable;

/** A certification authority for tests. */
final class TestPki {

  /** A certificate with its key and issuers. */
  record Identity(List<X509Certificate> chain, PrivateKey key) {

    @SuppressWarnings("NullAway") // It does not see "byte @Nullable []" in a compiled record.
    Credential credential(String name) {
      return new Credential(name, 1, chain, key, null);
    }

    X509Certificate certificate() {
      return chain.getFirst();
    }

    /** Writes chain and key as PEM for programs that want files. */
    Path writePem(Path directory, String name) {
      try {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter pem = new JcaPEMWriter(text)) {
          pem.writeObject(new PemObject("PRIVATE KEY", key.getEncoded()));
          for (X509Certificate certificate : chain) {
            pem.writeObject(certificate);
          }
        }
        return Files.writeString(directory.resolve(name + ".pem"), text.toString());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static long serial = 1;

  private final Identity root;

  TestPki() {
    this.root = issue(null, "CN=Test Root", "EC-P256", true);
  }

  Identity root() {
    return root;
  }

  Identity server(String keyType) {
    return issue(root, "CN=localhost,OU=" + keyType, keyType, false);
  }

  Identity client(String subject, String keyType) {
    return issue(root, subject, keyType, false);
  }

  /** A leaf below this many intermediates. */
  Identity behindIntermediates(int count, String subject) {
    Identity issuer = root;
    for (int i = 1; i <= count; i++) {
      issuer = issue(issuer, "CN=Intermediate " + i, "EC-P256", true);
    }
    return issue(issuer, subject, "EC-P256", false);
  }

  static KeyPair keyPair(String type) {
    try {
      switch (type) {
        case "EC-P256", "EC-P384", "EC-P521" -> {
          KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
          generator.initialize(new ECGenParameterSpec("secp" + type.substring(4) + "r1"));
          return generator.generateKeyPair();
        }
        case "RSA-2048", "RSA-4096" -> {
          KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
          generator.initialize(Integer.parseInt(type.substring(4)));
          return generator.generateKeyPair();
        }
        case "ED25519" -> {
          return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        }
        default -> throw new IllegalArgumentException(type);
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static synchronized BigInteger nextSerial() {
    return BigInteger.valueOf(serial++);
  }

  static Identity issue(@Nullable Identity issuer, String subject, String keyType, boolean ca) {
    KeyPair pair = keyPair(keyType);
    Instant now = Instant.now();
    X500Name name = new X500Name(subject);
    X500Name issuerName =
        issuer == null
            ? name
            : X500Name.getInstance(issuer.certificate().getSubjectX500Principal().getEncoded());
    PrivateKey signer = issuer == null ? pair.getPrivate() : issuer.key();
    try {
      X509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              issuerName,
              nextSerial(),
              Date.from(now.minus(Duration.ofDays(1))),
              Date.from(now.plus(Duration.ofDays(30))),
              name,
              pair.getPublic());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(ca));
      if (!ca) {
        builder.addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(new GeneralName(GeneralName.dNSName, "localhost")));
      }
      String algorithm =
          switch (signer.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> "Ed25519";
          };
      X509Certificate certificate =
          new JcaX509CertificateConverter()
              .getCertificate(builder.build(new JcaContentSignerBuilder(algorithm).build(signer)));
      List<X509Certificate> chain = new ArrayList<>();
      chain.add(certificate);
      if (issuer != null && issuer.chain().size() >= 1 && !isSelfSigned(issuer.certificate())) {
        chain.addAll(issuer.chain());
      }
      return new Identity(List.copyOf(chain), pair.getPrivate());
    } catch (IOException | OperatorCreationException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isSelfSigned(X509Certificate certificate) {
    return certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
  }
}
