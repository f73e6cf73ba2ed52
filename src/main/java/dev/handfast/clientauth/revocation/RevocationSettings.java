package dev.handfast.clientauth.revocation;

import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a trust bundle has certificates checked.
 *
 * @param wholeChain every certificate below the trust anchor; false: only the client's own
 * @param allowUnknown whether a client comes in when nobody can say
 * @param crls those given with the bundle
 * @param crlUrls those to be fetched
 */
public record RevocationSettings(
    Mode mode,
    boolean wholeChain,
    boolean allowUnknown,
    List<CertificateList> crls,
    List<URI> crlUrls,
    Ocsp ocsp) {

  public RevocationSettings {
    crls = List.copyOf(crls);
    crlUrls = List.copyOf(crlUrls);
  }

  /** The same with other CRLs given. */
  public RevocationSettings withCrls(List<CertificateList> others) {
    return new RevocationSettings(mode, wholeChain, allowUnknown, others, crlUrls, ocsp);
  }

  /** Who is asked. */
  public enum Mode {
    NONE,
    CRL,
    OCSP,
    CRL_AND_OCSP;

    boolean asksCrl() {
      return this == CRL || this == CRL_AND_OCSP;
    }

    boolean asksOcsp() {
      return this == OCSP || this == CRL_AND_OCSP;
    }
  }

  /** What is done with the nonce of RFC 9654. */
  public enum Nonce {
    /** None is sent. */
    OFF,
    /** One is sent; a response with another is refused, a response without is not. */
    OPTIONAL,
    /** One is sent, and a response without it is refused. Responses are not cached then. */
    REQUIRED
  }

  /**
   * How OCSP is asked.
   *
   * @param responder instead of the one that the certificate names, or null
   * @param responderCertificate trusted to sign, beside the issuer and its delegates; or null
   */
  public record Ocsp(
      @Nullable URI responder, @Nullable X509Certificate responderCertificate, Nonce nonce) {}
}
