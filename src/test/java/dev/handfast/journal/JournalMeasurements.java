package dev.handfast.journal;

import dev.handfast.handshake.Negotiation.ServerCertificate;
import dev.handfast.handshake.ProtocolVersion;
import dev.handfast.handshake.TimeOrderedId;
import dev.handfast.handshake.TlsProfile;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.h2.jdbcx.JdbcConnectionPool;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import tools.jackson.databind.json.JsonMapper;

/**
 * Measures queries over a large journal; run by hand, see {@code docs/journal.md}. Arguments: a
 * database to create or reuse, and how many handshakes it should hold. The database is an H2 file,
 * or {@code postgresql:} and the data directory of an embedded PostgreSQL.
 */
final class JournalMeasurements {

  private static final String POSTGRESQL = "postgresql:";
  private static final Instant END = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration SPAN = Duration.ofDays(7);
  // Only pages of the newest records read documents, so that the others need none here.
  private static final int NEWEST = 10_000;
  private static final int SERVER_NAMES = 100;
  private static final String[] SUITES = {
    "TLS_AES_128_GCM_SHA256",
    "TLS_AES_256_GCM_SHA384",
    "TLS_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
  };

  private final JdbcTemplate jdbc;
  private final JdbcClient client;
  private final JsonMapper json = JsonMapper.builder().build();

  private final X509Certificate server;

  private JournalMeasurements(DataSource source) throws Exception {
    this.server = SimulationTest.certificate("CN=server");
    this.jdbc = new JdbcTemplate(source);
    this.client = JdbcClient.create(source);
  }

  static JdbcConnectionPool open(String file) {
    JdbcConnectionPool pool =
        JdbcConnectionPool.create("jdbc:h2:file:" + Path.of(file).toAbsolutePath(), "sa", "");
    Flyway.configure().dataSource(pool).load().migrate();
    return pool;
  }

  public static void main(String[] arguments) throws Exception {
    int handshakes = Integer.parseInt(arguments[1]);
    if (!arguments[0].startsWith(POSTGRESQL)) {
      JdbcConnectionPool pool = open(arguments[0]);
      run(pool, handshakes);
      pool.dispose();
      return;
    }
    try (EmbeddedPostgres postgres =
        EmbeddedPostgres.builder()
            .setDataDirectory(Path.of(arguments[0].substring(POSTGRESQL.length())))
            .setCleanDataDirectory(false)
            .start()) {
      DataSource source = postgres.getPostgresDatabase();
      Flyway.configure().dataSource(source).load().migrate();
      run(new SingleConnectionDataSource(source.getConnection(), true), handshakes);
    }
  }

  private static void run(DataSource source, int handshakes) throws Exception {
    JournalMeasurements measurements = new JournalMeasurements(source);
    measurements.fill(handshakes);
    measurements.measure();
  }

  private void measure() {
    System.out.printf(
        "%,d records, %,d rows of counts%n",
        client.sql("select count(*) from handshake").query(Long.class).single(),
        client.sql("select count(*) from handshake_count").query(Long.class).single());
    SummaryQuery summaries = new SummaryQuery(client);
    for (Dimension groupBy : Dimension.values()) {
      time(
          "summary of everything by " + groupBy,
          () -> summaries.summarise(groupBy, null, null, null, 50).total());
    }
    time(
        "summary of 3 days and some seconds by server name",
        () ->
            summaries
                .summarise(
                    Dimension.SERVER_NAME,
                    null,
                    END.minus(Duration.ofDays(4)).plusSeconds(7),
                    END.minus(Duration.ofDays(1)).plusSeconds(7),
                    50)
                .total());
    time("simulation of another profile", this::simulate);
    page("newest", filter(null, null, null, null));
    page("newest of a listener", filter(null, null, "web", null));
    page("newest failures of a listener", filter("failed", null, "web", null));
    page("newest of a rare reason", filter(null, "client_certificate_revoked", null, null));
    page("newest of a server name", filter(null, null, null, "shop-7.example"));
    page("nothing of an unknown server name", filter(null, null, null, "none.example"));
  }

  private Object simulate() {
    SimulationPlan plan =
        new SimulationPlan(
            "web",
            Instant.EPOCH,
            new TlsProfile(
                "planned",
                ProtocolVersion.TLS_1_3,
                ProtocolVersion.TLS_1_3,
                List.of("TLS_AES_128_GCM_SHA256"),
                List.of("x25519"),
                List.of("ecdsa_secp256r1_sha256")),
            null,
            List.of(),
            name -> List.of(new ServerCertificate("default", 1, List.of(server))));
    Simulation simulation =
        new Simulation(
            "measured",
            plan,
            client,
            new HandshakeJudge(plan, new SharedContentReader(client, json)),
            new HandshakeQueries(client, json));
    simulation.run();
    SimulationResult result = simulation.result();
    return "considered %,d, would fail %,d".formatted(result.considered(), result.wouldFail());
  }

