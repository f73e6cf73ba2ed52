package dev.handfast.certificate;

import dev.handfast.configuration.InvalidConfigurationException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Makes of a private key and some certificates the chain that a server sends (RFC 8446 section
 * 4.4.2): sorted, complete as far as given, and fit for use now.
 */
final class ServerChain {

  private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

  private final String chainField;
  private final String keyField;

  private ServerChain(String chainField, String keyField) {
    this.chainField = chainField;
    this.keyField = keyField;
  }

  /**
   * Sorts and judges what was uploaded.
   *
   * @param chainField the request's field that holds the certificates, for violations
   * @param keyField the request's field that holds the key, for violations
   * @throws InvalidConfigurationException saying what was found and what is expected
   */
  static KeyMaterial of(
      String chainField,
      List<X509Certificate> certificates,
      String keyField,
      PrivateKey key,
      Instant now) {
    ServerChain rules = new ServerChain(chainField, keyField);
    List<X509Certificate> chain = rules.sorted(certificates, key);
    for (X509Certificate certificate : chain) {
      rules.requireUsable(certificate, now);
    }
    return new KeyMaterial(key, chain);
  }

  private List<X509Certificate> sorted(List<X509Certificate> certificates, PrivateKey key) {
    List<X509Certificate> rest = new ArrayList<>(new LinkedHashSet<>(certificates));
    X509Certificate own = ownCertificate(rest, key);
    rest.remove(own);
    List<X509Certificate> chain = new ArrayList<>(List.of(own));
    X509Certificate last = own;
    while (!rest.isEmpty() && !X509.isSelfSigned(last)) {
      X509Certificate issuer = issuerOf(last, rest);
      if (issuer == null) {
        break;
      }
      rest.remove(issuer);
      chain.add(issuer);
      last = issuer;
    }
    if (!rest.isEmpty()) {
      throw new InvalidConfigurationException(
          chainField,
          "'%s' does not belong to the chain, which ends with '%s' (expected next: '%s')"
              .formatted(X509.subject(rest.getFirst()), X509.subject(last), X509.issuer(last)));
    }
    return chain;
  }

  private X509Certificate ownCertificate(List<X509Certificate> certificates, PrivateKey key) {
    for (X509Certificate certificate : certificates) {
      if (match(certificate.getPublicKey(), key)) {
        return certificate;
      }
    }
    X509Certificate first = certificates.getFirst();
    String objection = KeyType.objectionTo(first.getPublicKey());
    if (objection != null) {
      throw new InvalidConfigurationException(
          chainField, "'%s' has a key of type %s".formatted(X509.subject(first), objection));
    }
    throw new InvalidConfigurationException(
        keyField,
        "%s private key that does not match the certificate '%s' with its %s key (expected: the private key of one of the %d certificates)"
            .formatted(
                withArticle(key.getAlgorithm()),
                X509.subject(first),
                KeyType.describe(first.getPublicKey()),
                certificates.size()));
  }

  private static String withArticle(String algorithm) {
    return ("RE".indexOf(algorithm.charAt(0)) >= 0 ? "an " : "a ") + algorithm;
  }

  private @Nullable X509Certificate issuerOf(
      X509Certificate certificate, List<X509Certificate> candidates) {
    boolean named = false;
    for (X509Certificate candidate : candidates) {
      if (candidate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
        named = true;
        if (X509.isSignedBy(certificate, candidate)) {
          requireAuthority(candidate);
          return candidate;
        }
      }
    }
    if (named) {
      throw new InvalidConfigurationException(
          chainField,
          "'%s' was not signed by the key of the '%s' given (expected: the issuer that signed it)"
              .formatted(X509.subject(certificate), X509.issuer(certificate)));
    }
    return null;
  }

  private void requireAuthority(X509Certificate issuer) {
    if (issuer.getBasicConstraints() < 0) {
      throw new InvalidConfigurationException(
          chainField,
          "'%s' issued another certificate but is no CA (expected: basic constraints CA:TRUE)"
              .formatted(X509.subject(issuer)));
    }
  }

  private void requireUsable(X509Certificate certificate, Instant now) {
    String subject = X509.subject(certificate);
    Instant notAfter = certificate.getNotAfter().toInstant();
    if (now.isAfter(notAfter)) {
      throw new InvalidConfigurationException(
          chainField,
          "'%s' expired at %s (expected: a chain that is valid now, %s)"
              .formatted(subject, notAfter, now));
    }
    Instant notBefore = certificate.getNotBefore().toInstant();
    if (now.plus(CLOCK_SKEW).isBefore(notBefore)) {
      throw new InvalidConfigurationException(
          chainField,
          "'%s' is not valid before %s (expected: a chain that is valid now, %s)"
              .formatted(subject, notBefore, now));
    }
    String objection = KeyType.objectionTo(certificate.getPublicKey());
    if (objection != null) {
      throw new InvalidConfigurationException(
          chainField, "'%s' has a key of type %s".formatted(subject, objection));
    }
    String algorithm = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
    boolean weak = algorithm.startsWith("SHA1") || algorithm.startsWith("MD");
    if (weak && !X509.isSelfSigned(certificate)) {
      throw new InvalidConfigurationException(
          chainField,
          "'%s' is signed with %s (expected: SHA-256 or stronger)"
              .formatted(subject, certificate.getSigAlgName()));
    }
  }

  /** Whether a signature of the private key verifies under the public key. */
  static boolean match(PublicKey publicKey, PrivateKey privateKey) {
    String algorithm =
        switch (privateKey.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> "Ed25519";
        };
    byte[] message = "does this key match?".getBytes(StandardCharsets.US_ASCII);
    try {
      Signature signer = Signature.getInstance(algorithm);
      signer.initSign(privateKey);
      signer.update(message);
      byte[] signature = signer.sign();
      Signature verifier = Signature.getInstance(algorithm);
      verifier.initVerify(publicKey);
      verifier.update(message);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
