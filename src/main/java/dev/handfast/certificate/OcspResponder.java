package dev.handfast.certificate;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;

/** Asks the OCSP responder that a certificate names (RFC 6960 appendix A). Blocks (network). */
final class OcspResponder {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int MAX_RESPONSE_BYTES = 64 * 1024;

  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(TIMEOUT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  /** The responder's address in the certificate (RFC 5280 section 4.2.2.1), or empty. */
  static Optional<URI> addressIn(X509Certificate certificate) {
    byte[] extension = certificate.getExtensionValue(Extension.authorityInfoAccess.getId());
    if (extension == null) {
      return Optional.empty();
    }
    try {
      AuthorityInformationAccess access =
          AuthorityInformationAccess.getInstance(
              ASN1OctetString.getInstance(extension).getOctets());
      for (AccessDescription description : access.getAccessDescriptions()) {
        GeneralName location = description.getAccessLocation();
        if (description.getAccessMethod().equals(AccessDescription.id_ad_ocsp)
            && location.getTagNo() == GeneralName.uniformResourceIdentifier) {
          URI uri = URI.create(location.getName().toString());
          String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
          if (scheme.equals("http") || scheme.equals("https")) {
            return Optional.of(uri);
          }
        }
      }
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * Sends a request.
   *
   * @throws IOException if there is no answer within {@value #MAX_RESPONSE_BYTES} bytes and ten
   *     seconds
   */
  byte[] ask(URI address, byte[] request) throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<byte[]>> exchange =
        client.sendAsync(
            HttpRequest.newBuilder(address)
                .timeout(TIMEOUT)
                .header("Content-Type", "application/ocsp-request")
                .header("Accept", "application/ocsp-response")
                .POST(BodyPublishers.ofByteArray(request))
                .build(),
            BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_RESPONSE_BYTES));
    try {
      // The request's own timeout ends with the headers; this one covers the body.
      HttpResponse<byte[]> response = exchange.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
      if (response.statusCode() != 200) {
        throw new IOException("HTTP status " + response.statusCode() + " (expected: 200)");
      }
      return response.body();
    } catch (TimeoutException e) {
      exchange.cancel(true);
      throw new IOException("no answer within " + TIMEOUT.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    }
  }
}
