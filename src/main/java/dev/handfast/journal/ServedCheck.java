package dev.handfast.journal;

import dev.handfast.certificate.ServedCertificates.Served;
import dev.handfast.engine.ProbeReport;
import dev.handfast.engine.ProbeSettings;
import dev.handfast.handshake.Credential;
import dev.handfast.handshake.TlsProfile;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The question whether one listener serves a certificate's current version to clients of one server
 * name.
 *
 * @param serverName to send, or null: none
 * @param expected what should be served
 * @param beside the route's other certificates, one of which may be chosen instead
 * @param profile what to offer
 * @param proxied whether the listener expects a PROXY header
 */
record ServedCheck(
    String listener,
    InetSocketAddress address,
    @Nullable String serverName,
    Credential expected,
    List<Credential> beside,
    TlsProfile profile,
    boolean proxied) {

  /** A connection that is made for no client (PROXY protocol 1, section 2.1). */
  private static final byte[] UNKNOWN_CLIENT =
      "PROXY UNKNOWN\r\n".getBytes(StandardCharsets.US_ASCII);

  /** Before it was asked. */
  Served pending() {
    return new Served(listener, serverName, expected.version(), Served.PENDING, null, null);
  }

  /** Asks the listener as a client would. Blocks. */
  Served run(Duration timeout, Instant now) {
    ProbeSettings settings = new ProbeSettings(serverName, profile, null, List.of());
    ProbeReport report =
        new Probe(settings, timeout, proxied ? UNKNOWN_CLIENT : new byte[0]).run(address);
    if (report.chain().isEmpty()) {
      return answer(Served.UNKNOWN, "no certificate was sent: " + report.problem(), now);
    }
    byte[] leaf = report.chain().getFirst();
    if (isLeafOf(expected, leaf)) {
      return answer(Served.CONFIRMED, null, now);
    }
    Optional<Credential> other =
        beside.stream().filter(credential -> isLeafOf(credential, leaf)).findFirst();
    if (other.isPresent()) {
      String chosen = "certificate %s is preferred to it".formatted(other.get().name());
      return answer(Served.UNKNOWN, chosen, now);
    }
    String found =
        "a certificate with SHA-256 %s is served (expected: %s)"
            .formatted(Fingerprints.sha256(leaf), Fingerprints.sha256(leafOf(expected)));
    return answer(Served.MISMATCH, found, now);
  }

  private Served answer(String result, @Nullable String explanation, Instant now) {
    return new Served(listener, serverName, expected.version(), result, explanation, now);
  }

  private static boolean isLeafOf(Credential credential, byte[] leaf) {
    return Arrays.equals(leafOf(credential), leaf);
  }

  private static byte[] leafOf(Credential credential) {
    X509Certificate leaf = credential.chain().getFirst();
    try {
      return leaf.getEncoded();
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a parsed certificate has its encoding", e);
    }
  }
}
