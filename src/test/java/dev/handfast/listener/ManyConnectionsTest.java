package dev.handfast.listener;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.handfast.handshake.Failure;
import io.netty.util.concurrent.EventExecutor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A hundred thousand live connections are listed, and the data plane does not notice. */
class ManyConnectionsTest {

  private static final int COUNT = 100_000;
  private static final int PAGE = 500;

  /** Every value of every filter selects each so-manieth connection. */
  private static final int KINDS = 10;

  private static final Instant LATER = Instant.now().plus(Duration.ofDays(1));

  private final Gateway gateway = new Gateway();
  private final CountDownLatch held = new CountDownLatch(1);
  private final CountDownLatch reached = new CountDownLatch(1);

  @BeforeEach
  void aHundredThousandConnections() {
    for (int i = 0; i < COUNT; i++) {
      gateway.connections.add(new Listed(info(i)));
    }
  }

  @AfterEach
  void stop() {
    held.countDown();
    gateway.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "none",
        "listener",
        "serverName",
        "clientAddress",
        "clientSubject",
        "clientFingerprintSha256",
        "clientAuthPolicy",
        "certificate",
        "protocol",
        "minAge",
        "connectionId"
      })
  void everyFilterAnswersABoundedPageOldestFirst(String filter) {
    ConnectionSelector selector = selecting(filter);
    int step = filter.equals("none") ? 1 : KINDS;

    List<ConnectionInfo> first = gateway.connections.list(selector, null, PAGE);

    if (filter.equals("connectionId")) {
      assertThat(first).containsExactly(info(KINDS));
      return;
    }
    assertThat(first).hasSize(PAGE);
    assertThat(first.getFirst()).isEqualTo(info(0));
    assertThat(first.getLast()).isEqualTo(info((PAGE - 1) * step));
    List<ConnectionInfo> second = gateway.connections.list(selector, first.getLast().id(), PAGE);
    assertThat(second).hasSize(PAGE);
    assertThat(second.getFirst()).isEqualTo(info(PAGE * step));
    assertThat(gateway.connections.list(selector, info(COUNT - step - 1).id(), PAGE))
        .containsExactly(info(COUNT - step));
  }

  @Test
  void clientsComeAndGoWhileAListIsBeingMade() throws Exception {
    gateway.run(Gateway.Settings.to("inspect:"));
    gateway.connections.add(
        new Listed(info(COUNT)) {
          @Override
          public ConnectionInfo info() {
            reached.countDown();
            hold();
            return super.info();
          }
        });
    CompletableFuture<List<ConnectionInfo>> listing =
        CompletableFuture.supplyAsync(
            () -> gateway.connections.list(ConnectionSelector.ALL, info(COUNT - 1).id(), PAGE));
    assertThat(reached.await(20, TimeUnit.SECONDS)).isTrue();

    try (SSLSocket client = gateway.connectTls("TLSv1.3")) {
      client.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(US_ASCII));
      assertThat(new String(client.getInputStream().readNBytes(12), US_ASCII))
          .isEqualTo("HTTP/1.1 200");
      assertThat(gateway.connections.count()).isEqualTo(COUNT + 2);
    }
    await().until(() -> gateway.connections.count() == COUNT + 1);

    assertThat(listing).isNotDone();
    held.countDown();
    assertThat(listing.get(20, TimeUnit.SECONDS)).contains(info(COUNT));
  }

  @Test
  void aListNeedsNoEventLoop() throws Exception {
    gateway.run(Gateway.Settings.to("inspect:"));
    try (SSLSocket client = gateway.connectTls("TLSv1.3")) {
      await().until(() -> gateway.connections.count() == COUNT + 1);
      for (EventExecutor loop : gateway.eventLoops.group()) {
        loop.execute(this::hold);
      }

      List<ConnectionInfo> last =
          CompletableFuture.supplyAsync(
                  () ->
                      gateway.connections.list(ConnectionSelector.ALL, info(COUNT - 1).id(), PAGE))
              .get(20, TimeUnit.SECONDS);

      assertThat(last).hasSize(1).first().extracting(ConnectionInfo::listener).isEqualTo("test");
      held.countDown();
    }
  }

  private void hold() {
    try {
      assertThat(held.await(1, TimeUnit.MINUTES)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static ConnectionSelector selecting(String filter) {
    ConnectionInfo wanted = info(KINDS);
    return new ConnectionSelector(
        filter.equals("listener") ? wanted.listener() : null,
        filter.equals("serverName") ? wanted.serverName() : null,
        filter.equals("clientAddress") ? wanted.clientAddress() : null,
        filter.equals("clientSubject") ? wanted.clientSubject() : null,
        filter.equals("clientFingerprintSha256") ? wanted.clientFingerprintSha256() : null,
        filter.equals("clientAuthPolicy") ? wanted.clientAuthPolicy() : null,
        filter.equals("certificate") ? wanted.certificate() : null,
        filter.equals("protocol") ? wanted.protocol() : null,
        filter.equals("minAge") ? Duration.ofDays(5) : null,
        filter.equals("connectionId") ? wanted.id() : null);
  }

  static ConnectionInfo info(int number) {
    boolean selected = number % KINDS == 0;
    String kind = Integer.toString(number % KINDS);
    Instant at = selected ? Instant.EPOCH : LATER;
    return new ConnectionInfo(
        "%07d".formatted(number),
        "listener-" + kind,
        null,
        "192.0.2." + kind,
        40_000,
        kind + ".example",
        "TLSv1." + kind,
        "TLS_AES_128_GCM_SHA256",
        "x25519",
        null,
        null,
        "CN=" + kind,
        "00" + kind,
        "policy-" + kind,
        1,
        null,
        false,
        "certificate-" + kind,
        1,
        at,
        at,
        0,
        0,
        0,
        "inspect:");
  }

  /** A connection that is listed and nothing more. */
  static class Listed implements LiveConnection {

    private final ConnectionInfo info;

    Listed(ConnectionInfo info) {
      this.info = info;
    }

    @Override
    public String id() {
      return info.id();
    }

    @Override
    public ConnectionInfo info() {
      return info;
    }

    @Override
    public Support support() {
      return new Support(false, false, false);
    }

    @Override
    public List<X509Certificate> clientChain() {
      return List.of();
    }

    @Override
    public List<String> sessionIds() {
      return List.of();
    }

    @Override
    public ListenerSettings.@Nullable RekeyAfter rekeyAfter() {
      return null;
    }

    @Override
    public boolean followsCertificateRotation() {
      return false;
    }

    @Override
    public CompletionStage<Outcome> renegotiate(Demand demand) {
      return closed();
    }

    @Override
    public CompletionStage<Outcome> requestCertificate(Demand demand) {
      return closed();
    }

    @Override
    public CompletionStage<Outcome> updateKeys() {
      return closed();
    }

    @Override
    public CompletionStage<Outcome> close() {
      return closed();
    }

    @Override
    public CompletionStage<Outcome> abort(Failure failure) {
      return closed();
    }

    private static CompletionStage<Outcome> closed() {
      return CompletableFuture.completedFuture(Outcome.of(Result.CLOSED));
    }
  }
}
