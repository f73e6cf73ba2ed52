package dev.handfast.certificate;

import dev.handfast.configuration.NotFoundException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The local CA's certificates over REST; its keys never leave. */
@RestController
@RequestMapping("/api/v1/local-ca")
@Tag(name = "Certificates", description = "Private keys with their chains, in versions")
class LocalCaApi {

  private final LocalCa localCa;

  LocalCaApi(LocalCa localCa) {
    this.localCa = localCa;
  }

  @GetMapping
  @Operation(summary = "Shows the local CA's certificates")
  LocalCaView get() {
    X509Certificate root =
        localCa.root().orElseThrow(() -> new NotFoundException("local CA", "root"));
    X509Certificate issuing =
        localCa.issuing().orElseThrow(() -> new NotFoundException("local CA", "issuing"));
    return new LocalCaView(
        X509.subject(root),
        root.getNotAfter().toInstant(),
        X509.fingerprint(root),
        X509.toPem(List.of(root)),
        X509.toPem(List.of(issuing)));
  }

  /**
   * What clients need to trust what the local CA issued.
   *
   * @param rootPem to be trusted
   * @param issuingPem sent in every handshake, so clients need not know it
   */
  record LocalCaView(
      String subject,
      Instant notAfter,
      String fingerprintSha256,
      String rootPem,
      String issuingPem) {}
}
