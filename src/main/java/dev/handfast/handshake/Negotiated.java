package dev.handfast.handshake;

import org.jspecify.annotations.Nullable;

/**
 * What both sides agreed on; names are IANA's.
 *
 * @param group null for RSA key exchange
 * @param signatureScheme of the server's signature, null where none was made (resumption, RSA)
 * @param certificate name of the certificate that the server proved itself with, null if resumed
 * @param certificateVersion its version, 0 if resumed
 * @param sessionId public identifier of the session, null if none was kept; never the wire value
 */
public record Negotiated(
    ProtocolVersion protocol,
    String cipherSuite,
    @Nullable String group,
    @Nullable String signatureScheme,
    @Nullable String alpn,
    @Nullable String certificate,
    int certificateVersion,
    boolean resumed,
    @Nullable String sessionId) {}
