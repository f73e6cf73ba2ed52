package dev.handfast.listener.http;

import io.netty.handler.codec.http.HttpHeaders;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Tells the upstream who the client is: Client-Cert and Client-Cert-Chain (RFC 9440), and Envoy's
 * X-Forwarded-Client-Cert. Whatever the client sent under these names is removed, also in the
 * spellings that CGI-like upstreams would take for the same.
 */
final class IdentityHeaders {

  static final String CLIENT_CERT = "Client-Cert";
  static final String CLIENT_CERT_CHAIN = "Client-Cert-Chain";
  static final String FORWARDED_CLIENT_CERT = "X-Forwarded-Client-Cert";

  private static final Set<String> OURS =
      Set.of(
          "client-cert",
          "client-cert-chain",
          "x-forwarded-client-cert",
          "x-forwarded-for",
          "x-forwarded-proto",
          "x-forwarded-host",
          "x-forwarded-port",
          "forwarded",
          "x-real-ip");

  private static final int URI_NAME = 6;
  private static final int DNS_NAME = 2;

  private IdentityHeaders() {}

  /** Removes what only we may say. */
  static void removeFrom(HttpHeaders headers) {
    for (String name : Set.copyOf(headers.names())) {
      if (OURS.contains(name.toLowerCase(Locale.ROOT).replace('_', '-'))) {
        headers.remove(name);
      }
    }
  }

  /** Adds what is known of an authenticated client; nothing for an empty chain. */
  static void addTo(HttpHeaders headers, List<X509Certificate> chain) {
    if (chain.isEmpty()) {
      return;
    }
    headers.set(CLIENT_CERT, byteSequence(chain.getFirst()));
    if (chain.size() > 1) {
      headers.set(
          CLIENT_CERT_CHAIN,
          chain.stream()
              .skip(1)
              .map(IdentityHeaders::byteSequence)
              .collect(Collectors.joining(", ")));
    }
    headers.set(FORWARDED_CLIENT_CERT, envoyElement(chain.getFirst()));
  }

  /** A byte sequence of a structured field (RFC 8941 section 3.3.5). */
  private static String byteSequence(X509Certificate certificate) {
    return ":" + Base64.getEncoder().encodeToString(der(certificate)) + ":";
  }

  private static String envoyElement(X509Certificate certificate) {
    StringBuilder element = new StringBuilder("Hash=").append(sha256(der(certificate)));
    element
        .append(";Subject=\"")
        .append(
            certificate
                .getSubjectX500Principal()
                .getName()
                .replace("\\", "\\\\")
                .replace("\"", "\\\""))
        .append('"');
    for (List<?> name : alternativeNames(certificate)) {
      if (name.get(0).equals(URI_NAME)) {
        element.append(";URI=").append(encoded(name.get(1)));
      } else if (name.get(0).equals(DNS_NAME)) {
        element.append(";DNS=").append(encoded(name.get(1)));
      }
    }
    return element.toString();
  }

  /** A client chooses its own names, so none may end the element or the header. */
  private static String encoded(Object name) {
    return URLEncoder.encode(name.toString(), StandardCharsets.UTF_8)
        .replace("%3A", ":")
        .replace("%2F", "/")
        .replace("*", "%2A");
  }

  private static Collection<List<?>> alternativeNames(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      return names == null ? List.of() : names;
    } catch (CertificateParsingException e) {
      return List.of();
    }
  }

  private static byte[] der(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate that was received cannot be encoded", e);
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
