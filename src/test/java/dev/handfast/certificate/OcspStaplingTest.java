package dev.handfast.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.handfast.handshake.Credential;
import dev.handfast.testing.FreePort;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.annotation.DirtiesContext;

/** Responses of OpenSSL's own OCSP responder are fetched, judged, kept and stapled. */
@SpringBootTest(
    properties = {
      "spring.datasource.url=jdbc:h2:mem:ocsp;DB_CLOSE_DELAY=-1",
      "handfast.data-dir=target/test-data/ocsp",
      "handfast.bootstrap.port=0",
      "handfast.certificates.ocsp-check-interval=200ms",
      "handfast.master-key=AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA="
    })
@DirtiesContext
class OcspStaplingTest {

  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir Path directory;
  @Autowired CertificateService service;
  @Autowired Certificates certificates;

  @Test
  void aGoodAnswerIsStapledAndSurvivesInTheDatabase() throws Exception {
    OpenSsl openssl = new OpenSsl(directory);
    try (Responder responder = new Responder(openssl, "")) {
      upload(openssl, "good", responder);

      await()
          .atMost(SOON)
          .until(() -> certificates.current("good").orElseThrow().ocspResponse() != null);

      Credential credential = certificates.current("good").orElseThrow();
      CertificateView view = service.get("good");
      assertThat(view.stapledUntil()).isAfter(Instant.now());
      assertThat(view.revision()).isEqualTo(1);
      new OcspQuestion(credential.chain().get(0), credential.chain().get(1))
          .verify(response(credential), Instant.now());
      service.create(CertificateServiceTest.generate("unrelated"));
      assertThat(certificates.current("good").orElseThrow()).isSameAs(credential);
    }
  }

  @Test
  void answersThatAClientWouldRefuseAreRefused() throws Exception {
    OpenSsl openssl = new OpenSsl(directory);
    try (Responder responder = new Responder(openssl, "")) {
      X509Certificate www = certificate(openssl, "www");
      X509Certificate issuer = certificate(openssl, "root");
      OcspQuestion question = new OcspQuestion(www, issuer);
      byte[] answer = new OcspResponder().ask(responder.address(), question.encoded());

      assertThat(question.verify(answer, Instant.now()).nextUpdate()).isAfter(Instant.now());
      assertThatThrownBy(() -> question.verify(answer, Instant.now().plus(Duration.ofDays(9))))
          .hasMessageContaining("the answer is for");
      assertThatThrownBy(() -> question.verify(answer, Instant.now().minus(Duration.ofDays(9))))
          .isInstanceOf(OcspQuestion.UnusableAnswerException.class);
      assertThatThrownBy(
              () ->
                  new OcspQuestion(certificate(openssl, "other"), issuer)
                      .verify(answer, Instant.now()))
          .hasMessageContaining("about another certificate");
      byte[] signed =
          ((BasicOCSPResp) new OCSPResp(answer).getResponseObject()).getTBSResponseData();
      int start = indexOf(answer, signed);
      for (int i = start; i < start + signed.length; i++) {
        byte[] changed = answer.clone();
        changed[i] ^= 1;
        assertThatThrownBy(() -> question.verify(changed, Instant.now()))
            .as("changed byte %d of %d", i - start, signed.length)
            .isInstanceOf(OcspQuestion.UnusableAnswerException.class);
      }
      assertThatThrownBy(() -> question.verify(new byte[] {1, 2, 3}, Instant.now()))
          .isInstanceOf(OcspQuestion.UnusableAnswerException.class);
      openssl.key("forger", "EC P-256");
      openssl.run(
          "req",
          "-x509",
          "-key",
          "@forger.key",
          "-subj",
          "/CN=root",
          "-days",
          "9",
          "-out",
          "@forger.crt");
      assertThatThrownBy(
              () ->
                  new OcspQuestion(www, certificate(openssl, "forger"))
                      .verify(answer, Instant.now()))
          .hasMessageContaining("signed neither by the issuer nor by a responder");
    }
  }

