package dev.handfast.session;

import dev.handfast.handshake.IanaRegistry;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A session as the API answers it: nothing that resumes it. */
record SessionView(
    String id,
    String listener,
    @Nullable String route,
    @Nullable String serverName,
    String protocol,
    String cipherSuite,
    @Nullable String clientSubject,
    @Nullable String clientFingerprintSha256,
    @Nullable String clientAuthPolicy,
    @Nullable String certificate,
    @Nullable Integer certificateVersion,
    Instant createdAt,
    Instant expiresAt,
    @Nullable Instant lastUsedAt,
    long resumptions) {

  static SessionView of(SessionRow row) {
    return new SessionView(
        row.id(),
        row.listener(),
        row.route().isEmpty() ? null : row.route(),
        row.serverName(),
        row.protocol(),
        IanaRegistry.CIPHER_SUITES.nameOf(row.cipherSuite()),
        row.client().subject(),
        row.client().fingerprintSha256(),
        row.clientAuthPolicy(),
        row.certificate(),
        row.certificate() == null ? null : row.certificateVersion(),
        row.createdAt(),
        row.expiresAt(),
        row.lastUsedAt(),
        row.resumptions());
  }
}
