package dev.handfast.engine;

import java.security.cert.X509Certificate;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCertificate;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;

/** A certificate that tells the form in which the JDK has it, so that nobody parses it again. */
final class EngineCertificate extends JcaTlsCertificate {

  EngineCertificate(JcaTlsCrypto crypto, X509Certificate certificate) {
    super(crypto, certificate);
  }

  X509Certificate x509() {
    return certificate;
  }
}
