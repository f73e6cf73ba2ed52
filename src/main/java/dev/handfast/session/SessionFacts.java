package dev.handfast.session;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What may be known, shown and asked of a session: nothing that resumes it. */
interface SessionFacts {

  String id();

  String listener();

  String route();

  @Nullable String serverName();

  /** A label such as {@code TLSv1.3}. */
  String protocol();

  /** Code point. */
  int cipherSuite();

  ClientIdentity client();

  @Nullable String certificate();

  int certificateVersion();

  @Nullable String clientAuthPolicy();

  /** Of the policy that applied, 0 without one; see {@link Sessions.Scope}. */
  long clientAuthPolicyRevision();

  Instant createdAt();

  /** When it can no longer be resumed; soon after its use for a TLS 1.3 ticket. */
  Instant expiresAt();
}
