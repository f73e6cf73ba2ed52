package dev.handfast.clientauth.revocation;

import static dev.handfast.testing.Pki.root;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.handfast.testing.Pki.Issued;
import dev.handfast.testing.Postgres;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.cert.X509CRL;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.transaction.support.TransactionTemplate;

/** CRLs that are fetched, refreshed, and kept in the database. */
class CrlRefreshTest {

  private final Issued root = root("CN=Root");
  private final DataSource h2 = database();
  private final List<Object> events = new CopyOnWriteArrayList<>();
  private final AtomicReference<byte[]> served = new AtomicReference<>(new byte[0]);
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicReference<@Nullable String> redirect = new AtomicReference<>();
  private final Semaphore answers = new Semaphore(Integer.MAX_VALUE);
  private Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
  private HttpServer server;
  private URI url;

  @BeforeEach
  void serve() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          requests.incrementAndGet();
          answers.acquireUninterruptibly();
          String to = redirect.get();
          if (to != null && !exchange.getRequestURI().getPath().equals("/moved")) {
            exchange.getResponseHeaders().set("Location", to);
            exchange.sendResponseHeaders(302, -1);
          } else {
            exchange.sendResponseHeaders(200, served.get().length);
            exchange.getResponseBody().write(served.get());
          }
          exchange.close();
        });
    server.start();
    url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/ca.crl");
    serve(root.crl());
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void aCrlIsFetchedAndInForce() {
    CrlRefresh refresh = replica(h2);

    refresh.refresh().join();

    CrlStatus status = refresh.statusOf("b", List.of()).getFirst();
    assertThat(status.lastError()).isNull();
    assertThat(status.issuer()).isEqualTo("CN=Root");
    assertThat(status.fetchedAt()).isEqualTo(now);
    assertThat(inForce(refresh)).hasSize(1);
    assertThat(events).containsExactly(new RevocationChanged("b"));
  }

  @Test
  void whoRefreshesWaitsAlsoForWhatIsBeingFetchedAlready() {
    CrlRefresh refresh = replica(h2);
    int others = answers.drainPermits();
    CompletableFuture<Void> scheduled = refresh.refresh();

    CompletableFuture<Void> awaited = refresh.refresh();

    assertThat(awaited).isNotDone();
    answers.release(others);
    awaited.join();
    assertThat(inForce(refresh)).hasSize(1);
    scheduled.join();
    assertThat(requests).hasValue(1);
  }

  @Test
  void aRestartHasTheCrlsThatWereFetched() {
    replica(h2).refresh().join();
    server.stop(0);

    CrlRefresh restarted = replica(h2);

    assertThat(inForce(restarted)).hasSize(1);
    assertThat(inForce(restarted).getFirst().crl())
        .isEqualTo(inForce(replica(h2)).getFirst().crl());
  }

  @Test
  void aCrlIsRefreshedAheadOfItsNextUpdate() throws Exception {
    serve(
        root.crl(root.keys().getPrivate(), now.minusSeconds(60), now.plusSeconds(1000), List.of()));
    CrlRefresh refresh = replica(h2);
    refresh.refresh().join();

    now = now.plusSeconds(700);
    refresh.refresh().join();
    assertThat(requests).hasValue(1);
    serve(root.crl(root.keys().getPrivate(), now, now.plusSeconds(1000), List.of()));
    now = now.plusSeconds(150);
    refresh.refresh().join();

    assertThat(requests).hasValue(2);
    assertThat(events).hasSize(2);
  }

  @Test
  void anUnchangedCrlIsNoEvent() {
    CrlRefresh refresh = replica(h2);
    refresh.refresh().join();
    now = now.plus(Duration.ofHours(2));
    refresh.refresh().join();

    assertThat(requests).hasValue(2);
    assertThat(events).hasSize(1);
  }

  @Test
  void aFetchThatFailsLeavesTheCrlInForce() {
    CrlRefresh refresh = replica(h2);
    refresh.refresh().join();
    server.stop(0);
    now = now.plus(Duration.ofHours(2));

    refresh.refresh().join();

    assertThat(inForce(refresh)).hasSize(1);
    assertThat(refresh.statusOf("b", List.of()).getFirst().lastError())
        .isEqualTo(url + " cannot be reached (ConnectException)");
  }

  @Test
  void whatIsNoCrlOrNotOfThisCaIsNotTaken() throws Exception {
    CrlRefresh refresh = replica(h2);
    refresh.refresh().join();

    serve(root("CN=Root").crl());
    assertThat(errorAfter(refresh, 2))
        .isEqualTo("the CRL of " + url + " is not signed by the key of 'CN=Root'");
    Instant past = Instant.now().minus(Duration.ofDays(9));
    serve(root.crl(root.keys().getPrivate(), past, past.plusSeconds(60), List.of()));
    assertThat(errorAfter(refresh, 4)).contains("expired (nextUpdate ");
    serve(root.crl(root.keys().getPrivate(), past, now.plus(Duration.ofDays(9)), List.of()));
    assertThat(errorAfter(refresh, 6)).contains("is older (thisUpdate ");
    served.set("nonsense".getBytes());
    assertThat(errorAfter(refresh, 8)).isEqualTo("what came is no CRL");
    served.set(new byte[100_001]);
    assertThat(errorAfter(refresh, 10)).endsWith("answered more than 100000 bytes");
    assertThat(inForce(refresh)).hasSize(1);
    assertThat(events).hasSize(1);
  }

  @Test
  void aCrlFromTheFutureIsNotTaken() throws Exception {
    serve(crlOf(root, now.plus(Duration.ofMinutes(6))));
    CrlRefresh refresh = replica(h2);
    refresh.refresh().join();

    assertThat(inForce(refresh)).isEmpty();
    assertThat(refresh.statusOf("b", List.of()).getFirst().lastError())
        .startsWith("the CRL of " + url + " is not yet valid (thisUpdate ")
        .endsWith("; the clock reads " + now + ")");

    serve(crlOf(root, now.plus(Duration.ofMinutes(4))));
    now = now.plusSeconds(60);
    refresh.refresh().join();

    assertThat(inForce(refresh)).hasSize(1);
  }

  @Test
  void aCrlOfAnotherIssuerReplacesNothingUnlessABundlesCaSignedIt() throws Exception {
    Issued stranger = root("CN=Stranger");
    Issued other = root("CN=Other");
    CrlRefresh refresh = replica(h2, root, other);
    refresh.refresh().join();

    serve(crlOf(stranger, now.plus(Duration.ofHours(1))));
    assertThat(errorAfter(refresh, 2))
        .isEqualTo(
            "the CRL of "
                + url
                + " is issued by 'CN=Stranger' (expected: 'CN=Root', as the one in force, or a CA"
                + " of the trust bundle)");
    assertThat(inForce(refresh).getFirst().issuer().getName()).isEqualTo("CN=Root");

    serve(crlOf(other, now));
    assertThat(errorAfter(refresh, 4)).isNull();
    assertThat(inForce(refresh).getFirst().issuer().getName()).isEqualTo("CN=Other");
  }

  @Test
  void anotherIssuersCrlMayHaveBeenIssuedEarlier() throws Exception {
    Issued other = root("CN=Other");
    CrlRefresh refresh = replica(h2, root, other);
    refresh.refresh().join();

    serve(crlOf(other, now.minus(Duration.ofDays(1))));

    assertThat(errorAfter(refresh, 2)).isNull();
    assertThat(inForce(refresh).getFirst().issuer().getName()).isEqualTo("CN=Other");
  }

  @Test
  void theIssuerOfACrlNeedNotBeInTheBundle() throws Exception {
    Issued intermediate = root("CN=Intermediate");
    serve(crlOf(intermediate, now));
    CrlRefresh refresh = replica(h2);
    refresh.refresh().join();

    serve(crlOf(intermediate, now.plusSeconds(60)));

    assertThat(errorAfter(refresh, 2)).isNull();
    assertThat(inForce(refresh).getFirst().thisUpdate()).isAfter(now.minus(Duration.ofHours(2)));
  }

  @Test
  void redirectsAreFollowedToHttpOnly() {
    redirect.set("/moved");
    CrlRefresh refresh = replica(h2);
    refresh.refresh().join();
    assertThat(inForce(refresh)).hasSize(1);

    redirect.set("file:///etc/passwd");
    assertThat(errorAfter(refresh, 2)).endsWith("redirects to a file URL, which is not followed");
    redirect.set("/again");
    assertThat(errorAfter(refresh, 4)).endsWith("redirects more than 3 times");
  }

  @Test
  void ofTwoReplicasOneFetchesAndTheOtherReads() {
    CrlRefresh first = replica(h2);
    CrlRefresh second = replica(h2);

    first.refresh().join();
    second.refresh().join();

    assertThat(requests).hasValue(1);
    assertThat(inForce(second)).hasSize(1);
  }

  @Test
  void aCrlThatNobodyWantsAnyMoreIsForgotten() {
    CrlRefresh refresh = replica(h2);
    refresh.refresh().join();

    refresh.follow(List.of());
    assertThat(inForce(refresh)).as("for whoever goes by the bundles of before").hasSize(1);
    refresh.forgetOthers();

    assertThat(inForce(refresh)).isEmpty();
    assertThat(store(h2).findAll()).isEmpty();
  }

  @Test
  void bundlesThatCannotBeFollowedChangeNothing() {
    CrlRefresh refresh = replica(h2);
    refresh.refresh().join();
    JdbcClient.create(h2).sql("alter table trust_bundle_crl rename to gone").update();

    assertThatThrownBy(() -> refresh.follow(List.of())).isInstanceOf(DataAccessException.class);

    assertThat(inForce(refresh)).hasSize(1);
    assertThat(refresh.statusOf("b", List.of())).hasSize(1);
  }

  @Test
  void whatCannotBeForgottenInTheDatabaseIsNotInForceNorFetched() {
    CrlRefresh refresh = replica(h2);
    refresh.refresh().join();
    refresh.follow(List.of(new CrlRefresh.Followed("b", List.of(), List.of())));
    JdbcClient.create(h2).sql("alter table trust_bundle_crl_part rename to gone").update();

    refresh.forgetOthers();

    assertThat(inForce(refresh)).isEmpty();
    JdbcClient.create(h2).sql("alter table gone rename to trust_bundle_crl_part").update();
    now = now.plus(Duration.ofHours(2));
    refresh.refresh().join();
    assertThat(requests).hasValue(1);
  }

  @Test
  void aLargeCrlIsKeptInParts() {
    CrlStore store = store(h2);
    CrlStore.CrlId id = new CrlStore.CrlId("b", url);
    byte[] large = new byte[1_700_000];
    new java.util.Random(1).nextBytes(large);
    store.add(id, now);

    store.fetched(id, large, "x", now, now);

    assertThat(store.content(id)).isEqualTo(large);
  }

  @Test
  void itWorksOnPostgreSqlToo() {
    DataSource source = new DriverManagerDataSource(Postgres.newDatabase());
    Flyway.configure().dataSource(source).load().migrate();
    CrlRefresh refresh = replica(source);

    refresh.refresh().join();

    assertThat(inForce(refresh)).hasSize(1);
    assertThat(inForce(replica(source))).hasSize(1);
  }

  private @Nullable String errorAfter(CrlRefresh refresh, int hours) {
    now = Instant.now().plus(Duration.ofHours(hours));
    refresh.refresh().join();
    return refresh.statusOf("b", List.of()).getFirst().lastError();
  }

  private CrlRefresh replica(DataSource source) {
    return replica(source, root);
  }

  private CrlRefresh replica(DataSource source, Issued... authorities) {
    CrlRefresh refresh =
        new CrlRefresh(
            store(source),
            new Fetcher(Revocation.PROPERTIES),
            Revocation.PROPERTIES,
            () -> now,
            events::add);
    refresh.follow(
        List.of(
            new CrlRefresh.Followed(
                "b",
                List.of(url),
                List.of(authorities).stream().map(Issued::certificate).toList())));
    return refresh;
  }

  private List<CertificateList> inForce(CrlRefresh refresh) {
    return refresh.listsOf("b", List.of(url));
  }

  private void serve(X509CRL crl) throws Exception {
    served.set(crl.getEncoded());
  }

  private static X509CRL crlOf(Issued authority, Instant thisUpdate) {
    return authority.crl(
        authority.keys().getPrivate(), thisUpdate, thisUpdate.plus(Duration.ofDays(7)), List.of());
  }

  private static CrlStore store(DataSource source) {
    return new CrlStore(
        JdbcClient.create(source),
        new TransactionTemplate(new DataSourceTransactionManager(source)));
  }

  private static DataSource database() {
    DataSource source =
        new SimpleDriverDataSource(
            new org.h2.Driver(), "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    Flyway.configure().dataSource(source).load().migrate();
    return source;
  }
}
