package dev.handfast.clientauth.revocation;

import static dev.handfast.testing.Pki.certificate;
import static dev.handfast.testing.Pki.root;
import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.clientauth.revocation.Finding.Status;
import dev.handfast.clientauth.revocation.RevocationSettings.Mode;
import dev.handfast.clientauth.revocation.RevocationSettings.Nonce;
import dev.handfast.testing.FreePort;
import dev.handfast.testing.Pki.Issued;
import dev.handfast.testing.RequiresTool;
import dev.handfast.testing.Upstream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** OCSP with a real responder, and with responders that misbehave. */
class OcspTest {

  private final RevocationChecks checks = Revocation.checks();
  private final Issued root = root("CN=Root");
  private final Issued signer =
      certificate("CN=Responder").purposes(KeyPurposeId.id_kp_OCSPSigning).issue(root);

  @TempDir Path directory;

  @Test
  @RequiresTool("openssl")
  void openSslsResponderIsUnderstood() throws IOException {
    Issued good = certificate("CN=good").issue(root);
    Issued revoked = certificate("CN=revoked").issue(root);
    Issued unknown = certificate("CN=unknown").issue(root);
    try (OpenSslResponder responder =
        OpenSslResponder.start(directory, root, signer, List.of(good), List.of(revoked))) {

      Finding first = askAt(responder.url(), Nonce.OPTIONAL, good);
      assertThat(first.status()).as(first.evidence()).isEqualTo(Status.GOOD);
      assertThat(first.evidence())
          .startsWith("'CN=good' is good, says the OCSP responder " + responder.url());

      Finding second = askAt(responder.url(), Nonce.REQUIRED, revoked);
      assertThat(second.status()).isEqualTo(Status.REVOKED);
      assertThat(second.evidence()).contains("'CN=revoked' is revoked on 2020-01-01T00:00:00Z");

      Finding third = askAt(responder.url(), Nonce.OFF, unknown);
      assertThat(third.status()).isEqualTo(Status.UNKNOWN);
      assertThat(third.evidence()).contains("'CN=unknown' is unknown, says");
    }
  }

  @Test
  @RequiresTool("openssl")
  void anAnswerIsKeptUntilItsNextUpdate() throws IOException {
    Issued client = certificate("CN=client").issue(root);
    Finding before;
    String url;
    try (OpenSslResponder responder =
        OpenSslResponder.start(directory, root, signer, List.of(client), List.of())) {
      url = responder.url();
      before = askAt(url, Nonce.OPTIONAL, client);
    }

    Finding after = askAt(url, Nonce.OPTIONAL, client);

    assertThat(before.status()).isEqualTo(Status.GOOD);
    assertThat(after).isEqualTo(before);
  }

  @Test
  @RequiresTool("openssl")
  void theIssuerItselfMaySign() throws IOException {
    Issued client = certificate("CN=client").issue(root);
    try (OpenSslResponder responder =
        OpenSslResponder.start(directory, root, root, List.of(client), List.of())) {

      assertThat(askAt(responder.url(), Nonce.OPTIONAL, client).status()).isEqualTo(Status.GOOD);
    }
  }

  @Test
  @RequiresTool("openssl")
  void aSignerWhomNobodyDelegatedIsNotBelieved() throws IOException {
    Issued client = certificate("CN=client").issue(root);
    Issued self = certificate("CN=Self").purposes(KeyPurposeId.id_kp_OCSPSigning).issue(null);
    try (OpenSslResponder responder =
        OpenSslResponder.start(directory, root, self, List.of(client), List.of())) {

      Finding finding = askAt(responder.url(), Nonce.OPTIONAL, client);

      assertThat(finding.status()).isEqualTo(Status.UNKNOWN);
      assertThat(finding.evidence())
          .contains("its answer is signed by 'CN=Self', which 'CN=Root' did not delegate");
      assertThat(
              Revocation.check(
                      Revocation.checks(), at(responder.url(), Nonce.OPTIONAL, self), client, root)
                  .status())
          .as("configured as responderCertificatePem")
          .isEqualTo(Status.GOOD);
    }
  }

  @Test
  @RequiresTool("openssl")
  void aSignerThatIsNoOcspSignerIsNotBelieved() throws IOException {
    Issued client = certificate("CN=client").issue(root);
    try (OpenSslResponder responder =
        OpenSslResponder.start(directory, root, client, List.of(client), List.of())) {

      assertThat(askAt(responder.url(), Nonce.OPTIONAL, client).evidence())
          .contains("its answer is signed by 'CN=client', not an OCSP signer");
    }
  }

  @Test
  void anUnreachableResponderKnowsNothing() {
    String url = "http://127.0.0.1:" + FreePort.next();

    Finding finding = askAt(url, Nonce.OPTIONAL, certificate("CN=client").issue(root));

    assertThat(finding.status()).isEqualTo(Status.UNKNOWN);
    assertThat(finding.evidence())
        .isEqualTo("the OCSP responder " + url + " cannot be reached (ConnectException)");
  }

