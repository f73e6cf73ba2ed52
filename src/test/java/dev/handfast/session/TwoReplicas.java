package dev.handfast.session;

import static org.awaitility.Awaitility.await;

import dev.handfast.testing.Api;
import dev.handfast.testing.Postgres;
import dev.handfast.testing.RunningHandfast;
import java.time.Duration;
import java.util.Map;

/** Two running applications on one PostgreSQL, started once for all tests. */
final class TwoReplicas {

  /** The {@code @ResourceLock} of a test class that uses them. */
  static final String SHARED = "TwoReplicas.shared()";

  static final Duration SOON = Duration.ofSeconds(20);

  private static final String MASTER_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

  final RunningHandfast one;
  final RunningHandfast other;

  private TwoReplicas() {
    Map<String, String> properties =
        Map.of(
            "spring.datasource.url",
            Postgres.newDatabase(),
            "handfast.master-key",
            MASTER_KEY,
            "handfast.sessions.ticket-reuse-grace",
            "0s",
            "handfast.sessions.lookup-deadline",
            "5s",
            "handfast.sessions.cleanup-interval",
            "1s",
            // Two replicas on one machine cannot have the same port.
            "handfast.bootstrap.port",
            "0");
    one = RunningHandfast.start(properties);
    other = RunningHandfast.start(properties);
    createCertificate("server");
  }

  static TwoReplicas shared() {
    return Shared.INSTANCE;
  }

  /** A certificate of the local CA for localhost. */
  void createCertificate(String name) {
    one.api().post("/api/v1/certificates", certificate("\"name\":\"" + name + "\",")).expect(201);
  }

  /** Another version of a certificate. */
  void rotate(String name) {
    one.api().post("/api/v1/certificates/" + name + "/versions", certificate("")).expect(201);
  }

  private static String certificate(String name) {
    return """
    {%s"source":"generate","subject":"CN=localhost","subjectAltNames":["localhost"],
     "keyType":"EC-P256","validity":"P90D","issuer":"local-ca"}\
    """
        .formatted(name);
  }

  /** The port of a listener at a replica; waits until it is bound. */
  int port(RunningHandfast replica, String listener) {
    Api api = replica.api();
    String path = "/api/v1/listeners/" + listener;
    await()
        .atMost(SOON)
        .until(() -> api.get(path).json().at("/status/boundPort").isIntegralNumber());
    return api.get(path).json().at("/status/boundPort").asInt();
  }

  /** How many sessions of a listener are stored, the first 500. */
  int stored(String listener) {
    return other
        .api()
        .get("/api/v1/sessions?limit=500&listener=" + listener)
        .expect(200)
        .json()
        .get("items")
        .size();
  }

  /** Fails if Netty has seen a buffer leak in one of them so far. */
  void assertNoLeak() {
    one.assertNoLeak();
    other.assertNoLeak();
  }

  /** Their database ends with the test run, too: no time to say goodbye to it. */
  private void kill() {
    one.kill();
    other.kill();
  }

  private static final class Shared {

    static final TwoReplicas INSTANCE = new TwoReplicas();

    static {
      Runtime.getRuntime().addShutdownHook(new Thread(INSTANCE::kill));
    }
  }
}
