package dev.handfast.engine;

import dev.handfast.handshake.Alert;
import dev.handfast.handshake.HandshakeStep;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a probe saw; names are IANA's. What was not reached is null.
 *
 * @param established whether the handshake completed
 * @param problem why it did not, in a sentence; null when established
 * @param protocol {@code TLSv1.3} and the like
 * @param chain DER of the server's certificates as sent, its own first
 * @param ocspResponse DER of the stapled OCSPResponse (RFC 6066 section 8)
 * @param certificateRequested whether the server asked for a client certificate
 * @param certificateSent whether the probe had one to send
 */
public record ProbeReport(
    boolean established,
    @Nullable String problem,
    @Nullable String protocol,
    @Nullable String cipherSuite,
    @Nullable String group,
    @Nullable String applicationProtocol,
    @Nullable Alert alertSent,
    @Nullable Alert alertReceived,
    List<byte[]> chain,
    byte @Nullable [] ocspResponse,
    boolean certificateRequested,
    boolean certificateSent,
    List<HandshakeStep> steps) {

  public ProbeReport {
    chain = List.copyOf(chain);
    steps = List.copyOf(steps);
  }
}
