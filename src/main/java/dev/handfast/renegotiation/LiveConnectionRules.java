package dev.handfast.renegotiation;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toSet;

import dev.handfast.clientauth.ClientAuthPolicies;
import dev.handfast.clientauth.ClientAuthPolicy;
import dev.handfast.handshake.CertificateDemand;
import dev.handfast.handshake.Failure;
import dev.handfast.handshake.ProtocolVersion;
import dev.handfast.handshake.Reason;
import dev.handfast.listener.ConnectionInfo;
import dev.handfast.listener.ListenerSettings.RekeyAfter;
import dev.handfast.listener.LiveConnection;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Looks at every live connection, and finds those that today's configuration treats differently
 * than when they began: exactly these are renegotiated or ended. {@link #check} is called by one
 * thread at a time, and blocks.
 */
final class LiveConnectionRules {

  /** After an attempt, a connection is not asked again for so long. */
  private static final Duration RETRY = Duration.ofMinutes(1);

  /** Fewer connections are looked at sooner than another thread begins. */
  private static final int LEAST_PER_THREAD = 500;

  private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

  private final Supplier<Stream<LiveConnection>> connections;
  private final PolicyOfConnection routePolicies;
  private final ClientAuthPolicies policies;
  private final Verdicts verdicts;
  private final Function<String, OptionalInt> certificateVersions;
  private final Renegotiations renegotiations;
  private final InstantSource clock;
  private final Map<String, WatchedConnection> watched = new ConcurrentHashMap<>();

  /**
   * Rules.
   *
   * @param certificateVersions the current version of a certificate, by name
   */
  LiveConnectionRules(
      Supplier<Stream<LiveConnection>> connections,
      PolicyOfConnection routePolicies,
      ClientAuthPolicies policies,
      Verdicts verdicts,
      Function<String, OptionalInt> certificateVersions,
      Renegotiations renegotiations,
      InstantSource clock) {
    this.connections = connections;
    this.routePolicies = routePolicies;
    this.policies = policies;
    this.verdicts = verdicts;
    this.certificateVersions = certificateVersions;
    this.renegotiations = renegotiations;
    this.clock = clock;
  }

  /** Looks at every connection once; returns the jobs that this began. */
  List<Job> check() {
    Instant now = clock.instant();
    List<LiveConnection> living = connections.get().toList();
    watched.keySet().retainAll(living.stream().map(LiveConnection::id).collect(toSet()));
    Map<Trigger, List<Task>> due =
        lookAtAll(living, now)
            .collect(
                groupingBy(
                    Due::trigger,
                    () -> new EnumMap<>(Trigger.class),
                    mapping(Due::task, toList())));
    List<Job> jobs = new ArrayList<>();
    due.forEach((trigger, tasks) -> jobs.add(start(trigger, tasks)));
    return jobs;
  }

  /** All processors share the work, for after a revocation every client is judged anew. */
  private Stream<Due> lookAtAll(List<LiveConnection> living, Instant now) {
    int parts = Math.min(PROCESSORS, living.size() / LEAST_PER_THREAD + 1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      return IntStream.range(0, parts)
          .mapToObj(part -> part(living, part, parts))
          .map(part -> CompletableFuture.supplyAsync(() -> lookAtEach(part, now), threads))
          .toList()
          .stream()
          .map(CompletableFuture::join)
          .flatMap(List::stream);
    }
  }

  private static <T> List<T> part(List<T> all, int part, int parts) {
    return all.subList(all.size() * part / parts, all.size() * (part + 1) / parts);
  }

  private List<Due> lookAtEach(List<LiveConnection> part, Instant now) {
    return part.stream().flatMap(connection -> look(connection, now).stream()).toList();
  }

  private Job start(Trigger trigger, List<Task> tasks) {
    tasks.forEach(task -> busy(task, true));
    return renegotiations.start(trigger, Mode.AUTO, null, tasks, task -> busy(task, false));
  }

  private void busy(Task task, boolean now) {
    WatchedConnection state = watched.get(task.connection().id());
    if (state != null) {
      state.busy(now);
    }
  }

  private Optional<Due> look(LiveConnection connection, Instant now) {
    ConnectionInfo info = connection.info();
    WatchedConnection state = watched.computeIfAbsent(info.id(), id -> new WatchedConnection(info));
    if (state.isBusy()) {
      return Optional.empty();
    }
    return refused(connection, info, state, now)
        .or(() -> tooOld(connection, info, state, now))
        .or(() -> otherCertificate(connection, info, state))
        .or(() -> rekey(connection, info, state, now));
  }

  private Optional<Due> refused(
      LiveConnection connection, ConnectionInfo info, WatchedConnection state, Instant now) {
    boolean expired = hasExpired(connection, now);
    for (ClientAuthPolicy policy : policiesOf(info)) {
      if (!expired && isAccepted(info, state, policy)) {
        continue;
      }
      Optional<Failure> refusal = verdicts.refusal(connection, policy, now);
      if (refusal.isEmpty()) {
        state.acceptedUnder(policy.name(), policy.revision());
      } else if (refusal.get().reason() != Reason.CLIENT_CERTIFICATE_MISSING) {
        return Optional.of(
            new Due(trigger(refusal.get().reason()), new Task.End(connection, refusal.get())));
      } else if (state.mayAsk(now)) {
        state.askAgainAfter(now.plus(RETRY));
        return Optional.of(
            new Due(
                Trigger.POLICY_CHANGE,
                new Task.Ask(connection, Mode.REAUTHENTICATE, policy, true)));
      }
    }
    return Optional.empty();
  }

  /** The route's policy of today, and the one by which the client came in, if another. */
  private List<ClientAuthPolicy> policiesOf(ConnectionInfo info) {
    List<ClientAuthPolicy> all = new ArrayList<>(2);
    routePolicies.of(info).ifPresent(all::add);
    String own = info.clientAuthPolicy();
    if (own != null && all.stream().noneMatch(policy -> policy.name().equals(own))) {
      policies.find(own).ifPresent(all::add);
    }
    return all;
  }

  private static boolean isAccepted(
      ConnectionInfo info, WatchedConnection state, ClientAuthPolicy policy) {
    return state.isAcceptedUnder(policy.name(), policy.revision())
        || (policy.name().equals(info.clientAuthPolicy())
            && policy.revision() == info.clientAuthPolicyRevision());
  }

  private static boolean hasExpired(LiveConnection connection, Instant now) {
    List<X509Certificate> chain = connection.clientChain();
    return !chain.isEmpty() && chain.getFirst().getNotAfter().toInstant().isBefore(now);
  }

  private static Trigger trigger(Reason reason) {
    return switch (reason) {
      case CLIENT_CERTIFICATE_REVOKED, CLIENT_REVOCATION_UNKNOWN -> Trigger.REVOCATION;
      case CLIENT_CERTIFICATE_EXPIRED -> Trigger.MAX_AGE;
      default -> Trigger.POLICY_CHANGE;
    };
  }

  private Optional<Due> tooOld(
      LiveConnection connection, ConnectionInfo info, WatchedConnection state, Instant now) {
    ClientAuthPolicy policy = routePolicies.of(info).orElse(null);
    if (policy == null
        || policy.demand() == CertificateDemand.NONE
        || policy.reauthenticateAfter().isEmpty()
        || !state.mayAsk(now)) {
      return Optional.empty();
    }
    Instant due = info.lastHandshakeAt().plus(policy.reauthenticateAfter().get());
    if (now.isBefore(due)) {
      return Optional.empty();
    }
    state.askAgainAfter(now.plus(RETRY));
    boolean required = policy.demand() == CertificateDemand.REQUIRE;
    return Optional.of(
        new Due(Trigger.MAX_AGE, new Task.Ask(connection, Mode.REAUTHENTICATE, policy, required)));
  }

  private Optional<Due> otherCertificate(
      LiveConnection connection, ConnectionInfo info, WatchedConnection state) {
    String certificate = info.certificate();
    if (!connection.followsCertificateRotation() || certificate == null) {
      return Optional.empty();
    }
    OptionalInt current = certificateVersions.apply(certificate);
    if (current.isEmpty()
        || current.getAsInt() == info.certificateVersion()
        || state.triedCertificateVersion(current.getAsInt())) {
      return Optional.empty();
    }
    state.tryCertificateVersion(current.getAsInt());
    // A connection keeps the credential that it began with, in every handshake of its life.
    return Optional.of(
        new Due(
            Trigger.CERTIFICATE_ROTATION, new Task.Ask(connection, Mode.RECONNECT, null, false)));
  }

  private static Optional<Due> rekey(
      LiveConnection connection, ConnectionInfo info, WatchedConnection state, Instant now) {
    RekeyAfter after = connection.rekeyAfter();
    if (after == null) {
      return Optional.empty();
    }
    Long bytes = after.bytes();
    Duration duration = after.duration();
    boolean tooMany = bytes != null && state.bytesSinceRekey(info) >= bytes;
    boolean tooOld = duration != null && !now.isBefore(state.rekeyedAt(info).plus(duration));
    if (!tooMany && !tooOld) {
      return Optional.empty();
    }
    state.rekeyed(info, now);
    boolean tls13 = info.protocol().equals(ProtocolVersion.TLS_1_3.label());
    Mode mode = tls13 ? Mode.KEY_UPDATE : Mode.RENEGOTIATE;
    return Optional.of(
        new Due(
            tooMany ? Trigger.MAX_BYTES : Trigger.MAX_AGE,
            new Task.Ask(connection, mode, null, false)));
  }

  private record Due(Trigger trigger, Task task) {}
}
