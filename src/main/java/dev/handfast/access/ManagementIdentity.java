package dev.handfast.access;

import dev.handfast.handshake.Credential;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslStoreBundle;

/**
 * What the management port shows to its clients, and whose clients' certificates it accepts.
 *
 * @param name as the log says it
 * @param authorities of clients' certificates; null if clients are not asked for any
 */
record ManagementIdentity(
    String name,
    PrivateKey privateKey,
    List<X509Certificate> chain,
    @Nullable List<X509Certificate> authorities) {

  static ManagementIdentity of(Credential credential, @Nullable List<X509Certificate> authorities) {
    return new ManagementIdentity(
        credential.toString(), credential.privateKey(), credential.chain(), authorities);
  }

  /**
   * For the moment between the port's opening and the end of a first start. No client trusts it,
   * and it accepts no client's certificate, because its key is kept nowhere.
   */
  static ManagementIdentity placeholder() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair keys = generator.generateKeyPair();
      X500Principal subject = new X500Principal("CN=Handfast is starting");
      Instant now = Instant.now();
      X509Certificate certificate =
          new JcaX509CertificateConverter()
              .getCertificate(
                  new JcaX509v3CertificateBuilder(
                          subject,
                          BigInteger.ONE,
                          Date.from(now.minus(1, ChronoUnit.HOURS)),
                          Date.from(now.plus(1, ChronoUnit.HOURS)),
                          subject,
                          keys.getPublic())
                      .build(
                          new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
      List<X509Certificate> itself = List.of(certificate);
      return new ManagementIdentity("a placeholder", keys.getPrivate(), itself, itself);
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException("no placeholder for the management port", e);
    }
  }

  SslBundle bundle() {
    try {
      KeyStore own = empty();
      own.setKeyEntry(
          ManagementTls.BUNDLE, privateKey, null, chain.toArray(X509Certificate[]::new));
      return SslBundle.of(SslStoreBundle.of(own, null, trusted()));
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(
          "%s cannot be served on the management port: %s".formatted(name, e.getMessage()), e);
    }
  }

  private @Nullable KeyStore trusted() throws GeneralSecurityException, IOException {
    if (authorities == null) {
      return null;
    }
    KeyStore store = empty();
    for (X509Certificate authority : authorities) {
      store.setCertificateEntry("authority-" + store.size(), authority);
    }
    return store;
  }

  private static KeyStore empty() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  /** Shows no key. */
  @Override
  public String toString() {
    return name;
  }
}
