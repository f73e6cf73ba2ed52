package dev.handfast.renegotiation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.handfast.testing.Api;
import dev.handfast.testing.ClientCertificates;
import dev.handfast.testing.ClientCertificates.Client;
import dev.handfast.testing.OpenSslSession;
import dev.handfast.testing.RunningHandfast;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * A listener of one test, its clients, and what was counted there. All are at one Handfast, which
 * waits two seconds for answers, looks at its connections five times a second, and renegotiates two
 * at once.
 */
final class LiveListener {

  /** The {@code @ResourceLock} of a test class that uses it: all have one Handfast. */
  static final String SHARED = "LiveListener.handfast()";

  static final Duration SOON = Duration.ofSeconds(20);
  static final String PATH = "/api/v1/renegotiations";

  private static final Pattern COUNTER =
      Pattern.compile(
          "handfast_renegotiations_total\\{listener=\"([^\"]*)\",mechanism=\"([^\"]*)\","
              + "outcome=\"([^\"]*)\",trigger=\"([^\"]*)\"} (\\d+)");

  private final ClientCertificates certificates;
  // Of a first attempt of the same test.
  private final Map<String, Integer> countedBefore;

  private LiveListener(String name) {
    this.certificates = new ClientCertificates(name);
    this.countedBefore = total();
  }

  /** Without a client-auth policy; more fields: {@code ,"rekeyAfter":{…}}. */
  static LiveListener open(String name, String moreFields) {
    LiveListener listener = new LiveListener(name);
    listener.certificates.putListener(api(), moreFields);
    return listener;
  }

  /** In front of a service of the test's own, without a client-auth policy. */
  static LiveListener relaying(String name, String upstream, String moreFields) {
    LiveListener listener = new LiveListener(name);
    create(
        """
        {"name":"%s","address":"127.0.0.1","port":0,"upstream":"%s","certificates":["default"]%s}\
        """
            .formatted(name, upstream, moreFields));
    return listener;
  }

  /** In front of an HTTP service; who wants this path must be this subject. */
  static LiveListener protecting(String name, String upstream, String path, String subject) {
    LiveListener listener = prepared(name, "require", subject);
    create(
        """
        {"name":"%1$s","address":"127.0.0.1","port":0,"mode":"http","upstream":"%2$s",
         "certificates":["default"],
         "protectedPaths":[{"path":"%3$s","clientAuthPolicy":"%1$s"}]}\
        """
            .formatted(name, upstream, path));
    return listener;
  }

  /** With a policy in this mode that allows these subjects. */
  static LiveListener asking(String name, String mode, String... subjects) {
    LiveListener listener = prepared(name, mode, subjects);
    listener.certificates.putListenerWithPolicy(api(), "default");
    return listener;
  }

  /** Its trust bundle and policy exist, and the listener does not yet. */
  static LiveListener prepared(String name, String mode, String... subjects) {
    LiveListener listener = new LiveListener(name);
    listener.certificates.putBundle(api());
    listener.certificates.putPolicy(api(), mode, subjects);
    return listener;
  }

  private static void create(String listener) {
    api().post("/api/v1/listeners", listener).expect(201);
  }

  static Api api() {
    return Shared.HANDFAST.api();
  }

  static RunningHandfast handfast() {
    return Shared.HANDFAST;
  }

  String name() {
    return certificates.name();
  }

  ClientCertificates certificates() {
    return certificates;
  }

  int port() {
    return api()
        .get("/api/v1/listeners/" + name())
        .expect(200)
        .json()
        .at("/status/boundPort")
        .asInt();
  }

  /** OpenSSL's client, once the listener has it among its connections. */
  OpenSslSession connect(String... arguments) {
    int before = connections().size();
    OpenSslSession client = connectTo(port(), arguments);
    await().atMost(SOON).until(() -> connections().size() == before + 1);
    return client;
  }

