package dev.handfast.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.testing.HandshakeLoad;
import dev.handfast.testing.Pki;
import dev.handfast.testing.RunningHandfast;
import dev.handfast.testing.Upstream;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Legitimate load while certificates rotate, a policy changes, sessions are deleted and live
 * connections are renegotiated, one after the other without end. No client may fail, and what the
 * process holds must stay what it was after the first fifth of the time. {@code bench/soak} runs it
 * for an hour, {@code SoakIT} for seconds.
 */
public final class Soak {

  private static final JsonMapper JSON = new JsonMapper();
  private static final String CERTIFICATE =
      """
      "source":"generate","subject":"CN=soak","subjectAltNames":["localhost"],\
      "keyType":"EC-P256","validity":"P30D","issuer":"local-ca"\
      """;
  private static final long HEAP_SLACK = 32L << 20;

  private final RunningHandfast handfast;
  private final Duration pause;
  private int rounds;
  private int renegotiated;

  private Soak(RunningHandfast handfast, Duration pause) {
    this.handfast = handfast;
    this.pause = pause;
  }

  /** Runs for so many seconds, with so many milliseconds between two rounds of changes. */
  public static void main(String[] arguments) throws Exception {
    try (RunningHandfast handfast = RunningHandfast.start()) {
      run(
          handfast,
          Duration.ofSeconds(Long.parseLong(arguments[0])),
          Duration.ofMillis(Long.parseLong(arguments[1])));
    }
    System.exit(0);
  }

  static void run(RunningHandfast handfast, Duration time, Duration pause) throws Exception {
    new Soak(handfast, pause).soak(time);
  }

  private void soak(Duration time) throws Exception {
    prepare();
    try (Upstream echo = Upstream.echo();
        ListenerFixture changing =
            ListenerFixture.create(
                handfast, "soak", "soak", "inspect:", ",\"clientAuthPolicy\":\"soak\"");
        ListenerFixture kept =
            ListenerFixture.create(handfast, "soak-kept", "soak", echo.uri(), "");
        KeptConnections connections = KeptConnections.open(handfast.caFile(), kept.port(), 4);
        HandshakeLoad clients =
            HandshakeLoad.on(handfast.caFile(), changing.port(), 4, pause.toMillis() / 4)) {
      Instant begin = Instant.now();
      Resources settled = null;
      Instant shown = begin;
      while (Instant.now().isBefore(begin.plus(time))) {
        round();
        assertThat(clients.failures()).isEmpty();
        assertThat(connections.failures()).isEmpty();
        if (settled == null && Instant.now().isAfter(begin.plus(time.dividedBy(5)))) {
          settled = show(begin, clients);
        } else if (Instant.now().isAfter(shown.plusSeconds(60))) {
          show(begin, clients);
          shown = Instant.now();
        }
        LockSupport.parkNanos(pause.toNanos());
      }
      Resources end = show(begin, clients);
      end.assertNoMoreThan(settled, HEAP_SLACK);
      assertThat(renegotiated).isGreaterThan(rounds);
    }
  }

  private void prepare() {
    handfast
        .api()
        .post("/api/v1/certificates", "{\"name\":\"soak\"," + CERTIFICATE + "}")
        .expect(201);
    handfast
        .api()
        .post(
            "/api/v1/trust-bundles",
            JSON.writeValueAsString(
                Map.of("name", "soak", "certificatesPem", Pki.root("CN=Soak Root").pem())))
        .expect(201);
    handfast.api().post("/api/v1/client-auth-policies", policy()).expect(201);
  }

  /** Everything that may be done to a gateway at work, once. */
  private void round() {
    rounds++;
    handfast.api().post("/api/v1/certificates/soak/versions", "{" + CERTIFICATE + "}").expect(201);
    handfast.api().put("/api/v1/client-auth-policies/soak", policy()).expect(200);
    handfast.api().delete("/api/v1/sessions?listener=soak").expect(200);
    String location =
        handfast
            .api()
            .post(
                "/api/v1/renegotiations",
                """
                {"selector":{"listener":"soak-kept"},"mode":"auto","reason":"soak"}
                """)
            .expect(202)
            .header("Location");
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> renegotiation(location).at("/state").asString().equals("finished"));
    JsonNode done = renegotiation(location);
    assertThat(done.at("/succeeded").intValue()).as("%s", done).isEqualTo(4);
    renegotiated += 4;
  }

  private JsonNode renegotiation(String location) {
    return handfast.api().get(location).expect(200).json();
  }

  private String policy() {
    return """
    {"name":"soak","mode":"request","trustBundle":"soak","defaultEffect":"allow",
     "rules":[{"effect":"deny","subject":"CN=denied-%d"}]}
    """
        .formatted(rounds);
  }

  private Resources show(Instant begin, HandshakeLoad clients) {
    Resources now = Resources.of(handfast);
    System.out.printf(
        "%5d s: %d handshakes, %d rounds of changes, %d renegotiations, none failed; %d threads, %d"
            + " open files, %.1f MiB of live heap%n",
        Duration.between(begin, Instant.now()).toSeconds(),
        clients.completed(),
        rounds,
        renegotiated,
        now.threads(),
        now.openFiles(),
        now.heapBytes() / 1048576.0);
    return now;
  }
}