  @Test
  void aSlowResponderIsNotWaitedForForEver() {
    try (Upstream silent =
        Upstream.serving(
            socket -> socket.getInputStream().transferTo(OutputStream.nullOutputStream()))) {
      String url = "http://127.0.0.1:" + silent.port();
      long begin = System.nanoTime();

      Finding finding = askAt(url, Nonce.OPTIONAL, certificate("CN=client").issue(root));

      assertThat(finding.evidence())
          .isEqualTo("the OCSP responder " + url + " did not answer in time");
      assertThat(System.nanoTime() - begin).isLessThan(20_000_000_000L);
    }
  }

  @Test
  void aResponderThatTalksNonsenseKnowsNothing() {
    try (Upstream server = http("200 OK", "", "nonsense")) {
      assertThat(askAt("http://127.0.0.1:" + server.port(), Nonce.OPTIONAL, client()).evidence())
          .contains("its answer cannot be read");
    }
    try (Upstream server = http("503 Service Unavailable", "", "")) {
      assertThat(askAt("http://127.0.0.1:" + server.port(), Nonce.OPTIONAL, client()).evidence())
          .endsWith(" answered 503");
    }
    try (Upstream server = http("200 OK", "", "x".repeat(100_000))) {
      assertThat(askAt("http://127.0.0.1:" + server.port(), Nonce.OPTIONAL, client()).evidence())
          .endsWith(" answered more than 65536 bytes");
    }
    try (Upstream server = http("302 Found", "Location: http://127.0.0.1:1/\r\n", "")) {
      assertThat(askAt("http://127.0.0.1:" + server.port(), Nonce.OPTIONAL, client()).evidence())
          .endsWith(" answered 302");
    }
  }

  @Test
  void whereCloudMetadataIsServedIsNeverConnectedTo() {
    assertThat(askAt("http://169.254.169.254/", Nonce.OPTIONAL, client()).evidence())
        .contains("has the address 169.254.169.254, which is never connected to");
  }

  @Test
  void aCertificateWithoutResponderIsUnknown() {
    Finding finding = Revocation.check(checks, Revocation.ocsp(Nonce.OPTIONAL), client(), root);

    assertThat(finding.evidence())
        .isEqualTo("'CN=client' names no OCSP responder, and none is configured");
  }

  @Test
  void nobodyIsAskedWhereOnlyWhatIsKnownCounts() {
    String url = "http://127.0.0.1:" + FreePort.next();

    Finding finding =
        checks.check(
            at(url, Nonce.OPTIONAL, null),
            List.of(),
            List.of(client().certificate(), root.certificate()),
            Instant.now(),
            false);

    assertThat(finding.evidence()).isEqualTo("no answer of " + url + " is known");
  }

  @Test
  void oneOfCrlAndOcspIsEnough() {
    String url = "http://127.0.0.1:" + FreePort.next();
    Issued client = certificate("CN=client").ocsp(url).issue(root);
    RevocationSettings both =
        Revocation.settings(Mode.CRL_AND_OCSP, true, Nonce.OPTIONAL, null, root.crl());
    RevocationSettings revoking =
        Revocation.settings(Mode.CRL_AND_OCSP, true, Nonce.OPTIONAL, null, root.crl(client));
    RevocationSettings neither =
        Revocation.settings(
            Mode.CRL_AND_OCSP, true, Nonce.OPTIONAL, null, root("CN=Elsewhere").crl());

    assertThat(Revocation.check(checks, both, client, root).status()).isEqualTo(Status.GOOD);
    assertThat(Revocation.check(checks, revoking, client, root).status()).isEqualTo(Status.REVOKED);
    assertThat(Revocation.check(checks, neither, client, root).evidence())
        .contains("there is no CRL of 'CN=Root'")
        .contains("cannot be reached");
  }

  private Issued client() {
    return certificate("CN=client").issue(root);
  }

  private Finding askAt(String url, Nonce nonce, Issued client) {
    return Revocation.check(checks, at(url, nonce, null), client, root);
  }

  private static RevocationSettings at(String url, Nonce nonce, @Nullable Issued responder) {
    return new RevocationSettings(
        Mode.OCSP,
        true,
        false,
        List.of(),
        List.of(),
        new RevocationSettings.Ocsp(
            FetchTarget.parse(url), responder == null ? null : responder.certificate(), nonce));
  }

  private static Upstream http(String status, String header, String body) {
    return Upstream.serving(
        socket -> {
          socket.getInputStream().readNBytes(1);
          socket
              .getOutputStream()
              .write(
                  ("HTTP/1.1 "
                          + status
                          + "\r\nConnection: close\r\n"
                          + header
                          + "Content-Length: "
                          + body.length()
                          + "\r\n\r\n"
                          + body)
                      .getBytes(StandardCharsets.US_ASCII));
          socket.shutdownOutput();
          socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        });
  }
}