  private void page(String what, HandshakeFilter filter) {
    time(
        "page: " + what,
        () ->
            new HandshakeQueries(client, json)
                .find(filter, new dev.handfast.web.PageRequest(50, null))
                .items()
                .size());
  }

  private static HandshakeFilter filter(
      @Nullable String result,
      @Nullable String reason,
      @Nullable String listener,
      @Nullable String sni) {
    return new HandshakeFilter(result, reason, listener, sni, null, null, null, null, null);
  }

  static void time(String what, java.util.function.Supplier<Object> work) {
    long first = System.nanoTime();
    Object unused = work.get();
    long second = System.nanoTime();
    Object again = work.get();
    long end = System.nanoTime();
    System.out.printf(
        "%-60s %,7d ms first, %,7d ms again: %s%n",
        what, (second - first) / 1_000_000, (end - second) / 1_000_000, again);
  }

  private void fill(int handshakes) {
    long present = client.sql("select count(*) from handshake").query(Long.class).single();
    if (present > 0) {
      return;
    }
    List<String> offers = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      offers.add(offer(i));
    }
    String document =
        json.writeValueAsString(
            new RecordFormat(json).format(TestHandshakes.completed("web", END, "shop.example")));
    Random random = new Random(7);
    Instant begin = END.minus(SPAN);
    long micros = SPAN.toMillis() * 1_000 / handshakes;
    List<Object[]> rows = new ArrayList<>();
    List<Object[]> details = new ArrayList<>();
    for (int i = 0; i < handshakes; i++) {
      Instant at = begin.plusNanos(i * micros * 1_000);
      String id = TimeOrderedId.at(at);
      rows.add(row(id, at, random, offers));
      if (i >= handshakes - NEWEST) {
        details.add(new Object[] {id, document});
      }
      if (rows.size() == 2_000 || i == handshakes - 1) {
        jdbc.batchUpdate(
            "insert into handshake values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows);
        jdbc.batchUpdate("insert into handshake_detail values (?, ?)", details);
        rows.clear();
        details.clear();
      }
    }
    for (CountRows.Period period : CountRows.Period.values()) {
      for (Dimension dimension : Dimension.values()) {
        jdbc.execute(
            """
            insert into handshake_count (id, period, started_at, dimension, listener, grouped,
              result, handshakes)
            select cast(%3$s as varchar), '%1$s', date_trunc('%1$s', started_at), '%2$s',
              listener, %2$s, result, count(*)
            from handshake where '%2$s' <> 'reason' or reason is not null
            group by date_trunc('%1$s', started_at), listener, %2$s, result
            """
                .formatted(period.code(), dimension.column(), randomId()));
      }
    }
  }

  private String randomId() {
    boolean h2 =
        Boolean.TRUE.equals(
            jdbc.execute(
                (Connection connection) ->
                    connection.getMetaData().getDatabaseProductName().equals("H2")));
    return h2 ? "random_uuid()" : "gen_random_uuid()";
  }

  private @Nullable Object[] row(String id, Instant at, Random random, List<String> offers) {
    int dice = random.nextInt(10_000);
    String reason =
        dice == 0
            ? "client_certificate_revoked"
            : dice < 200 ? "no_common_version" : dice < 300 ? "client_closed" : null;
    String suite = SUITES[random.nextInt(SUITES.length)];
    return new @Nullable Object[] {
      id,
      at.atOffset(ZoneOffset.UTC),
      1_500L,
      random.nextInt(10) == 0 ? "other" : "web",
      random.nextInt(3) == 0 ? "resumption" : "initial",
      reason == null ? "completed" : reason.equals("client_closed") ? "abandoned" : "failed",
      reason,
      reason == null ? (suite.contains("WITH") ? "TLSv1.2" : "TLSv1.3") : null,
      reason == null ? suite : null,
      "shop-%d.example".formatted(random.nextInt(SERVER_NAMES)),
      "10.%d.%d.%d".formatted(random.nextInt(4), random.nextInt(256), random.nextInt(256)),
      offers.get(random.nextInt(offers.size())),
      null,
      false
    };
  }

  private String offer(int number) {
    ClientOffer like = ClientOffer.of(TestHandshakes.hello(null));
    ClientOffer offer =
        new ClientOffer(
            like.legacyVersion(),
            number % 4 == 0 ? List.of(0x0303) : like.supportedVersions(),
            like.cipherSuites(),
            like.extensions(),
            like.groups(),
            like.keyShareGroups(),
            like.signatureSchemes(),
            like.certificateSignatureSchemes(),
            like.pointFormats(),
            List.of("h2", "custom-" + number),
            like.pskModes());
    String text = json.writeValueAsString(offer);
    String fingerprint = Fingerprints.sha256(text.getBytes(StandardCharsets.UTF_8));
    client
        .sql("insert into client_offer values (?, ?, ?)")
        .params(fingerprint, text, END.atOffset(ZoneOffset.UTC))
        .update();
    return fingerprint;
  }
}
