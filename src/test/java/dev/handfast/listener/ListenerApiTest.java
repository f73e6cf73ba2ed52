package dev.handfast.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.handfast.testing.Api;
import dev.handfast.testing.FreePort;
import dev.handfast.testing.ManagementTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@ManagementTest
class ListenerApiTest {

  private static final String LISTENERS = "/api/v1/listeners";
  private static final JsonMapper JSON = new JsonMapper();

  @LocalServerPort private int port;
  private Api api;
  private SSLContext trusting;

  @BeforeEach
  void aCertificate() throws Exception {
    api = Api.basic(URI.create("http://localhost:" + port), "admin", ManagementTest.PASSWORD);
    api.post(
            "/api/v1/certificates",
            """
            {"name":"listener-test","source":"generate","subject":"CN=localhost",
             "subjectAltNames":["localhost","127.0.0.1"],"keyType":"EC-P256","validity":"P9D",
             "issuer":"self"}
            """)
        .expect(201);
    String pem = api.get("/api/v1/certificates/listener-test").json().get("chainPem").asString();
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry(
        "server",
        CertificateFactory.getInstance("X.509")
            .generateCertificate(
                new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII))));
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(store);
    trusting = SSLContext.getInstance("TLS");
    trusting.init(null, trust.getTrustManagers(), null);
  }

  @AfterEach
  void nothingIsLeft() {
    for (JsonNode listener : api.get(LISTENERS).json().get("items")) {
      api.delete(LISTENERS + "/" + listener.get("name").asString()).expect(204);
    }
    api.delete("/api/v1/certificates/listener-test").expect(204);
  }

  @Test
  void aListenerIsCreatedAndAnswersItsCallersWithTheirOwnHandshake() throws Exception {
    Api.Answer created = api.post(LISTENERS, listener("a", 0, "")).expect(201);
    assertThat(created.header("ETag")).isEqualTo("\"1\"");
    assertThat(created.json().at("/status/state").asString()).isEqualTo("running");
    assertThat(created.json().at("/tlsProfile").asString()).isEqualTo("intermediate");
    try (SSLSocket client = connect(created)) {
      JsonNode handshake = inspect(client);
      assertThat(handshake.get("listener").asString()).isEqualTo("a");
      assertThat(handshake.get("result").asString()).isEqualTo("completed");
      assertThat(handshake.get("certificate").asString()).isEqualTo("listener-test");
      assertThat(handshake.get("steps").size()).isGreaterThan(5);
    }
    await()
        .untilAsserted(
            () ->
                assertThat(
                        api.get("/api/v1/handshakes?listener=a")
                            .json()
                            .at("/items/0/result")
                            .asString())
                    .isEqualTo("completed"));
  }

  @Test
  void aLiveConnectionIsListedFilteredShownAndClosed() throws Exception {
    Api.Answer created = api.post(LISTENERS, listener("a", 0, "")).expect(201);
    try (SSLSocket client = connect(created)) {
      inspect(client);
      JsonNode items = api.get("/api/v1/connections?listener=a&serverName=LOCALHOST").json();
      JsonNode connection = items.at("/items/0");
      assertThat(items.get("items").size()).isOne();
      assertThat(connection.get("protocol").asString()).isEqualTo("TLSv1.3");
      assertThat(connection.get("certificate").asString()).isEqualTo("listener-test");
      assertThat(connection.get("bytesIn").asLong()).isPositive();
      assertThat(connection.get("bytesOut").asLong()).isPositive();
      assertThat(connection.get("upstream").asString()).isEqualTo("inspect:");
      for (String none :
          new String[] {
            "protocol=TLSv1.2", "certificate=other", "clientAddress=192.0.2.1", "minAge=PT1H"
          }) {
        assertThat(api.get("/api/v1/connections?listener=a&" + none).json().get("items").size())
            .as(none)
            .isZero();
      }
      api.get("/api/v1/connections?listner=a").expect(400);
      String id = connection.get("id").asString();
      assertThat(api.get("/api/v1/connections/" + id).expect(200).json().get("id").asString())
          .isEqualTo(id);
      api.delete("/api/v1/connections/" + id).expect(204);
      assertThat(client.getInputStream().read()).isEqualTo(-1);
      api.get("/api/v1/connections/" + id).expect(404);
      assertThat(api.get("/api/v1/audit-events").text()).contains("\"close\"").contains(id);
    }
  }

  @Test
  void connectionsArePaged() throws Exception {
    Api.Answer created = api.post(LISTENERS, listener("a", 0, "")).expect(201);
    try (SSLSocket one = connect(created);
        SSLSocket two = connect(created)) {
      inspect(one);
      inspect(two);
      JsonNode first = api.get("/api/v1/connections?limit=1").json();
      assertThat(first.get("items").size()).isOne();
      JsonNode second =
          api.get("/api/v1/connections?limit=1&cursor=" + first.get("nextCursor").asString())
              .json();
      assertThat(second.get("items").size()).isOne();
      assertThat(second.get("nextCursor").isNull()).isTrue();
      assertThat(second.at("/items/0/id")).isNotEqualTo(first.at("/items/0/id"));
    }
  }

  @Test
  void aPortChangeOpensTheNewAndLeavesLiveConnections() throws Exception {
    Api.Answer created = api.post(LISTENERS, listener("a", FreePort.next(), "")).expect(201);
    try (SSLSocket client = connect(created)) {
      inspect(client);
      Api.Answer moved = api.put(LISTENERS + "/a", listener("a", FreePort.next(), "")).expect(200);
      assertThat(moved.json().at("/status/boundPort").asInt())
          .isNotEqualTo(created.json().at("/status/boundPort").asInt());
      inspect(client);
      try (SSLSocket another = connect(moved)) {
        inspect(another);
      }
      assertThat(refuses(created.json().at("/status/boundPort").asInt())).isTrue();
    }
  }

  @Test
  void whatWasReadMayBeSentBackAndARevisionIsHonoured() {
    api.post(LISTENERS, listener("a", 0, "")).expect(201);
    Api.Answer read = api.get(LISTENERS + "/a").expect(200);
    api.call("PUT", LISTENERS + "/a", read.text(), Map.of("If-Match", "\"1\"")).expect(200);
    api.put(LISTENERS + "/a", listener("a", 0, ",\"alpn\":[\"x\"]")).expect(200);
    api.call("PUT", LISTENERS + "/a", read.text(), Map.of("If-Match", "\"1\"")).expect(412);
    api.call("DELETE", LISTENERS + "/a", null, Map.of("If-Match", "\"1\"")).expect(412);
    api.get(LISTENERS + "/b").expect(404);
    api.post(LISTENERS, listener("a", 0, "")).expect(409);
  }

  @Test
  void whatAListenerUsesIsNotDeleted() {
    api.post(LISTENERS, listener("a", 0, "")).expect(201);
    assertThat(api.delete("/api/v1/certificates/listener-test").expect(409).text())
        .contains("listener a");
    assertThat(api.get("/api/v1/certificates/listener-test").json().get("usedBy").toString())
        .contains("listener a");
  }

  @Test
  void aDisabledListenerIsStoppedAndItsPortFree() throws Exception {
    Api.Answer created = api.post(LISTENERS, listener("a", FreePort.next(), "")).expect(201);
    Api.Answer stopped =
        api.put(LISTENERS + "/a", listener("a", 1, ",\"enabled\":false")).expect(200);
    assertThat(stopped.json().at("/status/state").asString()).isEqualTo("stopped");
    assertThat(refuses(created.json().at("/status/boundPort").asInt())).isTrue();
  }

  @Test
  void readinessNamesTheListeners() {
    api.post(LISTENERS, listener("a", 0, "")).expect(201);
    assertThat(api.get("/actuator/health/readiness").expect(200).text())
        .contains("\"a\":\"running\"");
  }

  @Test
  void theMetricsOfTheContractAreThere() throws Exception {
    Api.Answer created = api.post(LISTENERS, listener("a", 0, "")).expect(201);
    try (SSLSocket client = connect(created)) {
      inspect(client);
      String metrics = api.get("/actuator/prometheus").expect(200).text();
      assertThat(metrics)
          .contains("handfast_connections{listener=\"a\"} 1.0")
          .contains("handfast_handshakes_in_progress{listener=\"a\"} 0.0")
          .contains("handfast_bytes_total{direction=\"in\",listener=\"a\"}")
          .contains("handfast_bytes_total{direction=\"out\",listener=\"a\"}")
          .contains("handfast_connections_refused_total{limit=\"connections\",listener=\"a\"} 0.0")
          .contains("handfast_connection_duration_seconds_count{listener=\"a\"}")
          .contains("handfast_upstream_connect_seconds_count{listener=\"a\"}")
          .contains("handfast_upstream_failures_total{listener=\"a\",reason=\"refused\"} 0.0");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"port\":70000                                  | port                  | 70000 (expected:"
            + " 0..65535)",
        "\"address\":\"here\"                            | address               | an IP address",
        "\"mode\":\"udp\"                                | mode                  | 'udp' (expected:"
            + " tcp or http)",
        "\"upstream\":\"udp://a:1\"                      | upstream              | tcp://host:port,"
            + " tls://host:port, or inspect:",
        "\"upstream\":\"tcp://a:99999\"                  | upstream              | 1..65535",
        "\"certificates\":[\"nope\"]                     | certificates          | there is no"
            + " certificate 'nope'",
        "\"certificates\":[]                             | certificates          | at least one",
        "\"tlsProfile\":\"nope\"                         | tlsProfile            | there is no tls"
            + " profile 'nope'",
        "\"clientAuthPolicy\":\"nope\"                   | clientAuthPolicy      | there is no"
            + " client auth policy 'nope'",
        "\"routes\":[{\"serverName\":\"*\"}]             | routes[0].serverName  | a DNS name",
        "\"routes\":[{\"serverName\":\"a.b\"},{\"serverName\":\"A.b\"}] | routes[1].serverName |"
            + " shadowed by routes[0]",
        "\"routes\":[{\"serverName\":\"a.b\",\"certificates\":[\"x\"]}] | routes[0].certificates |"
            + " there is no certificate 'x'",
        "\"protectedPaths\":[{\"path\":\"/a\",\"clientAuthPolicy\":\"x\"}] | protectedPaths | mode"
            + " http",
        "\"mode\":\"http\",\"alpn\":[\"h2\"]             | alpn[0]               | http/1.1",
        "\"upstreamTls\":{\"trustBundle\":\"x\"}         | upstreamTls           | no upstream is a"
            + " tls:// one",
        "\"proxyProtocol\":{\"send\":\"v3\"}             | proxyProtocol.send    | none or v1 or"
            + " v2",
        "\"renegotiation\":{\"clientInitiated\":\"ok\"}  | renegotiation.clientInitiated | deny or"
            + " allow",
        "\"limits\":{\"connections\":0}                  | limits.connections    | 0 (expected:"
            + " 1..",
        "\"limits\":{\"handshakeTimeout\":\"PT0S\"}      | limits.handshakeTimeout | PT0S"
            + " (expected: PT0.1S..PT5M)",
      })
  void badInputIsNamedWithWhatIsExpected(String change, String field, String message) {
    Map<String, Object> body = JSON.readValue(listener("bad", 0, ""), Map.class);
    body.putAll(JSON.readValue("{" + change + "}", Map.class));
    Api.Answer answer = api.post(LISTENERS, JSON.writeValueAsString(body)).expect(400);
    assertThat(answer.json().get("violations").toString()).contains("\"" + field + "\"");
    assertThat(answer.json().get("violations").toString()).contains(message);
    api.get(LISTENERS + "/bad").expect(404);
  }

  @Test
  void aPortInUseIsRefusedWhoeverUsesIt() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(api.post(LISTENERS, listener("a", taken.getLocalPort(), "")).expect(400).text())
          .contains("cannot be listened on");
    }
    int used = FreePort.next();
    api.post(LISTENERS, listener("a", used, "")).expect(201);
    assertThat(api.post(LISTENERS, listener("b", used, "")).expect(400).text())
        .contains("is used by listener 'a'");
  }

  private static String listener(String name, int port, String more) {
    return """
    {"name":"%s","address":"127.0.0.1","port":%d,"upstream":"inspect:",
     "certificates":["listener-test"]%s}
    """
        .formatted(name, port, more);
  }

  private SSLSocket connect(Api.Answer listener) throws IOException {
    int bound = listener.json().at("/status/boundPort").asInt();
    SSLSocket socket = (SSLSocket) trusting.getSocketFactory().createSocket("localhost", bound);
    socket.setSoTimeout(10_000);
    SSLParameters parameters = socket.getSSLParameters();
    // By itself the JDK's client names no host without a dot.
    parameters.setServerNames(List.of(new SNIHostName("localhost")));
    socket.setSSLParameters(parameters);
    return socket;
  }

  private static JsonNode inspect(SSLSocket client) throws IOException {
    client
        .getOutputStream()
        .write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    StringBuilder head = new StringBuilder();
    while (!head.toString().endsWith("\r\n\r\n")) {
      int next = client.getInputStream().read();
      assertThat(next).isNotEqualTo(-1);
      head.append((char) next);
    }
    assertThat(head).startsWith("HTTP/1.1 200");
    String length = head.toString().replaceAll("(?is).*content-length: (\\d+).*", "$1");
    return JSON.readTree(client.getInputStream().readNBytes(Integer.parseInt(length)));
  }

  private static boolean refuses(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return false;
    } catch (IOException refused) {
      return true;
    }
  }
}
