package dev.handfast.journal;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.handfast.configuration.InvalidConfigurationException;
import dev.handfast.configuration.NotFoundException;
import dev.handfast.handshake.Handshake;
import dev.handfast.handshake.Reason;
import dev.handfast.web.Page;
import dev.handfast.web.PageRequest;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;

class JournalTest {

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:30Z");
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final List<Journal> journals = new ArrayList<>();

  @AfterEach
  void stop() throws Exception {
    for (Journal journal : journals) {
      journal.destroy();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aRecordIsReadAsItWasWritten(TestDatabase database) throws Exception {
    TestDatabase.Access access = database.open();
    Journal journal = journal(access, settings(1.0, 50, 100_000));
    Handshake completed = TestHandshakes.completed("web", NOW, "shop.example");
    journal.record(completed);
    await().atMost(Duration.ofSeconds(30)).until(journal::settle);

    HandshakeRecord record = new HandshakeQueries(access.client(), JSON).get(completed.id());

    assertThat(record.startedAt()).isEqualTo(NOW);
    assertThat(record.duration()).isEqualTo(Duration.ofNanos(1_234_000));
    assertThat(record.result()).isEqualTo("completed");
    assertThat(record.reason()).isNull();
    assertThat(record.documentation()).isNull();
    assertThat(record.clientAddress()).isEqualTo("192.0.2.7");
    assertThat(record.protocol()).isEqualTo("TLSv1.3");
    assertThat(record.cipherSuite()).isEqualTo("TLS_AES_128_GCM_SHA256");
    assertThat(record.certificateVersion()).isEqualTo(3);
    HandshakeRecord.Offer hello = requireNonNull(record.clientHello());
    assertThat(hello.versions()).containsExactly("GREASE", "TLSv1.3", "TLSv1.2");
    assertThat(hello.groups()).containsExactly("GREASE", "x25519", "secp256r1");
    assertThat(hello.serverName()).isEqualTo("shop.example");
    assertThat(hello.alpn()).containsExactly("h2", "http/1.1");
    assertThat(hello.ja4()).startsWith("t13d0406h2_");
    assertThat(requireNonNull(record.clientAuthentication()).questions())
        .containsExactly(new HandshakeRecord.Question("validity", "yes", "valid until 2030"));
    assertThat(record.steps())
        .extracting(HandshakeRecord.TakenStep::step)
        .containsExactly("client_hello", "server_hello", "client_authentication", "alert_sent");
    assertThat(requireNonNull(record.steps().get(1).detail()).get("cipherSuite").asString())
        .isEqualTo("TLS_AES_128_GCM_SHA256");
    assertThat(requireNonNull(record.steps().get(2).detail()).get("decision").asString())
        .isEqualTo("allow");
  }

  @ParameterizedTest
  @EnumSource
  void filtersCombineAndPagesContinueNewestFirst(TestDatabase database) throws Exception {
    TestDatabase.Access access = database.open();
    Journal journal = journal(access, settings(1.0, 1_000, 100_000));
    for (int i = 0; i < 25; i++) {
      Instant at = NOW.plusMillis(i / 5).plusNanos(999);
      journal.record(
          i % 2 == 0
              ? TestHandshakes.completed("web", at, "shop.example")
              : TestHandshakes.failed(
                  "web", at, Reason.NO_COMMON_VERSION, TestHandshakes.hello("pay.example")));
    }
    journal.record(TestHandshakes.completed("other", NOW, "shop.example"));
    await().atMost(Duration.ofSeconds(30)).until(journal::settle);
    HandshakeQueries queries = new HandshakeQueries(access.client(), JSON);

    List<HandshakeRecord> failures = new ArrayList<>();
    String cursor = null;
    do {
      Page<HandshakeRecord> page =
          queries.find(
              filter("failed", "no_common_version", "web", "PAY.example"),
              new PageRequest(5, cursor));
      failures.addAll(page.items());
      cursor = page.nextCursor();
    } while (cursor != null);

    assertThat(failures).hasSize(12).extracting(HandshakeRecord::id).doesNotHaveDuplicates();
    assertThat(failures)
        .extracting(HandshakeRecord::startedAt)
        .isSortedAccordingTo((a, b) -> b.compareTo(a));
    assertThat(failures.getFirst().documentation()).isEqualTo("/api/v1/reasons/no_common_version");
    assertThat(
            queries
                .find(
                    new HandshakeFilter(
                        null,
                        null,
                        null,
                        null,
                        "192.0.2.7",
                        "TLSv1.3",
                        "initial",
                        NOW.plusMillis(1).toString(),
                        NOW.plusMillis(2).toString()),
                    new PageRequest(null, null))
                .items())
        .hasSize(2);
  }

  @ParameterizedTest
  @EnumSource
  void countsStayExactWhenRecordsAreSampled(TestDatabase database) throws Exception {
    TestDatabase.Access access = database.open();
    Journal journal = journal(access, settings(0.0, 50, 100_000));
    for (int i = 0; i < 300; i++) {
      journal.record(TestHandshakes.completed("web", NOW.plusSeconds(i), "shop.example"));
    }
    journal.record(
        TestHandshakes.failed(
            "web", NOW.plusSeconds(40), Reason.CLIENT_CLOSED, TestHandshakes.hello(null)));
    await().atMost(Duration.ofSeconds(30)).until(journal::settle);
    // A total that is written twice counts once.
    journal.record(TestHandshakes.completed("web", NOW.plusSeconds(40), "shop.example"));
    await().atMost(Duration.ofSeconds(30)).until(journal::settle);

    SummaryQuery summaries = new SummaryQuery(access.client());
    Summary byServerName = summaries.summarise(Dimension.SERVER_NAME, null, null, null, 10);
    assertThat(byServerName.total()).isEqualTo(302);
    assertThat(byServerName.items())
        .containsExactly(
            new Summary.Group("shop.example", 301, 301, 0, 0), new Summary.Group(null, 1, 0, 0, 1));
    assertThat(
            summaries
                .summarise(
                    Dimension.PROTOCOL,
                    null,
                    Instant.parse("2026-03-01T12:01:00Z"),
                    Instant.parse("2026-03-01T12:03:00Z"),
                    10)
                .total())
        .isEqualTo(122);
    assertThat(summaries.summarise(Dimension.REASON, null, null, null, 10).items())
        .containsExactly(new Summary.Group("client_closed", 1, 0, 0, 1));
    assertThat(access.client().sql("select count(*) from handshake").query(Long.class).single())
        .isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void theBegunMinutesOfAWindowAreCountedFromRecords(TestDatabase database) throws Exception {
    TestDatabase.Access access = database.open();
    Journal journal = journal(access, settings(1.0, 1_000, 100_000));
    for (int i = 0; i < 300; i++) {
      journal.record(TestHandshakes.completed("web", NOW.plusSeconds(i), "shop.example"));
    }
    await().atMost(Duration.ofSeconds(30)).until(journal::settle);
    SummaryQuery summaries = new SummaryQuery(access.client());

    assertThat(total(summaries, NOW.plusSeconds(10), NOW.plusSeconds(200))).isEqualTo(190);
    assertThat(total(summaries, NOW.plusSeconds(10), NOW.plusSeconds(15))).isEqualTo(5);
    assertThat(total(summaries, NOW.plusSeconds(10), null)).isEqualTo(290);
    assertThat(total(summaries, null, NOW.plusSeconds(200))).isEqualTo(200);
  }

  @ParameterizedTest
  @EnumSource
  void retentionDeletesByAgeAndByNumber(TestDatabase database) throws Exception {
    TestDatabase.Access access = database.open();
    JournalSettings settings = settings(1.0, 100_000, 1_000);
    Journal journal = journal(access, settings);
    journal.record(
        TestHandshakes.failed(
            "web",
            NOW.minus(Duration.ofDays(15)),
            Reason.NOT_TLS,
            TestHandshakes.hello("old.example")));
    for (int i = 0; i < 1_200; i++) {
      journal.record(TestHandshakes.completed("web", NOW.minusSeconds(i), "shop.example"));
    }
    await().atMost(Duration.ofSeconds(30)).until(journal::settle);

    new Retention(settings, access.shared(), access.client(), InstantSource.fixed(NOW)).apply();

    assertThat(
            access
                .client()
                .sql("select count(*), min(started_at) from handshake")
                .query(
                    (row, number) ->
                        Map.entry(
                            row.getLong(1),
                            row.getObject(2, java.time.OffsetDateTime.class).toInstant()))
                .single())
        .isEqualTo(Map.entry(1_000L, NOW.minusSeconds(999)));
    assertThat(
            access.client().sql("select count(*) from handshake_detail").query(Long.class).single())
        .isEqualTo(1_000);
    // 15 days old: even its count is gone; the surplus records still count.
    assertThat(total(new SummaryQuery(access.client()), null, null)).isEqualTo(1_200);
  }

  @ParameterizedTest
  @EnumSource
  void whatClientsControlNeitherBreaksNorGrowsTheTables(TestDatabase database) throws Exception {
    TestDatabase.Access access = database.open();
    Journal journal = journal(access, settings(1.0, 100_000, 100_000));
    for (int i = 0; i < 4_900; i++) {
      journal.record(
          TestHandshakes.failed(
              "web", NOW, Reason.NOT_TLS, TestHandshakes.hello("random-%d.example".formatted(i))));
    }
    for (int i = 0; i < 5_200; i++) {
      journal.record(TestHandshakes.completed("web", NOW, "random-%d.example".formatted(i)));
    }
    Handshake hostile =
        TestHandshakes.failed(
            "web",
            NOW.plusSeconds(1),
            Reason.NOT_TLS,
            TestHandshakes.hello("\u0000\u001b[31m" + "x".repeat(70_000)));
    journal.record(hostile);
    await().atMost(Duration.ofMinutes(2)).until(journal::settle);

    assertThat(access.client().sql("select count(*) from client_offer").query(Long.class).single())
        .isEqualTo(1);
    assertThat(
            access.client().sql("select count(*) from handshake_count").query(Long.class).single())
        .isLessThanOrEqualTo(2 * 1_020);
    assertThat(total(new SummaryQuery(access.client()), null, null)).isEqualTo(10_101);
    HandshakeRecord record = new HandshakeQueries(access.client(), JSON).get(hostile.id());
    assertThat(requireNonNull(record.clientHello()).serverName())
        .hasSize(255)
        .startsWith("??[31mxxx");
  }

  @ParameterizedTest
  @EnumSource
  void anUnknownHandshakeAndABadCursorAreSaid(TestDatabase database) throws Exception {
    HandshakeQueries queries = new HandshakeQueries(database.open().client(), JSON);
    assertThatThrownBy(() -> queries.get("none"))
        .isInstanceOf(NotFoundException.class)
        .hasMessage("there is no handshake 'none'");
    assertThatThrownBy(
            () -> queries.find(filter(null, null, null, null), new PageRequest(null, "nonsense!")))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining("cursor: nonsense! (expected: the nextCursor of the page before)");
  }

  @ParameterizedTest
  @EnumSource
  void whereItIsDisabledOnlyTheMetricsCount(TestDatabase database) throws Exception {
    TestDatabase.Access access = database.open();
    JournalSettings disabled =
        new JournalSettings(false, 1, 50, Map.of(), 100, Duration.ofDays(14), 1_000);
    Journal journal = journal(access, disabled);
    journal.record(
        TestHandshakes.failed(
            "web", NOW, Reason.NO_COMMON_VERSION, TestHandshakes.hello("shop.example")));
    await().atMost(Duration.ofSeconds(30)).until(journal::settle);

    HandshakeQueries queries = new HandshakeQueries(access.client(), JSON);
    assertThat(queries.find(filter(null, null, null, null), new PageRequest(5, null)).items())
        .isEmpty();
    assertThat(total(new SummaryQuery(access.client()), null, null)).isZero();
    assertThat(registry.get("handfast.handshake.failures").counter().count()).isEqualTo(1);
  }

  private Journal journal(TestDatabase.Access access, JournalSettings settings) {
    HandshakeStore store =
        new HandshakeStore(access.template(), access.transaction(), JSON, InstantSource.fixed(NOW));
    Journal journal =
        new Journal(settings, store, registry, InstantSource.fixed(NOW), System::nanoTime);
    journals.add(journal);
    return journal;
  }

  private static long total(
      SummaryQuery summaries, @Nullable Instant since, @Nullable Instant until) {
    return summaries.summarise(Dimension.LISTENER, null, since, until, 10).total();
  }

  private static HandshakeFilter filter(
      @Nullable String result,
      @Nullable String reason,
      @Nullable String listener,
      @Nullable String serverName) {
    return new HandshakeFilter(result, reason, listener, serverName, null, null, null, null, null);
  }

  private static JournalSettings settings(double sampling, int perSecond, long maxRecords) {
    return new JournalSettings(
        true, sampling, perSecond, Map.of(), 100_000, Duration.ofDays(14), maxRecords);
  }
}
