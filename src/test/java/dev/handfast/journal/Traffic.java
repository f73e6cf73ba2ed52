package dev.handfast.journal;

import static org.awaitility.Awaitility.await;

import dev.handfast.testing.Api;
import dev.handfast.testing.CommandLine;
import dev.handfast.testing.FreePort;
import dev.handfast.testing.RunningHandfast;
import dev.handfast.testing.TlsClients;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import tools.jackson.databind.json.JsonMapper;

/** Something of everything that the metrics count. */
final class Traffic {

  private final RunningHandfast handfast;
  private final Api api;
  private final SSLContext client;
  private final int askingPort = FreePort.next();

  Traffic(RunningHandfast handfast) throws IOException {
    this.handfast = handfast;
    this.api = handfast.api();
    this.client = TlsClients.trusting(handfast.caFile());
    configure();
  }

  /** A listener that asks for a certificate, and whose upstream is not there; a rotation. */
  private void configure() throws IOException {
    String ca = new JsonMapper().writeValueAsString(Files.readString(handfast.caFile()));
    api.post(
            "/api/v1/trust-bundles", "{\"name\": \"known\", \"certificatesPem\": %s}".formatted(ca))
        .expect(201);
    api.post(
            "/api/v1/client-auth-policies",
            """
            {"name": "asked", "mode": "request", "trustBundle": "known", "defaultEffect": "allow"}
            """)
        .expect(201);
    api.post(
            "/api/v1/listeners",
            """
            {"name": "asking", "address": "127.0.0.1", "port": %d, "mode": "tcp",
             "upstream": "tcp://127.0.0.1:%d", "certificates": ["default"],
             "tlsProfile": "intermediate", "clientAuthPolicy": "asked", "enabled": true}
            """
                .formatted(askingPort, FreePort.next()))
        .expect(201);
    api.post(
            "/api/v1/certificates/default/versions",
            """
            {"source": "generate", "subjectAltNames": ["localhost"], "issuer": "local-ca"}
            """)
        .expect(201);
  }

  /** One round; takes about a second. */
  void run() throws IOException {
    for (int i = 0; i < 2; i++) {
      try (SSLSocket socket = TlsClients.connect(client, handfast.channelPort())) {
        TlsClients.inspect(socket);
      }
    }
    CommandLine.run(
        "openssl",
        "s_client",
        "-tls1_1",
        "-cipher",
        "DEFAULT@SECLEVEL=0",
        "-connect",
        "localhost:" + handfast.channelPort());
    CommandLine.run(
        "openssl",
        "s_client",
        "-verify_return_error",
        "-connect",
        "localhost:" + handfast.channelPort());
    try (Socket socket = new Socket("localhost", handfast.channelPort())) {
      socket.shutdownOutput();
      socket.getInputStream().readAllBytes();
    }
    try (SSLSocket socket = TlsClients.connect(client, askingPort)) {
      socket.getInputStream().read();
    } catch (IOException e) {
      // The upstream is not there.
    }
    updateKeys();
  }

  private void updateKeys() throws IOException {
    try (SSLSocket socket = TlsClients.connect(client, handfast.channelPort())) {
      // The client's handshake is complete before the server has seen its Finished.
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () -> !api.get("/api/v1/connections?listener=default").json().get("items").isEmpty());
      String location =
          api.post(
                  "/api/v1/renegotiations",
                  """
                  {"selector": {"listener": "default"}, "mode": "key-update", "reason": "traffic"}
                  """)
              .expect(202)
              .header("Location");
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> api.get(location).json().get("state").asString().equals("finished"));
      TlsClients.inspect(socket);
    }
  }
}
