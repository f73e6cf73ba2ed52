package dev.handfast.clientauth;

import dev.handfast.clientauth.revocation.CertificateList;
import dev.handfast.clientauth.revocation.FetchTarget;
import dev.handfast.clientauth.revocation.RevocationSettings;
import dev.handfast.clientauth.revocation.RevocationSettings.Mode;
import dev.handfast.clientauth.revocation.RevocationSettings.Nonce;
import dev.handfast.configuration.Violations;
import java.net.URI;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads a trust bundle's definition, and says everything that is wrong with it at once. */
final class TrustBundleReader {

  private static final int MAX_CERTIFICATES = 1000;
  private static final int MAX_CRLS = 100;
  private static final int MAX_URLS = 20;

  /** The stored document holds both, and a million characters at most. */
  private static final int MAX_PEM = 900_000;

  private static final int CERT_SIGN = 5;
  private static final TrustBundleDefinition.Ocsp DEFAULT_OCSP =
      new TrustBundleDefinition.Ocsp(null, null, "optional");

  private final TrustBundleDefinition definition;
  private final Instant updatedAt;
  private final Violations violations = new Violations();

  private TrustBundleReader(TrustBundleDefinition definition, Instant updatedAt) {
    this.definition = definition;
    this.updatedAt = updatedAt;
  }

  /**
   * Reads a definition.
   *
   * @throws dev.handfast.configuration.InvalidConfigurationException naming each wrong field
   */
  static TrustBundle read(
      TrustBundleDefinition definition, String name, long revision, Instant updatedAt) {
    return new TrustBundleReader(definition, updatedAt).bundle(name, revision);
  }

  /** The definition with its defaults filled in, as it is stored and answered. */
  static TrustBundleDefinition complete(TrustBundleDefinition given, String name) {
    TrustBundleDefinition.Ocsp ocsp = given.ocsp() == null ? DEFAULT_OCSP : given.ocsp();
    return new TrustBundleDefinition(
        name,
        given.certificatesPem(),
        given.crlPem(),
        given.crlUrls() == null ? List.of() : given.crlUrls(),
        given.revocation() == null ? "none" : given.revocation(),
        given.revocationScope() == null ? "chain" : given.revocationScope(),
        given.onUnknown() == null ? "deny" : given.onUnknown(),
        new TrustBundleDefinition.Ocsp(
            ocsp.responderUrl(),
            ocsp.responderCertificatePem(),
            ocsp.nonce() == null ? "optional" : ocsp.nonce()));
  }

  private TrustBundle bundle(String name, long revision) {
    int size = length(definition.certificatesPem()) + length(definition.crlPem());
    if (size > MAX_PEM) {
      violations.reject(
          "certificatesPem",
          "%d characters together with crlPem (expected: at most %d; large CRLs: crlUrls)"
              .formatted(size, MAX_PEM));
    }
    violations.throwIfAny();
    List<X509Certificate> certificates = certificates();
    RevocationSettings revocation = revocation();
    violations.throwIfAny();
    return new TrustBundle(name, revision, updatedAt, certificates, revocation);
  }

  private List<X509Certificate> certificates() {
    String pem = definition.certificatesPem();
    if (pem == null) {
      violations.reject("certificatesPem", "missing (expected: CA certificates in PEM)");
      return List.of();
    }
    List<X509Certificate> certificates =
        parse("certificatesPem", List.of(), () -> Pem.certificates(pem, MAX_CERTIFICATES));
    for (int i = 0; i < certificates.size(); i++) {
      requireAuthority(i + 1, certificates.get(i));
    }
    return certificates.stream().distinct().toList();
  }

  private void requireAuthority(int number, X509Certificate certificate) {
    boolean[] usage = certificate.getKeyUsage();
    String subject = certificate.getSubjectX500Principal().getName();
    if (certificate.getBasicConstraints() < 0) {
      violations.reject(
          "certificatesPem",
          "certificate %d, '%s', is not a CA's (expected: basicConstraints with cA; a single client"
                  .formatted(number, subject)
              + " is allowed by a rule on its fingerprint)");
    } else if (usage != null && !usage[CERT_SIGN]) {
      violations.reject(
          "certificatesPem",
          "certificate %d, '%s', may not sign certificates (expected: keyUsage keyCertSign)"
              .formatted(number, subject));
    }
  }

