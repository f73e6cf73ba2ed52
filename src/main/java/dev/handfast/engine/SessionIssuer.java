package dev.handfast.engine;

import dev.handfast.handshake.ResumableSession;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.tls.NewSessionTicket;
import org.bouncycastle.tls.TlsUtils;
import org.jspecify.annotations.Nullable;

/** Makes what a later handshake may resume, of the handshake that just completed. */
final class SessionIssuer {

  /** RFC 8446 section 4.6.1, for tickets and everything that grows out of them. */
  private static final Duration MAX_LIFETIME = Duration.ofDays(7);

  private final EngineSettings settings;
  private final InstantSource clock;
  private final SecureRandom random;

  SessionIssuer(EngineSettings settings, InstantSource clock, SecureRandom random) {
    this.settings = settings;
    this.clock = clock;
    this.random = random;
  }

  boolean issues() {
    return settings.sessionLifetime().isPositive();
  }

  /** How many TLS 1.3 tickets to send: one replaces the one that was used. */
  int tickets(boolean resumed) {
    return !issues() ? 0 : resumed ? Math.min(1, settings.tickets()) : settings.tickets();
  }

  Instant now() {
    return clock.instant();
  }

  byte[] newIdentity() {
    return settings.sessionIdentities().get();
  }

  long newAgeAdd() {
    return random.nextInt() & 0xffff_ffffL;
  }

  /**
   * A session of the given run.
   *
   * @param now when the handshake completed: the same for all its sessions
   * @param ageAdd 0 in TLS 1.2 and older
   * @param resumed the session that the run resumed, or null
   */
  ResumableSession session(
      HandshakeRun run,
      Instant now,
      byte[] identity,
      byte[] secret,
      long ageAdd,
      @Nullable ResumableSession resumed)
      throws IOException {
    Instant proven = resumed == null ? now : resumed.fullHandshakeAt();
    Instant latest = proven.plus(MAX_LIFETIME);
    Instant wanted = now.plus(settings.sessionLifetime());
    return new ResumableSession(
        identity,
        run.choice().version(),
        run.choice().cipherSuite(),
        secret,
        true,
        ageAdd,
        now,
        wanted.isBefore(latest) ? wanted : latest,
        run.serverName(),
        run.choice().applicationProtocol().isEmpty() ? null : run.choice().applicationProtocol(),
        resumed == null ? encode(run.clientProof().chain()) : resumed.clientChain(),
        resumed == null ? run.credential().credential().name() : resumed.certificate(),
        resumed == null ? run.credential().credential().version() : resumed.certificateVersion(),
        proven);
  }

  private static List<byte[]> encode(List<X509Certificate> chain) throws IOException {
    List<byte[]> encoded = new ArrayList<>(chain.size());
    for (X509Certificate certificate : chain) {
      try {
        encoded.add(certificate.getEncoded());
      } catch (CertificateEncodingException e) {
        throw new IOException(e);
      }
    }
    return encoded;
  }

  /** NewSessionTicket in its TLS 1.3 form (RFC 8446 section 4.6.1). */
  static NewSessionTicket ticket(ResumableSession session, byte[] nonce) {
    long lifetime = Duration.between(session.issuedAt(), session.expiresAt()).toSeconds();
    return new NewSessionTicket(lifetime, session.wireIdentity()) {
      @Override
      public void encode(OutputStream output) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        TlsUtils.writeUint32(ticketLifetimeHint, body);
        TlsUtils.writeUint32(session.ageAdd(), body);
        TlsUtils.writeOpaque8(nonce, body);
        TlsUtils.writeOpaque16(ticket, body);
        TlsUtils.writeOpaque16(TlsUtils.EMPTY_BYTES, body);
        body.writeTo(output);
      }
    };
  }
}
