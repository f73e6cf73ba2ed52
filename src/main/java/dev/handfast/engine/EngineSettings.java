package dev.handfast.engine;

import dev.handfast.handshake.CertificateDemand;
import dev.handfast.handshake.ClientAuthenticator;
import dev.handfast.handshake.ResumableSession;
import dev.handfast.handshake.TlsProfile;
import java.security.Principal;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * All that one connection's engine needs to know, fetched before it starts.
 *
 * @param certificates in order of preference; may be empty, then every handshake fails
 * @param demand whether the initial handshake asks for a client certificate
 * @param authorities the CertificateRequest's certificate_authorities; may be empty
 * @param authenticator asked when the client's certificate (or its absence) is known
 * @param applicationProtocols accepted ALPN names in order of preference; empty: ALPN is ignored
 * @param sessions those that this ClientHello may resume, already allowed by today's policy
 * @param sessionLifetime how long a new session may be resumed; zero: none is offered
 * @param sessionIdentities makes what a client offers to resume a new session: 16..32 bytes, which
 *     nobody can guess; called on the engine's thread, must not block
 * @param tickets how many TLS 1.3 tickets a full handshake sends, 0..4
 * @param allowClientRenegotiation TLS 1.2 and older: whether the client may renegotiate
 */
public record EngineSettings(
    TlsProfile profile,
    List<ServerCredential> certificates,
    CertificateDemand demand,
    List<? extends Principal> authorities,
    ClientAuthenticator authenticator,
    List<String> applicationProtocols,
    List<ResumableSession> sessions,
    Duration sessionLifetime,
    Supplier<byte[]> sessionIdentities,
    int tickets,
    boolean allowClientRenegotiation) {

  public EngineSettings {
    certificates = List.copyOf(certificates);
    authorities = List.copyOf(authorities);
    applicationProtocols = List.copyOf(applicationProtocols);
    sessions = List.copyOf(sessions);
  }
}
