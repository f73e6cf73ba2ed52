package dev.handfast.listener.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.handfast.listener.http.HttpConnection.Access;
import dev.handfast.testing.Upstream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpRelayTest {

  private static final String UPGRADE =
      "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
  private static final String SWITCHED =
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
          + "Sec-WebSocket-Accept: x\r\n\r\n";

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private HttpServer upstream;
  private RelayServer relay;

  @BeforeEach
  void start() throws IOException {
    upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    upstream.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    upstream.createContext("/", HttpRelayTest::echo);
    upstream.start();
    relay = relay(upstream.getAddress().getPort());
  }

  @AfterEach
  void stop() {
    relay.close();
    upstream.stop(0);
  }

  @Test
  void aRequestAndItsAnswerAreRelayed() throws Exception {
    HttpResponse<byte[]> answer = send(request("/hello?x=1").GET().build());

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Seen-Uri")).hasValue("/hello?x=1");
    assertThat(answer.headers().firstValue("Seen-X-forwarded-for")).hasValue("192.0.2.7");
    assertThat(answer.headers().firstValue("Seen-X-forwarded-proto")).hasValue("https");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aLargeBodyStreamsBothWaysUnchanged(boolean chunked) throws Exception {
    byte[] body = new byte[20 << 20];
    new Random(1).nextBytes(body);

    HttpResponse<byte[]> answer =
        send(
            request("/large")
                .POST(
                    chunked
                        ? BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))
                        : BodyPublishers.ofByteArray(body))
                .build());

    assertThat(answer.body()).isEqualTo(body);
  }

  @Test
  void expectContinueIsAnsweredByTheUpstream() throws Exception {
    HttpResponse<byte[]> answer =
        send(request("/").expectContinue(true).POST(BodyPublishers.ofString("waited")).build());

    assertThat(answer.body()).asString().isEqualTo("waited");
  }

  @Test
  void oneConnectionServesManyRequestsOverOneUpstreamConnection() throws Exception {
    try (Upstream counting = answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        RelayServer counted = relay(counting.port());
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), counted.port())) {
      for (int i = 0; i < 5; i++) {
        write(socket, "GET /" + i + " HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(readUntil(socket, "ok")).startsWith("HTTP/1.1 200 OK");
      }
      assertThat(counting.connections()).isOne();
    }
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrder() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), relay.port())) {
      StringBuilder requests = new StringBuilder();
      for (int i = 0; i < 20; i++) {
        requests.append("GET /").append(i).append(" HTTP/1.1\r\nHost: a\r\n\r\n");
      }
      write(socket, requests + "GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

      String answers =
          new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

      assertThat(answers.lines().filter(line -> line.startsWith("Seen-uri:")).toList())
          .containsExactlyElementsOf(
              java.util.stream.Stream.concat(
                      java.util.stream.IntStream.range(0, 20).mapToObj(i -> "Seen-uri: /" + i),
                      java.util.stream.Stream.of("Seen-uri: /last"))
                  .toList());
    }
  }

  @Test
  void identityHeadersOfTheClientNeverReachTheUpstream() throws Exception {
    HttpResponse<byte[]> answer =
        send(
            request("/")
                .header("Client-Cert", ":forged:")
                .header("client_cert", ":forged:")
                .header("X-Forwarded-Client-Cert", "Hash=forged")
                .header("X-Forwarded-For", "203.0.113.1")
                .GET()
                .build());

    assertThat(answer.headers().map().toString()).doesNotContain("forged", "203.0.113.1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\n"
            + "Host: a\r\n"
            + "Content-Length: 5\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n"
            + "0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n",
        "nonsense\r\n\r\n"
      })
  void anAmbiguousRequestIsRefusedAndTheConnectionClosed(String request) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), relay.port())) {
      write(socket, request);

      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .startsWith("HTTP/1.1 400 ")
          .contains("application/problem+json");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/admin",
        "/admin/",
        "/admin/users",
        "//admin/users",
        "/a/../admin/users",
        "/%61dmin/users",
        "/admin;x=1/users",
        "/./admin",
        "/a/%2e%2e/admin"
      })
  void aProtectedPathIsRefusedHoweverItIsWritten(String path) throws Exception {
    try (RelayServer guarded = guarded(Access.denied("come with a certificate"))) {
      assertThat(statusOf(guarded, path)).isEqualTo("HTTP/1.1 403 Forbidden");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/admin%2fusers", "/%5cadmin", "/a\\admin", "/admin%00", "/%2561dmin"})
  void aPathThatCanBeReadInTwoWaysIsRefused(String path) throws Exception {
    try (RelayServer guarded = guarded(Access.denied("come with a certificate"))) {
      assertThat(statusOf(guarded, path)).isEqualTo("HTTP/1.1 400 Bad Request");
    }
  }

  @Test
  void anAuthorisedClientGetsTheProtectedPathAndOthersTheRest() throws Exception {
    try (RelayServer guarded = guarded(Access.ALLOWED)) {
      assertThat(statusOf(guarded, "/admin/users")).isEqualTo("HTTP/1.1 200 OK");
    }
    try (RelayServer guarded = guarded(Access.denied("come with a certificate"))) {
      assertThat(statusOf(guarded, "/administrator")).isEqualTo("HTTP/1.1 200 OK");
    }
  }

  @Test
  void anUnreachableUpstreamIsABadGateway() throws Exception {
    try (RelayServer lost = relay(1)) {
      assertThat(statusOf(lost, "/")).isEqualTo("HTTP/1.1 502 Bad Gateway");
    }
  }

  @Test
  void anAnswerWithoutLengthEndsWithTheUpstreamsConnection() throws Exception {
    try (Upstream closing =
            Upstream.serving(
                socket -> {
                  readHead(socket.getInputStream());
                  write(socket, "HTTP/1.1 200 OK\r\n\r\nuntil the end");
                });
        RelayServer relayed = relay(closing.port())) {
      HttpResponse<byte[]> answer =
          client.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + relayed.port())).build(),
              BodyHandlers.ofByteArray());

      assertThat(answer.body()).asString().isEqualTo("until the end");
    }
  }

  @Test
  void aKeptUpstreamConnectionThatWasClosedIsReplaced() throws Exception {
    AtomicInteger connections = new AtomicInteger();
    try (Upstream impatient =
            Upstream.serving(
                socket -> {
                  connections.incrementAndGet();
                  readHead(socket.getInputStream());
                  write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                });
        RelayServer relayed = relay(impatient.port());
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), relayed.port())) {
      for (int i = 0; i < 10; i++) {
        write(socket, "GET /" + i + " HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(readUntil(socket, "ok")).startsWith("HTTP/1.1 200 OK");
      }
      assertThat(connections).hasValue(10);
    }
  }

  @Test
  void aWebSocketIsTunnelled() throws Exception {
    try (Upstream webSocket =
            Upstream.serving(
                socket -> {
                  String head = readHead(socket.getInputStream());
                  if (head.toLowerCase(java.util.Locale.ROOT).contains("upgrade: websocket")) {
                    write(socket, SWITCHED + "first frame");
                    socket.getInputStream().transferTo(socket.getOutputStream());
                  }
                });
        RelayServer relayed = relay(webSocket.port());
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), relayed.port())) {
      write(socket, UPGRADE);

      assertThat(readUntil(socket, "first frame")).startsWith("HTTP/1.1 101 ");
      write(socket, "\u0001\u0002 any bytes");
      assertThat(readUntil(socket, "any bytes")).isEqualTo("\u0001\u0002 any bytes");
    }
  }

  @Test
  void aWebSocketWhoseUpstreamEndsIsClosed() throws Exception {
    try (Upstream webSocket =
            Upstream.serving(
                socket -> {
                  readHead(socket.getInputStream());
                  write(socket, SWITCHED + "last frame");
                  socket.shutdownOutput();
                  socket.getInputStream().transferTo(OutputStream.nullOutputStream());
                });
        RelayServer relayed = relay(webSocket.port());
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), relayed.port())) {
      write(socket, UPGRADE);

      assertThat(readUntil(socket, "never sent")).endsWith("last frame");
    }
  }

  @Test
  void aWebSocketWhoseClientEndsIsClosed() throws Exception {
    BlockingQueue<String> received = new LinkedBlockingQueue<>();
    try (Upstream webSocket =
            Upstream.serving(
                socket -> {
                  readHead(socket.getInputStream());
                  write(socket, SWITCHED);
                  received.add(readUntil(socket.getInputStream(), "never sent"));
                });
        RelayServer relayed = relay(webSocket.port());
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), relayed.port())) {
      write(socket, UPGRADE);
      readUntil(socket, "\r\n\r\n");
      write(socket, "last frame");
      socket.shutdownOutput();

      assertThat(received.poll(10, TimeUnit.SECONDS)).isEqualTo("last frame");
    }
  }

  @Test
  void anUploadThatTheClientGaveUpIsGivenUpAtTheUpstream() throws Exception {
    BlockingQueue<String> received = new LinkedBlockingQueue<>();
    try (Upstream uploads =
            Upstream.serving(
                socket -> {
                  readHead(socket.getInputStream());
                  received.add(readUntil(socket.getInputStream(), "never sent"));
                });
        RelayServer relayed = relay(uploads.port());
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), relayed.port())) {
      write(socket, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
      socket.shutdownOutput();

      assertThat(received.poll(10, TimeUnit.SECONDS)).isEqualTo("half");
    }
  }

  @Test
  void anAnswerThatTheUpstreamCutsIsCutForTheClient() throws Exception {
    try (Upstream cutting =
            Upstream.serving(
                socket -> {
                  readHead(socket.getInputStream());
                  write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
                  socket.shutdownOutput();
                  socket.getInputStream().transferTo(OutputStream.nullOutputStream());
                });
        RelayServer relayed = relay(cutting.port());
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), relayed.port())) {
      write(socket, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");

      assertThat(readUntil(socket, "never sent")).endsWith("half");
    }
  }

  @Test
  void trailersOfARequestDoNotReachTheUpstream() throws Exception {
    BlockingQueue<String> received = new LinkedBlockingQueue<>();
    try (Upstream merging =
            Upstream.serving(
                socket -> {
                  readHead(socket.getInputStream());
                  received.add(readUntil(socket.getInputStream(), "\r\n0\r\n\r\n"));
                });
        RelayServer relayed = relay(merging.port());
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), relayed.port())) {
      write(
          socket,
          "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
              + "4\r\nbody\r\n0\r\nClient-Cert: :Zm9yZ2Vk:\r\nX-Forwarded-For: 10.0.0.1\r\n\r\n");

      assertThat(received.poll(10, TimeUnit.SECONDS)).isEqualTo("4\r\nbody\r\n0\r\n\r\n");
    }
  }

  @Test
  void anOldClientGetsNoChunks() throws Exception {
    try (Upstream chunking =
            answering(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
        RelayServer relayed = relay(chunking.port());
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), relayed.port())) {
      write(socket, "GET / HTTP/1.0\r\n\r\n");

      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .doesNotContain("chunked")
          .endsWith("\r\n\r\nhello");
    }
  }

  @Test
  void anOldClientGetsNoInformationalResponseAndIsNotMadeToWaitForOne() throws Exception {
    BlockingQueue<String> received = new LinkedBlockingQueue<>();
    try (Upstream hinting =
            Upstream.serving(
                socket -> {
                  received.add(readHead(socket.getInputStream()));
                  write(
                      socket,
                      "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
                          + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                });
        RelayServer relayed = relay(hinting.port());
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), relayed.port())) {
      write(socket, "POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx");

      assertThat(readUntil(socket, "ok")).startsWith("HTTP/1.1 200 OK").doesNotContain("103");
      assertThat(received.poll(10, TimeUnit.SECONDS)).doesNotContainIgnoringCase("expect");
    }
  }

  @Test
  void anAnswerWithoutLengthIsWholeOnlyIfItsConnectionWasClosedInOrder() throws Exception {
    assertThat(answerWithoutLength(false)).endsWith("\r\n0\r\n\r\n");
    assertThat(answerWithoutLength(true)).endsWith("4\r\nhalf\r\n");
  }

  /** As the client sees it; the upstream's connection is closed, or reset. */
  private static String answerWithoutLength(boolean reset) throws Exception {
    CompletableFuture<String> half = new CompletableFuture<>();
    try (Upstream upstream =
            Upstream.serving(
                socket -> {
                  readHead(socket.getInputStream());
                  write(socket, "HTTP/1.1 200 OK\r\n\r\nhalf");
                  half.join();
                  socket.setSoLinger(reset, 0);
                });
        RelayServer relayed = relay(upstream.port());
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), relayed.port())) {
      write(socket, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      half.complete(readUntil(socket, "half\r\n"));
      return half.join() + readUntil(socket, "0\r\n\r\n");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /admin#x HTTP/1.1\r\nHost: a",
        "GET http://a/x#y HTTP/1.1\r\nHost: a",
        "GET / HTTP/1.1\r\nHost: a, b",
        "GET / HTTP/1.1\r\nHost: user@a",
        "GET / HTTP/1.1\r\nHost: a:8443:1",
        "GET http://a%2e/ HTTP/1.1\r\nHost: a"
      })
  void aTargetThatCouldBeReadInTwoWaysIsRefused(String request) throws Exception {
    assertThat(statusLineOf(relay, request)).isEqualTo("HTTP/1.1 400 Bad Request");
  }

  @ParameterizedTest
  @ValueSource(strings = {"elsewhere", "ELSEWHERE", "elsewhere.", "elsewhere:8443"})
  void aRequestForAnotherServerNameIsMisdirected(String host) throws Exception {
    assertThat(statusLineOf(relay, "GET / HTTP/1.1\r\nHost: " + host))
        .isEqualTo("HTTP/1.1 421 Misdirected Request");
    assertThat(statusLineOf(relay, "GET http://" + host + "/ HTTP/1.1\r\nHost: a"))
        .isEqualTo("HTTP/1.1 421 Misdirected Request");
  }

  private static RelayServer relay(int upstreamPort) {
    return new RelayServer(upstreamPort, Map.of(), Access.ALLOWED, List.of());
  }

  private RelayServer guarded(Access access) {
    return new RelayServer(
        upstream.getAddress().getPort(), Map.of("/admin/**", "admins"), access, List.of());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + relay.port() + path))
        .timeout(Duration.ofSeconds(30));
  }

  private HttpResponse<byte[]> send(HttpRequest request) throws Exception {
    return client.send(request, BodyHandlers.ofByteArray());
  }

  private static String statusOf(RelayServer server, String path) throws IOException {
    return statusLineOf(server, "GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close");
  }

  private static String statusLineOf(RelayServer server, String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      write(socket, request + "\r\n\r\n");
      return readUntil(socket, "\r\n").strip();
    }
  }

  private static Upstream answering(String answer) {
    return Upstream.serving(
        socket -> {
          while (!readHead(socket.getInputStream()).isEmpty()) {
            write(socket, answer);
          }
        });
  }

  /** Answers with the request's body, and with its line and fields as fields. */
  private static void echo(HttpExchange exchange) throws IOException {
    Consumer<String> seen =
        name ->
            exchange
                .getResponseHeaders()
                .put("Seen-" + name, exchange.getRequestHeaders().get(name));
    exchange.getRequestHeaders().keySet().forEach(seen);
    exchange.getResponseHeaders().set("Seen-Uri", exchange.getRequestURI().toString());
    byte[] body = exchange.getRequestBody().readAllBytes();
    exchange.sendResponseHeaders(200, body.length == 0 ? -1 : 0);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String readHead(InputStream in) throws IOException {
    return readUntil(in, "\r\n\r\n");
  }

  private static String readUntil(Socket socket, String end) throws IOException {
    socket.setSoTimeout(10_000);
    return readUntil(socket.getInputStream(), end);
  }

  private static String readUntil(InputStream in, String end) throws IOException {
    StringBuilder read = new StringBuilder();
    while (!read.toString().endsWith(end)) {
      int next = in.read();
      if (next < 0) {
        break;
      }
      read.append((char) next);
    }
    return read.toString();
  }
}
