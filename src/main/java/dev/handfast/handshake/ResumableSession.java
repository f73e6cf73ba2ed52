package dev.handfast.handshake;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What resumes a session: a TLS 1.2 session ID with its master secret, or a TLS 1.3 ticket with its
 * PSK. Holds a secret: never logged, never answered, kept only encrypted.
 *
 * @param wireIdentity the session ID or ticket as the client offers it, 16..64 random bytes
 * @param cipherSuite of the handshake that began it; its hash binds a TLS 1.3 PSK
 * @param secret master secret (TLS 1.2) or PSK (TLS 1.3)
 * @param extendedMasterSecret whether RFC 7627 was used (TLS 1.2)
 * @param ageAdd ticket_age_add, uint32 (TLS 1.3), else 0
 * @param issuedAt when the client got it
 * @param expiresAt at most seven days later (RFC 8446 section 4.6.1)
 * @param clientChain DER of the client's proven certificates, its own first; empty without
 * @param fullHandshakeAt when the identity was last proven by a full handshake
 */
public record ResumableSession(
    byte[] wireIdentity,
    ProtocolVersion protocol,
    int cipherSuite,
    byte[] secret,
    boolean extendedMasterSecret,
    long ageAdd,
    Instant issuedAt,
    Instant expiresAt,
    @Nullable String serverName,
    @Nullable String alpn,
    List<byte[]> clientChain,
    @Nullable String certificate,
    int certificateVersion,
    Instant fullHandshakeAt) {

  public ResumableSession {
    clientChain = List.copyOf(clientChain);
  }

  /** Names nothing that could resume it. */
  @Override
  public String toString() {
    return "ResumableSession[" + protocol.label() + ", expires " + expiresAt + "]";
  }
}
