package dev.handfast.listener;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A live connection as it is now; names are IANA's.
 *
 * @param id sortable by time
 * @param route server-name pattern of the route, or null: the listener itself
 * @param clientAddress without port
 * @param clientAuthPolicy name of the policy that let the client in, or null
 * @param clientAuthPolicyRevision its revision then, or 0
 * @param certificateVersion 0 without certificate (resumed)
 * @param renegotiations including key updates and re-authentications
 * @param bytesIn plaintext from the client
 * @param bytesOut plaintext to the client
 */
public record ConnectionInfo(
    String id,
    String listener,
    @Nullable String route,
    String clientAddress,
    int clientPort,
    @Nullable String serverName,
    String protocol,
    String cipherSuite,
    @Nullable String group,
    @Nullable String signatureScheme,
    @Nullable String alpn,
    @Nullable String clientSubject,
    @Nullable String clientFingerprintSha256,
    @Nullable String clientAuthPolicy,
    long clientAuthPolicyRevision,
    @Nullable String sessionId,
    boolean resumed,
    @Nullable String certificate,
    int certificateVersion,
    Instant establishedAt,
    Instant lastHandshakeAt,
    int renegotiations,
    long bytesIn,
    long bytesOut,
    String upstream) {}