  private RevocationSettings revocation() {
    Mode mode =
        choice(
            "revocation",
            definition.revocation(),
            "none",
            Map.of(
                "none", Mode.NONE,
                "crl", Mode.CRL,
                "ocsp", Mode.OCSP,
                "crl-and-ocsp", Mode.CRL_AND_OCSP),
            "none, crl, ocsp or crl-and-ocsp");
    boolean wholeChain =
        choice(
            "revocationScope",
            definition.revocationScope(),
            "chain",
            Map.of("chain", true, "leaf", false),
            "chain or leaf");
    boolean allowUnknown =
        choice(
            "onUnknown",
            definition.onUnknown(),
            "deny",
            Map.of("allow", true, "deny", false),
            "allow or deny");
    List<CertificateList> crls = crls();
    List<URI> urls = crlUrls();
    violations.require(
        mode != Mode.CRL || !crls.isEmpty() || !urls.isEmpty(),
        "revocation",
        "crl, but neither crlPem nor crlUrls is given (expected: at least one of them)");
    return new RevocationSettings(mode, wholeChain, allowUnknown, crls, urls, ocsp());
  }

  private List<CertificateList> crls() {
    String pem = definition.crlPem();
    if (pem == null || pem.isBlank()) {
      return List.of();
    }
    List<X509CRL> crls = parse("crlPem", List.of(), () -> Pem.crls(pem, MAX_CRLS));
    List<CertificateList> lists = new ArrayList<>();
    for (int i = 0; i < crls.size(); i++) {
      lists.add(new CertificateList("crlPem[" + i + "]", crls.get(i), updatedAt));
    }
    return lists;
  }

  private List<URI> crlUrls() {
    List<@Nullable String> given = definition.crlUrls() == null ? List.of() : definition.crlUrls();
    violations.require(
        given.size() <= MAX_URLS,
        "crlUrls",
        "%d entries (expected: at most %d)".formatted(given.size(), MAX_URLS));
    List<URI> urls = new ArrayList<>();
    for (int i = 0; i < given.size(); i++) {
      URI url = url("crlUrls[" + i + "]", given.get(i));
      if (url != null && !urls.contains(url)) {
        urls.add(url);
      }
    }
    return urls;
  }

  private RevocationSettings.Ocsp ocsp() {
    TrustBundleDefinition.Ocsp given = definition.ocsp() == null ? DEFAULT_OCSP : definition.ocsp();
    Nonce nonce =
        choice(
            "ocsp.nonce",
            given.nonce(),
            "optional",
            Map.of("off", Nonce.OFF, "optional", Nonce.OPTIONAL, "required", Nonce.REQUIRED),
            "off, optional or required");
    String pem = given.responderCertificatePem();
    X509Certificate responder =
        pem == null
            ? null
            : parse(
                "ocsp.responderCertificatePem", null, () -> Pem.certificates(pem, 1).getFirst());
    return new RevocationSettings.Ocsp(
        given.responderUrl() == null ? null : url("ocsp.responderUrl", given.responderUrl()),
        responder,
        nonce);
  }

  private @Nullable URI url(String field, @Nullable String text) {
    try {
      return FetchTarget.parse(String.valueOf(text));
    } catch (IllegalArgumentException e) {
      violations.reject(field, String.valueOf(e.getMessage()));
      return null;
    }
  }

  private <T extends @Nullable Object> T parse(String field, T onError, Supplier<T> parser) {
    try {
      return parser.get();
    } catch (IllegalArgumentException e) {
      violations.reject(field, String.valueOf(e.getMessage()));
      return onError;
    }
  }

  /** The choice that was made, or the fallback after a violation was noted. */
  private <T> T choice(
      String field,
      @Nullable String given,
      String fallback,
      Map<String, T> choices,
      String expected) {
    T value = choices.get(given == null ? fallback : given);
    if (value != null) {
      return value;
    }
    violations.reject(field, "'%s' (expected: %s)".formatted(given, expected));
    return java.util.Objects.requireNonNull(choices.get(fallback));
  }

  private static int length(@Nullable String text) {
    return text == null ? 0 : text.length();
  }
}