  @Test
  void aRevokedCertificateIsNotStapled() throws Exception {
    OpenSsl openssl = new OpenSsl(directory);
    try (Responder responder = new Responder(openssl, "260101000000Z")) {
      OcspQuestion question =
          new OcspQuestion(certificate(openssl, "www"), certificate(openssl, "root"));
      byte[] answer = new OcspResponder().ask(responder.address(), question.encoded());
      assertThatThrownBy(() -> question.verify(answer, Instant.now()))
          .hasMessageContaining("revoked");
    }
  }

  @Test
  void aNewVersionDoesNotInheritTheOldOnesResponse() throws IOException {
    OpenSsl openssl = new OpenSsl(directory);
    try (Responder responder = new Responder(openssl, "")) {
      upload(openssl, "turned", responder);
      await()
          .atMost(SOON)
          .until(() -> certificates.current("turned").orElseThrow().ocspResponse() != null);
      service.addVersion("turned", OptionalLong.empty(), CertificateServiceTest.generate(null));
      assertThat(certificates.current("turned").orElseThrow().ocspResponse()).isNull();
    }
  }

  private static int indexOf(byte[] whole, byte[] part) {
    for (int i = 0; i <= whole.length - part.length; i++) {
      if (Arrays.equals(whole, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
    throw new AssertionError("the signed part is not in the answer");
  }

  private void upload(OpenSsl openssl, String name, Responder responder) {
    assertThat(OcspResponder.addressIn(certificate(openssl, "www"))).contains(responder.address());
    service.create(
        new CertificateBody(
            name,
            "upload",
            null,
            null,
            null,
            null,
            null,
            openssl.read("www.crt") + openssl.read("root.crt"),
            openssl.read("www.key"),
            null,
            null));
  }

  private static byte[] response(Credential credential) {
    byte[] response = credential.ocspResponse();
    return response == null ? new byte[0] : response;
  }

  private static X509Certificate certificate(OpenSsl openssl, String name) {
    return X509.fromPem(openssl.read(name + ".crt")).getFirst();
  }

  /** {@code openssl ocsp} with a delegated signer. */
  private static final class Responder implements AutoCloseable {

    private static final Pattern ACCEPT = Pattern.compile("ACCEPT .*:(\\d+)");

    private final Process process;
    private final int port;

    /**
     * Starts it; it knows {@code www} and {@code other}.
     *
     * @param revokedAt when {@code www} was revoked, or nothing
     */
    Responder(OpenSsl openssl, String revokedAt) throws IOException {
      port = FreePort.next();
      for (String name : new String[] {"root", "signer", "www", "other"}) {
        openssl.key(name, "EC P-256");
      }
      openssl.selfSigned("root", true, 100);
      openssl.issued("signer", "root", 50, "extendedKeyUsage=OCSPSigning");
      for (String name : new String[] {"www", "other"}) {
        openssl.issued(
            name,
            "root",
            50,
            "subjectAltName=DNS:www.example",
            "authorityInfoAccess=OCSP;URI:http://localhost:" + port + "/");
      }
      String serial =
          certificate(openssl, "www").getSerialNumber().toString(16).toUpperCase(Locale.ROOT);
      String even = serial.length() % 2 == 0 ? serial : "0" + serial;
      openssl.write(
          "index.txt",
          (revokedAt.isEmpty() ? "V" : "R")
              + "\t400101000000Z\t"
              + revokedAt
              + "\t"
              + even
              + "\tunknown\t/CN=www\n");
      process =
          new ProcessBuilder(
                  "openssl",
                  "ocsp",
                  "-index",
                  "index.txt",
                  "-CA",
                  "root.crt",
                  "-rsigner",
                  "signer.crt",
                  "-rkey",
                  "signer.key",
                  "-port",
                  String.valueOf(port),
                  "-ndays",
                  "2")
              .directory(openssl.file(".").toFile())
              .redirectErrorStream(true)
              .start();
      BufferedReader output = process.inputReader();
      Matcher accept = ACCEPT.matcher("");
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        if (accept.reset(line).find() || line.contains("waiting for OCSP client connections")) {
          return;
        }
      }
      throw new IOException("openssl ocsp did not start");
    }

    URI address() {
      return URI.create("http://localhost:" + port + "/");
    }

    @Override
    public void close() {
      process.destroy();
    }
  }
}
