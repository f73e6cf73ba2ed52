package dev.handfast.session;

import dev.handfast.handshake.ClientHello;
import dev.handfast.handshake.ProtocolVersion;
import dev.handfast.handshake.ResumableSession;
import dev.handfast.session.SessionMetrics.Lookup;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Memory in front of the store, which is written behind and asked with a deadline. */
final class TieredSessions implements Sessions {

  private static final Logger LOG = LoggerFactory.getLogger(TieredSessions.class);

  /** Larger chains are not kept; RFC 8446 allows far larger ones. */
  private static final int MAX_CHAIN_BYTES = 32 * 1024;

  private final SessionProperties properties;
  private final MemoryTier memory;
  private final WriteBehind writeBehind;
  private final Lookups lookups;
  private final Invalidations invalidations;
  private final SessionIdentities identities;
  private final SessionCodec codec;
  private final SessionMetrics metrics;
  private final InstantSource clock;

  TieredSessions(
      SessionProperties properties,
      MemoryTier memory,
      WriteBehind writeBehind,
      Lookups lookups,
      Invalidations invalidations,
      SessionIdentities identities,
      SessionCodec codec,
      SessionMetrics metrics,
      InstantSource clock) {
    this.properties = properties;
    this.memory = memory;
    this.writeBehind = writeBehind;
    this.lookups = lookups;
    this.invalidations = invalidations;
    this.identities = identities;
    this.codec = codec;
    this.metrics = metrics;
    this.clock = clock;
  }

  @Override
  public CompletionStage<List<ResumableSession>> find(
      ClientHello hello, Scope scope, @Nullable ProtocolVersion newest) {
    Map<String, byte[]> offered =
        lifetime().isZero() ? Map.of() : OfferedSessions.of(hello, newest, identities);
    if (offered.isEmpty()) {
      return CompletableFuture.completedFuture(List.of());
    }
    List<ResumableSession> found = findHere(offered, hello, scope);
    metrics.lookup(scope.listener(), Tier.MEMORY, found.isEmpty() ? Lookup.MISS : Lookup.HIT);
    List<String> elsewhere = offered.keySet().stream().filter(id -> !isKnownHere(id)).toList();
    if (!found.isEmpty() || elsewhere.isEmpty()) {
      return CompletableFuture.completedFuture(found);
    }
    long since = System.nanoTime();
    return lookups
        .find(elsewhere)
        .thenApply(stored -> opened(stored, offered, hello, scope, since));
  }

  private List<ResumableSession> findHere(
      Map<String, byte[]> offered, ClientHello hello, Scope scope) {
    Instant now = clock.instant();
    List<ResumableSession> found = new ArrayList<>(offered.size());
    for (String id : offered.keySet()) {
      SessionEntry entry = memory.find(id, now);
      if (entry == null) {
        entry = waiting(id, now);
      }
      if (entry != null && isResumable(entry, hello, scope, now)) {
        found.add(entry.session());
      }
    }
    return found;
  }

  private @Nullable SessionEntry waiting(String id, Instant now) {
    SessionEntry entry = writeBehind.waiting(id);
    boolean usable =
        entry != null
            && !entry.isExpired(now)
            && !writeBehind.isDeleted(id)
            && !invalidations.hides(entry, System.nanoTime());
    return usable ? entry : null;
  }

  /** Whether the store has nothing to add to what is known here. */
  private boolean isKnownHere(String id) {
    return writeBehind.isDeleted(id) || memory.contains(id) || writeBehind.waiting(id) != null;
  }

  private List<ResumableSession> opened(
      List<FoundSession> stored,
      Map<String, byte[]> offered,
      ClientHello hello,
      Scope scope,
      long since) {
    Instant now = clock.instant();
    List<ResumableSession> found = new ArrayList<>(stored.size());
    for (FoundSession one : stored) {
      SessionEntry entry = open(one, Objects.requireNonNull(offered.get(one.id())));
      if (entry != null && admit(entry, since, now) && isResumable(entry, hello, scope, now)) {
        found.add(entry.session());
      }
    }
    metrics.lookup(scope.listener(), Tier.DATABASE, found.isEmpty() ? Lookup.MISS : Lookup.HIT);
    return found;
  }

