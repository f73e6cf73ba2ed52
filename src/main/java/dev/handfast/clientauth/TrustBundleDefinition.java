package dev.handfast.clientauth;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A trust bundle as an administrator writes it: the JSON body of the API, and the stored document.
 *
 * @param certificatesPem CA certificates, each a trust anchor
 * @param crlPem CRLs, or null
 * @param crlUrls where CRLs are fetched from, http or https
 * @param revocation {@code none} (unless given), {@code crl}, {@code ocsp}, {@code crl-and-ocsp}
 * @param revocationScope {@code chain} (unless given): every certificate below the trust anchor is
 *     checked; {@code leaf}: only the client's own
 * @param onUnknown {@code allow} or {@code deny} (unless given) when nobody can say
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record TrustBundleDefinition(
    @Nullable String name,
    @Nullable String certificatesPem,
    @Nullable String crlPem,
    @Nullable List<@Nullable String> crlUrls,
    @Nullable String revocation,
    @Nullable String revocationScope,
    @Nullable String onUnknown,
    @Nullable Ocsp ocsp) {

  /**
   * How OCSP is asked.
   *
   * @param responderUrl instead of the one that the certificate names, or null
   * @param responderCertificatePem trusted to sign responses, beside the issuer and whom the issuer
   *     delegated, or null
   * @param nonce {@code off}, {@code optional} (unless given): sent, and compared if it comes back;
   *     {@code required}: a response without it is refused
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Ocsp(
      @Nullable String responderUrl,
      @Nullable String responderCertificatePem,
      @Nullable String nonce) {}
}
