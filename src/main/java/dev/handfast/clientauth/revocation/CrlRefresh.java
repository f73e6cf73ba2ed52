package dev.handfast.clientauth.revocation;

import dev.handfast.clientauth.revocation.CrlStore.CrlId;
import dev.handfast.clientauth.revocation.CrlStore.Row;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Keeps the fetched CRLs fresh: ahead of their nextUpdate, by whichever replica comes first, the
 * others reading what it stored. A fetch that fails leaves the CRL that was there in force.
 */
@Component
public class CrlRefresh {

  private static final Logger LOG = LoggerFactory.getLogger(CrlRefresh.class);
  private static final Duration LONGEST_PAUSE_AFTER_FAILURE = Duration.ofMinutes(10);

  private final CrlStore store;
  private final Fetcher fetcher;
  private final RevocationProperties properties;
  private final InstantSource clock;
  private final ApplicationEventPublisher events;
  private final Executor threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ReentrantLock refreshing = new ReentrantLock();

  /** Guarded by {@link #refreshing}. */
  private final Map<CrlId, CompletableFuture<Void>> fetches = new HashMap<>();

  private volatile Map<String, Followed> followed = Map.of();
  private volatile Map<CrlId, Kept> kept = Map.of();

  CrlRefresh(
      CrlStore store,
      Fetcher fetcher,
      RevocationProperties properties,
      InstantSource clock,
      ApplicationEventPublisher events) {
    this.store = store;
    this.fetcher = fetcher;
    this.properties = properties;
    this.clock = clock;
    this.events = events;
  }

  /**
   * Which bundles have CRLs fetched from now on. If this throws, it is those of before, as if
   * nothing had been said. What is no longer wanted stays until {@link #forgetOthers}, so that
   * whoever still goes by the bundles of before finds it. Blocks on the database.
   *
   * @param bundles all of them
   */
  public void follow(List<Followed> bundles) {
    Map<String, Followed> next = new HashMap<>();
    bundles.forEach(bundle -> next.put(bundle.bundle(), bundle));
    Set<String> changed = new HashSet<>();
    synchronized (this) {
      Instant now = clock.instant();
      wanted(next.values()).forEach(id -> store.add(id, now));
      takeOver(changed);
      followed = Map.copyOf(next);
    }
    announce(changed);
  }

  /**
   * Forgets the CRLs that none of the followed bundles names. What cannot be removed now is removed
   * when bundles change again. Blocks on the database.
   */
  public synchronized void forgetOthers() {
    Set<CrlId> wanted = wanted(followed.values());
    try {
      store.findAll().stream()
          .map(Row::id)
          .filter(id -> !wanted.contains(id))
          .forEach(store::remove);
    } catch (DataAccessException | TransactionException e) {
      LOG.warn("CRLs that no trust bundle names any more were not removed: {}", e.getMessage());
    }
    Map<CrlId, Kept> others = new HashMap<>(kept);
    others.keySet().retainAll(wanted);
    kept = Map.copyOf(others);
  }

  private static Set<CrlId> wanted(Collection<Followed> bundles) {
    Set<CrlId> wanted = new HashSet<>();
    bundles.forEach(b -> b.urls().forEach(url -> wanted.add(new CrlId(b.bundle(), url))));
    return wanted;
  }

  /** Those of a bundle's CRLs that were fetched and are in force. Never blocks. */
  public List<CertificateList> listsOf(String bundle, List<URI> urls) {
    Map<CrlId, Kept> now = kept;
    return urls.stream()
        .map(url -> now.get(new CrlId(bundle, url)))
        .filter(Objects::nonNull)
        .map(Kept::list)
        .filter(Objects::nonNull)
        .toList();
  }

