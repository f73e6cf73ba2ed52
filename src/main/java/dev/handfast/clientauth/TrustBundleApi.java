package dev.handfast.clientauth;

import dev.handfast.clientauth.revocation.CrlStatus;
import dev.handfast.configuration.NamedObjects;
import dev.handfast.configuration.StoredObject;
import dev.handfast.web.NamedObjectEndpoints;
import dev.handfast.web.Page;
import dev.handfast.web.PageRequest;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

@RestController
@RequestMapping("/api/v1/trust-bundles")
@Tag(
    name = "Trust bundles",
    description =
        "CA certificates that client certificates may chain to, and how revocation is known")
class TrustBundleApi {

  private final NamedObjectEndpoints<TrustBundleDefinition, View> endpoints;
  private final NamedObjects<TrustBundleDefinition> bundles;
  private final BundleCrls crls;

  TrustBundleApi(NamedObjects<TrustBundleDefinition> bundles, BundleCrls crls) {
    this.endpoints = new NamedObjectEndpoints<>(bundles, this::view);
    this.bundles = bundles;
    this.crls = crls;
  }

  @GetMapping
  @Operation(summary = "Lists the trust bundles by name")
  Page<View> list(PageRequest page) {
    return endpoints.list(page);
  }

  @GetMapping("/{name}")
  @Operation(summary = "Shows a trust bundle, with the state of its CRLs")
  ResponseEntity<View> show(@PathVariable String name) {
    return endpoints.show(name);
  }

  @PostMapping
  @Operation(
      summary = "Creates a trust bundle",
      description = "Waits some seconds for the CRLs of crlUrls; their state is in the answer.")
  ResponseEntity<View> create(@RequestBody Body body) {
    return endpoints.create(body.name(), body.definition(), crls::fetch);
  }

  @PutMapping("/{name}")
  @Operation(summary = "Replaces a trust bundle; new handshakes use it at once")
  ResponseEntity<View> replace(
      @PathVariable String name,
      @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
      @RequestBody Body body) {
    return endpoints.replace(name, ifMatch, body.name(), body.definition(), crls::fetch);
  }

  @DeleteMapping("/{name}")
  @Operation(summary = "Deletes a trust bundle that nothing uses")
  ResponseEntity<Void> delete(
      @PathVariable String name,
      @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch) {
    return endpoints.delete(name, ifMatch);
  }

  private View view(StoredObject<TrustBundleDefinition> stored) {
    TrustBundleDefinition value = stored.value();
    List<Authority> authorities =
        value.certificatesPem() == null
            ? List.of()
            : Pem.certificates(value.certificatesPem(), Integer.MAX_VALUE).stream()
                .map(
                    certificate ->
                        new Authority(
                            certificate.getSubjectX500Principal().getName(),
                            certificate.getNotBefore().toInstant(),
                            certificate.getNotAfter().toInstant(),
                            ClientIdentity.fingerprint(certificate)))
                .toList();
    return new View(
        stored.name(),
        value.certificatesPem(),
        value.crlPem(),
        value.crlUrls(),
        value.revocation(),
        value.revocationScope(),
        value.onUnknown(),
        value.ocsp(),
        authorities,
        crls.statusOf(stored.name()),
        stored.revision(),
        bundles.usersOf(stored.name()));
  }

  /**
   * A trust bundle as the API takes it. What the API answers besides is accepted and not looked at,
   * so that an answer can be changed and sent back.
   */
  record Body(
      @Nullable String name,
      @Nullable String certificatesPem,
      @Nullable String crlPem,
      @Nullable List<@Nullable String> crlUrls,
      @Nullable String revocation,
      @Nullable String revocationScope,
      @Nullable String onUnknown,
      TrustBundleDefinition.@Nullable Ocsp ocsp,
      @Nullable JsonNode certificates,
      @Nullable JsonNode crls,
      @Nullable Long revision,
      @Nullable List<String> usedBy) {

    TrustBundleDefinition definition() {
      return new TrustBundleDefinition(
          name, certificatesPem, crlPem, crlUrls, revocation, revocationScope, onUnknown, ocsp);
    }
  }

  /** A trust bundle as the API answers it. */
  record View(
      String name,
      @Nullable String certificatesPem,
      @Nullable String crlPem,
      @Nullable List<@Nullable String> crlUrls,
      @Nullable String revocation,
      @Nullable String revocationScope,
      @Nullable String onUnknown,
      TrustBundleDefinition.@Nullable Ocsp ocsp,
      List<Authority> certificates,
      List<CrlStatus> crls,
      long revision,
      List<String> usedBy) {}

  /** A CA certificate of the bundle. */
  record Authority(String subject, Instant notBefore, Instant notAfter, String fingerprintSha256) {}
}