  private @Nullable SessionEntry open(FoundSession stored, byte[] wireIdentity) {
    try {
      return codec.open(stored, wireIdentity);
    } catch (RuntimeException e) {
      LOG.warn("Stored session {} cannot be opened; it is deleted", stored.id(), e);
      writeBehind.deleted(stored.id());
      return null;
    }
  }

  /** Takes a session into memory, unless it was deleted or used up since the store was asked. */
  private boolean admit(SessionEntry loaded, long since, Instant now) {
    SessionEntry used = writeBehind.waitingUse(loaded.id());
    SessionEntry entry = used == null ? loaded : used;
    if (entry.isExpired(now) || writeBehind.isDeleted(entry.id())) {
      return false;
    }
    SessionEntry present = memory.putIfAbsent(entry);
    if (present != null) {
      return !present.isExpired(now);
    }
    if (invalidations.hides(entry, since)) {
      memory.remove(entry.id());
      return false;
    }
    return true;
  }

  private boolean isResumable(SessionEntry entry, ClientHello hello, Scope scope, Instant now) {
    ResumableSession session = entry.session();
    String alpn = session.alpn();
    return scope.admits(entry.scope())
        && Objects.equals(session.serverName(), hello.serverName())
        && (alpn == null || hello.applicationProtocols().contains(alpn))
        && now.isBefore(session.fullHandshakeAt().plus(properties.fullHandshakeAfter()))
        && (session.protocol() == ProtocolVersion.TLS_1_3) == isTicket(session, hello);
  }

  /** A ticket's bytes offered as a session ID, or the reverse, are nobody's session. */
  private static boolean isTicket(ResumableSession session, ClientHello hello) {
    return hello.pskIdentities().stream()
        .anyMatch(psk -> Arrays.equals(psk.identity(), session.wireIdentity()));
  }

  @Override
  public String save(ResumableSession session, Scope scope) {
    String id = publicId(session);
    if (!lifetime().isZero()
        && SessionIdentities.isPossible(session.wireIdentity())
        && SessionCodec.fits(session, MAX_CHAIN_BYTES)) {
      SessionEntry entry = SessionEntry.issued(id, session, scope);
      memory.put(entry);
      writeBehind.issued(entry);
    }
    return id;
  }

  @Override
  public void resumed(ResumableSession session, Scope scope) {
    Instant now = clock.instant();
    String id = publicId(session);
    SessionEntry used = memory.use(id, now, properties.ticketReuseGrace());
    if (used == null) {
      // Evicted or deleted meanwhile: not brought back, but if the store has it, it counts there.
      used = SessionEntry.issued(id, session, scope).used(now, properties.ticketReuseGrace());
    }
    writeBehind.used(used);
  }

  @Override
  public void refused(ResumableSession session, Scope scope, String reason) {
    String id = publicId(session);
    SessionEntry removed = memory.remove(id);
    Tier tier = removed == null ? Tier.DATABASE : removed.foundIn();
    writeBehind.deleted(id);
    metrics.lookup(scope.listener(), tier, Lookup.REFUSED);
    metrics.refused(scope.listener(), reason);
  }

  @Override
  public CompletionStage<Long> invalidate(SessionSelector selector) {
    return invalidations.invalidate(selector);
  }

  @Override
  public String publicId(ResumableSession session) {
    return identities.idOf(session.wireIdentity());
  }

  @Override
  public byte[] newIdentity() {
    return identities.next(clock.instant());
  }

  @Override
  public Duration lifetime() {
    return properties.lifetime();
  }

  @Override
  public int ticketsPerHandshake() {
    return properties.ticketsPerHandshake();
  }
}