  /** The state of every CRL of a bundle. */
  public List<CrlStatus> statusOf(String bundle, List<CertificateList> given) {
    List<CrlStatus> status = new ArrayList<>();
    Followed follow = followed.get(bundle);
    for (CertificateList list : given) {
      String wrong = follow == null ? null : wrongSigner(follow, list);
      status.add(CrlStatus.of(list.source(), list, null, wrong));
    }
    for (URI url : follow == null ? List.<URI>of() : follow.urls()) {
      Kept now = kept.get(new CrlId(bundle, url));
      status.add(
          CrlStatus.of(
              url.toString(),
              now == null ? null : now.list(),
              now == null ? null : now.row().fetchedAt(),
              now == null ? null : now.row().lastError()));
    }
    return status;
  }

  /**
   * Fetches what is due, each on a virtual thread of its own. Blocks on the database.
   *
   * @return completes when that has ended, and what was being fetched before
   */
  public CompletableFuture<Void> refresh() {
    Instant now = clock.instant();
    List<Row> rows = readChanges();
    refreshing.lock();
    try {
      fetches.values().removeIf(CompletableFuture::isDone);
      for (Row row : rows) {
        boolean due = !row.nextAttempt().isAfter(now) && isFollowed(row.id());
        if (due && store.claim(row, now.plus(properties.crlTimeout().multipliedBy(2)))) {
          fetches.put(row.id(), CompletableFuture.runAsync(() -> fetch(row), threads));
        }
      }
      return CompletableFuture.allOf(fetches.values().toArray(CompletableFuture[]::new));
    } finally {
      refreshing.unlock();
    }
  }

  private boolean isFollowed(CrlId id) {
    Followed follow = followed.get(id.bundle());
    return follow != null && follow.urls().contains(id.url());
  }

  @Scheduled(fixedDelayString = "${handfast.revocation.crl-poll-interval:5s}")
  void refreshWhatIsDue() {
    if (followed.values().stream().anyMatch(bundle -> !bundle.urls().isEmpty())) {
      try {
        refresh();
      } catch (DataAccessException | TransactionException e) {
        LOG.debug("The database is gone; CRLs in force stay: {}", e.getMessage());
      }
    }
  }

  private void fetch(Row row) {
    CrlId id = row.id();
    Followed follow = followed.get(id.bundle());
    if (follow == null) {
      return;
    }
    Instant now = clock.instant();
    try {
      byte[] content = fetcher.get(id.url(), properties.crlMaxBytes(), properties.crlTimeout());
      X509CRL crl = parse(content);
      CertificateList list = new CertificateList(id.url().toString(), crl, now);
      requireUsable(follow, list, kept.get(id), now);
      byte[] der = crl.getEncoded();
      store.fetched(id, der, sha256(der), now, nextFetch(list, now));
    } catch (FetchException | CRLException e) {
      String error =
          e instanceof FetchException ? String.valueOf(e.getMessage()) : "what came is no CRL";
      LOG.warn("CRL of trust bundle {} was not refreshed: {}", id.bundle(), error);
      store.failed(id, error, now.plus(pauseAfterFailure(row.failures() + 1)));
    }
    readChanges();
  }

  private void requireUsable(
      Followed follow, CertificateList list, @Nullable Kept before, Instant now)
      throws FetchException {
    String wrong = wrongSigner(follow, list);
    if (wrong != null) {
      throw new FetchException(wrong);
    }
    // One from the future would make each right one after it the older one.
    if (list.thisUpdate().isAfter(now.plus(CertificateList.CLOCK_SKEW))) {
      throw new FetchException(
          "the CRL of %s is not yet valid (thisUpdate %s; the clock reads %s)"
              .formatted(list.source(), list.thisUpdate(), now));
    }
    if (list.nextUpdate().isEmpty() || list.nextUpdate().get().isBefore(now)) {
      throw new FetchException(
          "the CRL of %s expired (nextUpdate %s)"
              .formatted(
                  list.source(), list.nextUpdate().map(Instant::toString).orElse("missing")));
    }
    if (before != null && before.list() != null) {
      requireSuccessor(follow, list, before.list());
    }
  }