  /** OpenSSL's client with a certificate. */
  OpenSslSession connect(Client who, String... arguments) {
    List<String> all = new ArrayList<>(List.of("-cert", who.file().toString()));
    all.addAll(List.of(arguments));
    return connect(all.toArray(String[]::new));
  }

  static OpenSslSession connectTo(int port, String... arguments) {
    List<String> all = new ArrayList<>(List.of("-servername", "localhost"));
    all.addAll(List.of(arguments));
    return OpenSslSession.connect(port, all.toArray(String[]::new));
  }

  Client client(Path directory, String commonName) {
    return certificates.client(directory, commonName);
  }

  JsonNode connections() {
    return items("/api/v1/connections?listener=" + name());
  }

  JsonNode connection() {
    JsonNode all = connections();
    assertThat(all).hasSize(1);
    return all.get(0);
  }

  JsonNode sessions() {
    return items("/api/v1/sessions?listener=" + name());
  }

  /** Waits for the record of a renegotiation that failed here, and answers its reason. */
  String failedRenegotiation() {
    String path = "/api/v1/handshakes?kind=renegotiation&result=failed&listener=" + name();
    await().atMost(SOON).until(() -> items(path).size() == 1);
    return items(path).get(0).get("reason").asString();
  }

  /** Renegotiates all connections of this listener, and waits until that is over. */
  JsonNode renegotiate(String mode, boolean required) {
    return awaitFinished(begin(mode, required));
  }

  /** The address of a renegotiation that has begun. */
  String begin(String mode, boolean required) {
    return api()
        .post(
            PATH,
            """
            {"selector":{"listener":"%s"},"mode":"%s","requireClientCertificate":%s,
             "reason":"a test"}\
            """
                .formatted(name(), mode, required))
        .expect(202)
        .header("Location");
  }

  static JsonNode awaitFinished(String location) {
    await()
        .atMost(SOON)
        .until(() -> api().get(location).json().get("state").asString().equals("finished"));
    return api().get(location).expect(200).json();
  }

  /** Waits until exactly this was counted here, once each: {@code "trigger/mechanism/outcome"}. */
  void awaitCounted(String... cells) {
    Map<String, Integer> expected = new TreeMap<>();
    for (String cell : cells) {
      expected.merge(cell, 1, Integer::sum);
    }
    await().atMost(SOON).untilAsserted(() -> assertThat(counted()).isEqualTo(expected));
  }

  /** What was counted here, by {@code "trigger/mechanism/outcome"}. */
  Map<String, Integer> counted() {
    Map<String, Integer> counts = total();
    countedBefore.forEach((cell, before) -> counts.merge(cell, -before, Integer::sum));
    counts.values().removeIf(count -> count == 0);
    return counts;
  }

  private Map<String, Integer> total() {
    Map<String, Integer> counts = new TreeMap<>();
    Matcher counter = COUNTER.matcher(api().get("/actuator/prometheus").expect(200).text());
    while (counter.find()) {
      if (counter.group(1).equals(name())) {
        counts.put(
            String.join("/", counter.group(4), counter.group(2), counter.group(3)),
            Integer.valueOf(counter.group(5)));
      }
    }
    return counts;
  }

  /** The client is still served on its connection. */
  static void assertAnswers(OpenSslSession client) {
    int before = client.output().split("HTTP/1.1 200 OK", -1).length - 1;
    client.type("GET / HTTP/1.1");
    client.type("Host: localhost");
    client.type("Accept: application/json");
    client.type("");
    client.awaitOutput("HTTP/1.1 200 OK", before + 1);
  }

  private static JsonNode items(String path) {
    return api().get(path).expect(200).json().get("items");
  }

  private static final class Shared {

    static final RunningHandfast HANDFAST =
        RunningHandfast.start(
            Map.of(
                "handfast.renegotiation.response-timeout", "2s",
                "handfast.renegotiation.check-interval", "200ms",
                "handfast.renegotiation.concurrency", "2"));

    static {
      Runtime.getRuntime().addShutdownHook(new Thread(HANDFAST::stop));
    }
  }
}
