package dev.handfast.session;

import dev.handfast.handshake.ProtocolVersion;
import dev.handfast.handshake.ResumableSession;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A session as kept in memory, with its secret. Immutable but for a memo. */
final class SessionEntry implements SessionFacts {

  /** Objects, texts and the cache's own nodes: a little more than measured. */
  private static final int OVERHEAD_BYTES = 450;

  private final String id;
  private final ResumableSession session;
  private final Sessions.Scope scope;
  private final Instant expiresAt;
  private final @Nullable Instant lastUsedAt;
  private final long resumptions;
  private final Tier foundIn;
  private volatile @Nullable ClientIdentity client;

  private SessionEntry(
      String id,
      ResumableSession session,
      Sessions.Scope scope,
      Instant expiresAt,
      @Nullable Instant lastUsedAt,
      long resumptions,
      Tier foundIn,
      @Nullable ClientIdentity client) {
    this.id = id;
    this.session = session;
    this.scope = scope;
    this.expiresAt = expiresAt;
    this.lastUsedAt = lastUsedAt;
    this.resumptions = resumptions;
    this.foundIn = foundIn;
    this.client = client;
  }

  static SessionEntry issued(String id, ResumableSession session, Sessions.Scope scope) {
    return new SessionEntry(id, session, scope, session.expiresAt(), null, 0, Tier.MEMORY, null);
  }

  static SessionEntry loaded(ResumableSession session, Sessions.Scope scope, FoundSession found) {
    return new SessionEntry(
        found.id(),
        session,
        scope,
        earlier(session.expiresAt(), found.expiresAt()),
        null,
        0,
        Tier.DATABASE,
        null);
  }

  /**
   * After a handshake resumed it.
   *
   * @param grace for how long a TLS 1.3 ticket may be used again after its first use
   */
  SessionEntry used(Instant now, Duration grace) {
    Instant until =
        session.protocol() == ProtocolVersion.TLS_1_3
            ? earlier(expiresAt, now.plus(grace))
            : expiresAt;
    return new SessionEntry(id, session, scope, until, now, resumptions + 1, foundIn, client);
  }

  ResumableSession session() {
    return session;
  }

  Sessions.Scope scope() {
    return scope;
  }

  /** Where it came from when it was found last. */
  Tier foundIn() {
    return foundIn;
  }

  boolean isExpired(Instant now) {
    return !now.isBefore(expiresAt);
  }

  @Nullable Instant lastUsedAt() {
    return lastUsedAt;
  }

  long resumptions() {
    return resumptions;
  }

  /** What it takes in memory, in bytes, roughly. */
  int weight() {
    long bytes = OVERHEAD_BYTES + session.wireIdentity().length + session.secret().length;
    for (byte[] certificate : session.clientChain()) {
      bytes += certificate.length + 24;
    }
    return (int) Math.min(bytes, Integer.MAX_VALUE);
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public String listener() {
    return scope.listener();
  }

  @Override
  public String route() {
    return scope.route();
  }

  @Override
  public @Nullable String serverName() {
    return scope.serverName();
  }

  @Override
  public String protocol() {
    return session.protocol().label();
  }

  @Override
  public int cipherSuite() {
    return session.cipherSuite();
  }

  @Override
  public ClientIdentity client() {
    ClientIdentity known = client;
    if (known == null) {
      known = ClientIdentity.of(session.clientChain());
      client = known;
    }
    return known;
  }

  @Override
  public @Nullable String certificate() {
    return session.certificate();
  }

  @Override
  public int certificateVersion() {
    return session.certificateVersion();
  }

  @Override
  public @Nullable String clientAuthPolicy() {
    return scope.clientAuthPolicy();
  }

  @Override
  public long clientAuthPolicyRevision() {
    return scope.clientAuthPolicyRevision();
  }

  @Override
  public Instant createdAt() {
    return session.issuedAt();
  }

  @Override
  public Instant expiresAt() {
    return expiresAt;
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  /** Names nothing that could resume it. */
  @Override
  public String toString() {
    return "SessionEntry[" + id + "]";
  }
}
