package dev.handfast.session;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A session as the store shows it. */
record SessionRow(
    String id,
    String listener,
    String route,
    @Nullable String serverName,
    String protocol,
    int cipherSuite,
    ClientIdentity client,
    @Nullable String certificate,
    int certificateVersion,
    @Nullable String clientAuthPolicy,
    long clientAuthPolicyRevision,
    Instant createdAt,
    Instant expiresAt,
    @Nullable Instant lastUsedAt,
    long resumptions)
    implements SessionFacts {

  SessionRow withUse(@Nullable Instant newLastUsedAt, long newResumptions, Instant newExpiresAt) {
    return new SessionRow(
        id,
        listener,
        route,
        serverName,
        protocol,
        cipherSuite,
        client,
        certificate,
        certificateVersion,
        clientAuthPolicy,
        clientAuthPolicyRevision,
        createdAt,
        newExpiresAt,
        newLastUsedAt,
        newResumptions);
  }

  static SessionRow of(SessionEntry entry) {
    return new SessionRow(
        entry.id(),
        entry.listener(),
        entry.route(),
        entry.serverName(),
        entry.protocol(),
        entry.cipherSuite(),
        entry.client(),
        entry.certificate(),
        entry.certificateVersion(),
        entry.clientAuthPolicy(),
        entry.clientAuthPolicyRevision(),
        entry.createdAt(),
        entry.expiresAt(),
        entry.lastUsedAt(),
        entry.resumptions());
  }
}
