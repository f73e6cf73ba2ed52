package dev.handfast.renegotiation;

import static dev.handfast.renegotiation.LiveListener.assertAnswers;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.handfast.testing.ClientCertificates.Client;
import dev.handfast.testing.OpenSslSession;
import dev.handfast.testing.RequiresTool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** OpenSSL's client, which renegotiates by itself, or wants a path that needs its certificate. */
@RequiresTool("openssl")
@ResourceLock(LiveListener.SHARED)
class RenegotiationByClientIT {

  private static final String ALLOWED =
      ",\"renegotiation\":{\"clientInitiated\":\"allow\",\"maxPerMinute\":2}";

  private static HttpServer service = unset();

  @TempDir private Path directory = Path.of("");

  @BeforeAll
  static void aServiceThatSaysYes() throws IOException {
    service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    service.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    service.start();
  }

  @AfterAll
  static void stop() {
    service.stop(0);
  }

  @Test
  void aTls12ClientMayNotRenegotiateUnlessItIsAllowed() {
    LiveListener listener = LiveListener.open("denied", "");
    try (OpenSslSession client = listener.connect("-tls1_2")) {
      client.type("R");
      listener.awaitCounted("client/renegotiation/denied");
      // OpenSSL's client gives up when it reads no_renegotiation; others go on.
      client.awaitOutput("no renegotiation", 1);
    }
  }

  @Test
  void aTls12ClientThatMayRenegotiateDoesSoUntilItIsTooOften() {
    LiveListener listener = LiveListener.open("allowed", ALLOWED);
    try (OpenSslSession client = listener.connect("-tls1_2")) {
      client.type("R");
      listener.awaitCounted("client/renegotiation/succeeded");
      assertAnswers(client);
      assertThat(listener.connection().get("renegotiations").asInt()).isEqualTo(1);
      client.type("R");
      listener.awaitCounted("client/renegotiation/succeeded", "client/renegotiation/succeeded");

      client.type("R");

      client.awaitEnd();
      assertThat(listener.failedRenegotiation()).isEqualTo("renegotiation_limit_exceeded");
    }
    listener.awaitCounted(
        "client/renegotiation/succeeded",
        "client/renegotiation/succeeded",
        "client/renegotiation/limit_exceeded");
  }

  @Test
  void aTls13ClientMayUpdateKeysUntilItIsTooOften() {
    LiveListener listener = LiveListener.open("updating", ALLOWED);
    try (OpenSslSession client = listener.connect("-tls1_3")) {
      client.type("K");
      listener.awaitCounted("client/key_update/succeeded");
      assertAnswers(client);
      client.type("k");
      listener.awaitCounted("client/key_update/succeeded", "client/key_update/succeeded");

      client.type("k");

      client.awaitEnd();
      assertThat(listener.failedRenegotiation()).isEqualTo("key_update_limit_exceeded");
    }
    listener.awaitCounted(
        "client/key_update/succeeded",
        "client/key_update/succeeded",
        "client/key_update/limit_exceeded");
  }

  @Test
  void aClientOfAProtectedPathProvesItselfByRenegotiation() {
    LiveListener listener = protecting("path12");
    Client alice = listener.client(directory, "alice");
    try (OpenSslSession client = listener.connect(alice, "-tls1_2")) {
      ask(client, "/admin/x").awaitOutput("HTTP/1.1 200", 1);
      ask(client, "/admin/x").awaitOutput("HTTP/1.1 200", 2);
    }
    listener.awaitCounted("resource/renegotiation/succeeded");
  }

  @Test
  void aClientOfAProtectedPathProvesItselfAfterTheTls13Handshake() {
    LiveListener listener = protecting("path13");
    Client alice = listener.client(directory, "alice");
    try (OpenSslSession client = listener.connect(alice, "-tls1_3", "-enable_pha")) {
      ask(client, "/admin/x").awaitOutput("HTTP/1.1 200", 1);
      ask(client, "/admin/x").awaitOutput("HTTP/1.1 200", 2);
    }
    listener.awaitCounted("resource/post_handshake_auth/succeeded");
  }

  @Test
  void aClientOfAProtectedPathThatCannotBeAskedIsForbidden() {
    LiveListener listener = protecting("path-none");
    try (OpenSslSession client = listener.connect("-tls1_3")) {
      ask(client, "/admin/x").awaitOutput("HTTP/1.1 403", 1);
    }
    listener.awaitCounted("resource/none/unsupported");
  }

  @Test
  void aClientOfAProtectedPathThatDeclinesIsForbidden() {
    LiveListener listener = protecting("path-declined");
    try (OpenSslSession client = listener.connect("-tls1_2", "-no_renegotiation")) {
      ask(client, "/admin/x").awaitOutput("HTTP/1.1 403", 1);
    }
    listener.awaitCounted("resource/renegotiation/declined");
  }

  private static LiveListener protecting(String name) {
    String upstream = "tcp://127.0.0.1:" + service.getAddress().getPort();
    return LiveListener.protecting(name, upstream, "/admin/**", "CN=alice");
  }

  private static OpenSslSession ask(OpenSslSession client, String path) {
    client.type("GET " + path + " HTTP/1.1");
    client.type("Host: localhost");
    client.type("");
    return client;
  }

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // Set before all tests.
  private static <T> T unset() {
    return null;
  }
}
