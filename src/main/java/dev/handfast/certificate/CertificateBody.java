package dev.handfast.certificate;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is asked for: a certificate to generate or to upload. Which fields apply depends on {@code
 * source}.
 *
 * @param source {@code generate} or {@code upload}
 * @param password of an encrypted private key or a PKCS#12 file
 */
record CertificateBody(
    @Nullable String name,
    @Nullable String source,
    @Nullable String subject,
    @Nullable List<String> subjectAltNames,
    @Nullable String keyType,
    @Nullable String validity,
    @Nullable String issuer,
    @Nullable String certificateChainPem,
    @Nullable String privateKeyPem,
    @Nullable String pkcs12Base64,
    @Nullable String password) {

  /** Shows no key and no password. */
  @Override
  public String toString() {
    return "CertificateBody[name=" + name + ", source=" + source + "]";
  }
}
