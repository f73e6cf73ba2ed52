package dev.handfast.certificate;

import dev.handfast.configuration.InvalidConfigurationException;
import dev.handfast.web.Page;
import dev.handfast.web.PageRequest;
import dev.handfast.web.Revisioned;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
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

/** Certificates over REST. */
@RestController
@RequestMapping("/api/v1/certificates")
@Tag(name = "Certificates", description = "Private keys with their chains, in versions")
class CertificateApi {

  private static final String PEM = "application/x-pem-file";

  private final CertificateService certificates;

  CertificateApi(CertificateService certificates) {
    this.certificates = certificates;
  }

  @GetMapping
  @Operation(summary = "Lists the certificates by name")
  Page<CertificateView> list(PageRequest page) {
    String after = page.cursor() == null ? "" : page.cursor();
    return Page.of(certificates.list(after, page.size() + 1), page, CertificateView::name);
  }

  @PostMapping
  @Operation(summary = "Creates a certificate: generated, or uploaded as PEM or PKCS#12")
  ResponseEntity<CertificateView> create(@RequestBody CertificateBody body) {
    CertificateView created = certificates.create(body);
    return withLocation(created);
  }

  @GetMapping("/{name}")
  @Operation(summary = "Shows a certificate at its current version")
  ResponseEntity<CertificateView> get(@PathVariable String name) {
    CertificateView found = certificates.get(name);
    return Revisioned.ok(found.revision(), found);
  }

  @DeleteMapping("/{name}")
  @Operation(summary = "Deletes a certificate that nothing uses, with all its versions")
  ResponseEntity<Void> delete(
      @PathVariable String name,
      @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch) {
    certificates.delete(name, Revisioned.ifMatch(ifMatch));
    return ResponseEntity.noContent().build();
  }

  @GetMapping("/{name}/versions")
  @Operation(summary = "Lists a certificate's versions, the newest first")
  Page<VersionView> versions(@PathVariable String name, PageRequest page) {
    return Page.of(
        certificates.versions(name, versionCursor(page.cursor()), page.size() + 1),
        page,
        version -> String.valueOf(version.version()));
  }

  @PostMapping("/{name}/versions")
  @Operation(summary = "Adds a version, which new handshakes use at once")
  ResponseEntity<CertificateView> addVersion(
      @PathVariable String name,
      @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
      @RequestBody CertificateBody body) {
    CertificateView changed = certificates.addVersion(name, Revisioned.ifMatch(ifMatch), body);
    return withLocation(changed);
  }

  @DeleteMapping("/{name}/versions/{version}")
  @Operation(summary = "Destroys a version that is not the current one, with its private key")
  ResponseEntity<Void> deleteVersion(@PathVariable String name, @PathVariable int version) {
    certificates.deleteVersion(name, version);
    return ResponseEntity.noContent().build();
  }

  @PostMapping("/{name}/rollback")
  @Operation(summary = "Goes back to the version before, or to a given one")
  ResponseEntity<CertificateView> rollback(
      @PathVariable String name,
      @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
      @RequestBody(required = false) @Nullable RollbackBody body) {
    CertificateView changed =
        certificates.rollback(
            name, Revisioned.ifMatch(ifMatch), body == null ? null : body.version());
    return Revisioned.ok(changed.revision(), changed);
  }

  @PostMapping(path = "/{name}/csr", produces = MediaType.APPLICATION_JSON_VALUE)
  @Operation(summary = "Makes a PKCS#10 request with a new key, which stays here")
  ResponseEntity<CsrView> request(
      @PathVariable String name,
      @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
      @RequestBody(required = false) @Nullable CsrBody body) {
    CertificateView changed = requested(name, ifMatch, body);
    return Revisioned.created(changed.revision(), new CsrView(pendingCsr(changed)));
  }

  @PostMapping(
      path = "/{name}/csr",
      produces = {PEM, MediaType.TEXT_PLAIN_VALUE})
  ResponseEntity<String> requestAsPem(
      @PathVariable String name,
      @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
      @RequestBody(required = false) @Nullable CsrBody body) {
    CertificateView changed = requested(name, ifMatch, body);
    return Revisioned.created(changed.revision(), pendingCsr(changed));
  }

  @PutMapping(path = "/{name}/signed", consumes = MediaType.APPLICATION_JSON_VALUE)
  @Operation(summary = "Takes the chain that a CA signed for the pending request")
  ResponseEntity<CertificateView> signed(
      @PathVariable String name,
      @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
      @RequestBody SignedBody body) {
    CertificateView changed =
        certificates.signed(name, Revisioned.ifMatch(ifMatch), body.certificateChainPem());
    return Revisioned.ok(changed.revision(), changed);
  }

  @PutMapping(
      path = "/{name}/signed",
      consumes = {PEM, MediaType.TEXT_PLAIN_VALUE})
  ResponseEntity<CertificateView> signedAsPem(
      @PathVariable String name,
      @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
      @RequestBody String chainPem) {
    return signed(name, ifMatch, new SignedBody(chainPem));
  }

  private CertificateView requested(String name, @Nullable String ifMatch, @Nullable CsrBody body) {
    return certificates.request(
        name, Revisioned.ifMatch(ifMatch), body == null ? CsrBody.EMPTY : body);
  }

  private static String pendingCsr(CertificateView certificate) {
    String csr = certificate.pendingCsrPem();
    if (csr == null) {
      throw new IllegalStateException("a request was stored without its PEM");
    }
    return csr;
  }

  private static ResponseEntity<CertificateView> withLocation(CertificateView certificate) {
    return ResponseEntity.created(URI.create("/api/v1/certificates/" + certificate.name()))
        .eTag("\"" + certificate.revision() + "\"")
        .body(certificate);
  }

  private static int versionCursor(@Nullable String cursor) {
    try {
      return cursor == null ? Integer.MAX_VALUE : Integer.parseInt(cursor);
    } catch (NumberFormatException e) {
      throw new InvalidConfigurationException(
          "cursor", "'%s' (expected: the nextCursor of a page)".formatted(cursor));
    }
  }

  /** Which version to go back to; the one before the current one if it is left out. */
  record RollbackBody(@Nullable Integer version) {}

  /** A PKCS#10 request in PEM. */
  record CsrView(String csrPem) {}
}
