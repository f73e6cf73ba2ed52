package dev.handfast.listener;

import dev.handfast.handshake.Credential;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A CA of our own with certificates for localhost, made once per test class. */
final class TestCertificates {

  private final KeyPair caKey = newKey();
  private final X509Certificate ca = certify("CN=Test CA", caKey, "CN=Test CA", caKey, true);

  X509Certificate ca() {
    return ca;
  }

  // NullAway does not see that a compiled record's array component is nullable.
  @SuppressWarnings("NullAway")
  Credential credential(String name, int version) {
    KeyPair key = newKey();
    X509Certificate leaf = certify("CN=" + name, key, "CN=Test CA", caKey, false);
    return new Credential(name, version, List.of(leaf, ca), key.getPrivate(), null);
  }

  /** What a client needs: trust in the CA, and its own certificate if one is given. */
  SSLContext context(Credential... own) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setCertificateEntry("ca", ca);
      for (Credential credential : own) {
        store.setKeyEntry(
            credential.name(),
            credential.privateKey(),
            new char[0],
            credential.chain().toArray(X509Certificate[]::new));
      }
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(store);
      KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
      keys.init(store, new char[0]);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          own.length == 0 ? new KeyManager[0] : keys.getKeyManagers(),
          trust.getTrustManagers(),
          null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Certificates and key in one file, as command lines want them. */
  static Path writePem(Credential credential, Path directory) throws IOException {
    Path file = directory.resolve(credential.name() + ".pem");
    try (JcaPEMWriter writer = new JcaPEMWriter(Files.newBufferedWriter(file))) {
      // PKCS #8: in BC's SEC 1 form the key lacks its curve.
      writer.writeObject(new JcaPKCS8Generator(credential.privateKey(), null));
      for (X509Certificate certificate : credential.chain()) {
        writer.writeObject(certificate);
      }
    }
    return file;
  }

  private static KeyPair newKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static X509Certificate certify(
      String subject, KeyPair key, String issuer, KeyPair issuerKey, boolean isCa) {
    try {
      Instant now = Instant.now();
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              new X500Principal(issuer),
              new BigInteger(64, new SecureRandom()).abs().add(BigInteger.ONE),
              Date.from(now.minus(Duration.ofHours(1))),
              Date.from(now.plus(Duration.ofDays(1))),
              new X500Principal(subject),
              key.getPublic());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(isCa));
      if (!isCa) {
        builder.addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(
                new GeneralName[] {
                  new GeneralName(GeneralName.dNSName, "localhost"),
                  new GeneralName(GeneralName.dNSName, "*.example.test"),
                  new GeneralName(GeneralName.iPAddress, "127.0.0.1")
                }));
      }
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder("SHA256withECDSA").build(issuerKey.getPrivate())));
    } catch (GeneralSecurityException | OperatorException | IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