  private static void requireSuccessor(
      Followed follow, CertificateList list, CertificateList before) throws FetchException {
    if (list.issuer().equals(before.issuer())) {
      if (list.thisUpdate().isBefore(before.thisUpdate())) {
        throw new FetchException(
            "the CRL of %s is older (thisUpdate %s) than the one in force"
                .formatted(list.source(), list.thisUpdate()));
      }
    } else if (follow.authorities().stream().noneMatch(list::isIssuedBy)) {
      // Whoever answers in the server's place could otherwise take away what is known, by a CRL
      // that is about nobody.
      throw new FetchException(
          ("the CRL of %s is issued by '%s' (expected: '%s', as the one in force, or a CA of the"
                  + " trust bundle)")
              .formatted(list.source(), list.issuer().getName(), before.issuer().getName()));
    }
  }

  /** A CRL named as one of the bundle's CAs must be signed by it; others are checked when used. */
  private static @Nullable String wrongSigner(Followed follow, CertificateList list) {
    List<X509Certificate> named =
        follow.authorities().stream()
            .filter(ca -> ca.getSubjectX500Principal().equals(list.issuer()))
            .toList();
    return named.isEmpty() || named.stream().anyMatch(list::isSignedBy)
        ? null
        : "the CRL of %s is not signed by the key of '%s'"
            .formatted(list.source(), list.issuer().getName());
  }

  /** Takes over what was stored by this or another replica since the last look, and says so. */
  private List<Row> readChanges() {
    Set<String> changed = new HashSet<>();
    List<Row> rows = takeOver(changed);
    announce(changed);
    return rows;
  }

  /** Called without the lock: who listens may take its time. */
  private void announce(Set<String> changed) {
    changed.forEach(bundle -> events.publishEvent(new RevocationChanged(bundle)));
  }

  private synchronized List<Row> takeOver(Set<String> changed) {
    Map<CrlId, Kept> before = kept;
    Map<CrlId, Kept> next = new HashMap<>();
    List<Row> rows = store.findAll();
    for (Row row : rows) {
      Kept old = before.get(row.id());
      if (old != null && Objects.equals(old.row().sha256(), row.sha256())) {
        next.put(row.id(), new Kept(row, old.list()));
      } else {
        next.put(row.id(), new Kept(row, load(row)));
        if (old != null) {
          changed.add(row.id().bundle());
        }
      }
    }
    kept = Map.copyOf(next);
    return rows;
  }

  private @Nullable CertificateList load(Row row) {
    if (row.sha256() == null || row.fetchedAt() == null) {
      return null;
    }
    try {
      byte[] content = store.content(row.id());
      return new CertificateList(row.id().url().toString(), parse(content), row.fetchedAt());
    } catch (FetchException e) {
      LOG.error("The stored CRL of {} cannot be read", row.id().url());
      return null;
    }
  }

  private Instant nextFetch(CertificateList list, Instant now) {
    Duration left = Duration.between(now, list.nextUpdate().orElse(now));
    Duration ahead = left.multipliedBy(8).dividedBy(10);
    Duration wait =
        ahead.compareTo(properties.crlMaxInterval()) < 0 ? ahead : properties.crlMaxInterval();
    return now.plus(
        wait.compareTo(properties.crlMinInterval()) > 0 ? wait : properties.crlMinInterval());
  }

  private Duration pauseAfterFailure(long failures) {
    Duration pause = properties.crlMinInterval().multipliedBy(1L << Math.min(failures - 1, 10));
    return pause.compareTo(LONGEST_PAUSE_AFTER_FAILURE) < 0 ? pause : LONGEST_PAUSE_AFTER_FAILURE;
  }

  private static X509CRL parse(byte[] content) throws FetchException {
    try {
      return (X509CRL)
          CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(content));
    } catch (CertificateException | CRLException e) {
      throw new FetchException("what came is no CRL");
    }
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * A bundle whose CRLs are fetched.
   *
   * @param authorities its CA certificates
   */
  public record Followed(String bundle, List<URI> urls, List<X509Certificate> authorities) {

    public Followed {
      urls = List.copyOf(urls);
      authorities = List.copyOf(authorities);
    }
  }

  private record Kept(Row row, @Nullable CertificateList list) {}
}
