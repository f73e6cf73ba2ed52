package dev.handfast.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.handshake.Reason;
import dev.handfast.testing.CommandLine;
import dev.handfast.testing.OpenSslSession;
import dev.handfast.testing.Pki;
import dev.handfast.testing.Pki.Issued;
import dev.handfast.testing.RequiresTool;
import dev.handfast.testing.RunningHandfast;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import tools.jackson.databind.json.JsonMapper;

/** Walks every reason, has a client provoke it, and reads the record that explains it. */
@RequiresTool("openssl")
@ResourceLock(RunningHandfast.SHARED)
class EveryReasonIT {

  private static final int SIGNATURE_ALGORITHMS = 13;
  private static final int EXTENDED_MASTER_SECRET = 23;

  /**
   * What no client can provoke. {@code no_certificate}: the API refuses a listener whose
   * certificates are not all in force, keeps certificates in use from being deleted, and a listener
   * that cannot be made whole keeps its last snapshot or does not run; so no handshake finds none
   * ({@code ServerEngineTest.withoutCertificateEveryHandshakeFails} has the engine meet it). {@code
   * internal_error} is a defect of ours by definition, and one that is known is mended ({@code
   * ServerEngineTest.anAuthenticatorThatFailsLetsNobodyIn} builds one in).
   */
  private static final Set<Reason> BEYOND_CLIENTS =
      EnumSet.of(Reason.NO_CERTIFICATE, Reason.INTERNAL_ERROR);

  private static final String REQUIRED = ",\"clientAuthPolicy\":\"why-required\"";

  private static final RunningHandfast HANDFAST = RunningHandfast.shared();
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir static Path directory;

  private static Issued authority;
  private static Issued stranger;
  private static Issued revoked;

  @BeforeAll
  static void trustAnAuthority() {
    authority = Pki.root("CN=Why Root");
    stranger = Pki.root("CN=Stranger Root");
    revoked = Pki.certificate("CN=revoked").issue(authority);
    HANDFAST
        .api()
        .post(
            "/api/v1/trust-bundles",
            JSON.writeValueAsString(
                Map.of(
                    "name",
                    "why",
                    "certificatesPem",
                    authority.pem(),
                    "crlPem",
                    Pki.pem(authority.crl(revoked)),
                    "revocation",
                    "crl",
                    "onUnknown",
                    "deny")))
        .expect(201);
    policy(
        "why-required",
        "\"trustBundle\":\"why\",\"rules\":[{\"effect\":\"deny\",\"subject\":\"CN=denied\"}]");
    HANDFAST
        .api()
        .post(
            "/api/v1/trust-bundles",
            JSON.writeValueAsString(
                Map.of(
                    "name",
                    "why-unknown",
                    "certificatesPem",
                    authority.pem(),
                    "crlPem",
                    Pki.pem(stranger.crl()),
                    "revocation",
                    "crl",
                    "onUnknown",
                    "deny")))
        .expect(201);
    policy("why-requested", "request", "\"trustBundle\":\"why\"");
    policy("why-unknown", "\"trustBundle\":\"why-unknown\"");
  }

  @TestFactory
  Stream<DynamicTest> everyReason() {
    return Arrays.stream(Reason.values())
        .filter(reason -> !BEYOND_CLIENTS.contains(reason))
        .map(
            reason -> DynamicTest.dynamicTest(reason.code(), () -> isProvokedAndExplained(reason)));
  }

  private void isProvokedAndExplained(Reason reason) throws Exception {
    String name = "why-" + reason.code().replace('_', '-');
    try (ServerSocket upstream = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ListenerFixture listener = listener(name, reason, upstream.getLocalPort())) {
      provoke(reason, listener, upstream);
      Recorded.await(
          HANDFAST,
          "listener=" + name + "&reason=" + reason.code(),
          record -> {
            assertThat(record.at("/fault").asString()).isEqualTo(reason.fault().code());
            assertThat(record.at("/explanation").asString()).contains(evidence(reason));
            assertThat(record.at("/result").asString()).isNotEqualTo("completed");
          });
    }
  }

  /** Part of the sentence, where it is about the chain that we sent: who issued it, or for whom. */
  private static String evidence(Reason reason) {
    return switch (reason) {
      case SERVER_CERTIFICATE_UNTRUSTED, SERVER_CERTIFICATE_EXPIRED, SERVER_CERTIFICATE_REVOKED ->
          "issuer CN=Handfast";
      case SERVER_CERTIFICATE_REJECTED -> "certificate default for CN=";
      default -> " ";
    };
  }

  private static ListenerFixture listener(String name, Reason reason, int upstreamPort) {
    String members =
        switch (reason) {
          case PROXY_HEADER_INVALID -> ",\"proxyProtocol\":{\"accept\":true}";
          case NO_COMMON_APPLICATION_PROTOCOL -> ",\"alpn\":[\"http/1.1\"]";
          case HANDSHAKE_TIMEOUT -> ",\"limits\":{\"handshakeTimeout\":\"PT1S\"}";
          case SERVER_STOPPING -> ",\"limits\":{\"handshakeTimeout\":\"PT1M\"}";
          case INSECURE_RENEGOTIATION -> ",\"renegotiation\":{\"clientInitiated\":\"allow\"}";
          case RENEGOTIATION_LIMIT_EXCEEDED ->
              ",\"renegotiation\":{\"clientInitiated\":\"allow\",\"maxPerMinute\":2}";
          case KEY_UPDATE_LIMIT_EXCEEDED -> ",\"renegotiation\":{\"maxPerMinute\":2}";
          case CLIENT_REVOCATION_UNKNOWN -> ",\"clientAuthPolicy\":\"why-unknown\"";
          case CLIENT_CERTIFICATE_MISSING,
              CLIENT_SIGNATURE_INVALID,
              CLIENT_CERTIFICATE_NOT_YET_VALID,
              CLIENT_CERTIFICATE_EXPIRED,
              CLIENT_ISSUER_UNTRUSTED,
              CLIENT_CHAIN_INVALID,
              CLIENT_CERTIFICATE_UNSUITABLE,
              CLIENT_NOT_AUTHORIZED,
              CLIENT_CERTIFICATE_REVOKED,
              CLIENT_IDENTITY_CHANGED ->
              REQUIRED;
          case RENEGOTIATION_REFUSED_BY_CLIENT, REAUTHENTICATION_TIMEOUT, UPSTREAM_FAILED ->
              ",\"clientAuthPolicy\":\"why-requested\"";
          default -> "";
        };
    return reason == Reason.UNRECOGNIZED_SERVER_NAME
        ? ListenerFixture.createRoutesOnly(HANDFAST, name, "only.example")
        : ListenerFixture.create(
            HANDFAST,
            name,
            reason == Reason.UPSTREAM_FAILED ? "tcp://127.0.0.1:" + upstreamPort : "inspect:",
            members);
  }

  /** Exhaustive on purpose: a new reason does not compile without its client. */
  private void provoke(Reason reason, ListenerFixture listener, ServerSocket upstream)
      throws Exception {
    int port = listener.port();
    switch (reason) {
      case NOT_TLS -> say(port, "no protocol at all\n".getBytes(StandardCharsets.US_ASCII));
      case HTTP_REQUEST -> say(port, "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      case OBSOLETE_PROTOCOL -> say(port, ssl3ClientHello());
      case CLIENT_HELLO_TOO_LARGE ->
          say(port, bytes("1603014000" + "0100fffc0303" + "00".repeat(16_378)));
      case MALFORMED_CLIENT_HELLO -> say(port, bytes("160301000a" + "010000060303" + "00000000"));
      case PROXY_HEADER_INVALID ->
          say(port, "PROXY nonsense\r\n".getBytes(StandardCharsets.US_ASCII));

      case NO_COMMON_VERSION -> client(port, "-tls1_1", "-cipher", "ALL@SECLEVEL=0");
      case INAPPROPRIATE_FALLBACK -> client(port, "-tls1_2", "-fallback_scsv");
      case NO_COMMON_CIPHER_SUITE -> client(port, "-tls1_2", "-cipher", "AES128-SHA");
      case NO_COMMON_GROUP -> client(port, "-tls1_3", "-groups", "X448");
      case NO_COMMON_SIGNATURE_SCHEME -> client(port, "-tls1_3", "-sigalgs", "RSA-PSS+SHA256");
      case NO_COMMON_APPLICATION_PROTOCOL -> client(port, "-alpn", "imap");
      case UNRECOGNIZED_SERVER_NAME -> client(port, "-servername", "other.example");
      case MISSING_EXTENSION ->
          tampered(
              TamperingProxy.record(
                  port, 0, hello -> TamperingProxy.hideExtension(hello, SIGNATURE_ALGORITHMS)),
              "-tls1_3");

      case MALFORMED_MESSAGE -> keyExchange(port, message -> with(message, 9, 200));
      case UNEXPECTED_MESSAGE -> keyExchange(port, message -> with(message, 5, 20));
      case ILLEGAL_PARAMETER -> keyExchange(port, message -> with(message, 30, message[30] ^ 1));
      case RECORD_TOO_LARGE ->
          keyExchange(port, message -> bytes("1603035000" + "00".repeat(0x5000)));
      case RECORD_NOT_AUTHENTIC ->
          tampered(
              TamperingProxy.record(
                  port,
                  3,
                  record -> with(record, record.length - 1, record[record.length - 1] ^ 1)),
              "-tls1_2");
      case FINISHED_NOT_AUTHENTIC ->
          tampered(
              TamperingProxy.record(
                  port, 0, hello -> TamperingProxy.hideExtension(hello, EXTENDED_MASTER_SECRET)),
              "-tls1_2");

      case SERVER_CERTIFICATE_UNTRUSTED ->
          client(port, "-CAfile", file("stranger.pem", stranger.pem()), "-verify_return_error");
      case SERVER_CERTIFICATE_EXPIRED ->
          client(port, "-CAfile", ca(), "-attime", "4102444800", "-verify_return_error");
      case SERVER_CERTIFICATE_REVOKED -> keyExchange(port, message -> bytes("1503030002022c"));
      case SERVER_CERTIFICATE_REJECTED ->
          client(
              port, "-CAfile", ca(), "-verify_hostname", "wrong.example", "-verify_return_error");
      case CLIENT_ALERT -> keyExchange(port, message -> bytes("15030300020250"));

      case CLIENT_CERTIFICATE_MISSING -> client(port, "-tls1_3");
      case CLIENT_SIGNATURE_INVALID -> {
        try (TamperingProxy proxy =
            TamperingProxy.message(
                port,
                TamperingProxy.CERTIFICATE_VERIFY,
                record -> with(record, record.length - 1, record[record.length - 1] ^ 1))) {
          come(proxy.port(), Pki.certificate("CN=forger").issue(authority), "-tls1_2");
        }
      }
      case CLIENT_CERTIFICATE_NOT_YET_VALID ->
          come(
              port,
              Pki.certificate("CN=early")
                  .valid(
                      Instant.now().plus(Duration.ofDays(2)),
                      Instant.now().plus(Duration.ofDays(9)))
                  .issue(authority));
      case CLIENT_CERTIFICATE_EXPIRED ->
          come(port, Pki.certificate("CN=late").expired().issue(authority));
      case CLIENT_ISSUER_UNTRUSTED -> come(port, Pki.certificate("CN=stranger").issue(stranger));
      case CLIENT_CHAIN_INVALID ->
          come(
              port,
              Pki.certificate("CN=forged").signedBy(stranger.keys().getPrivate()).issue(authority));
      case CLIENT_CERTIFICATE_UNSUITABLE ->
          come(
              port,
              Pki.certificate("CN=server")
                  .purposes(KeyPurposeId.id_kp_serverAuth)
                  .issue(authority));
      case CLIENT_NOT_AUTHORIZED -> come(port, Pki.certificate("CN=denied").issue(authority));
      case CLIENT_CERTIFICATE_REVOKED -> come(port, revoked);
      case CLIENT_REVOCATION_UNKNOWN -> come(port, Pki.certificate("CN=unknown").issue(authority));

      case CLIENT_CLOSED -> say(port, bytes("160301"));
      case CONNECTION_RESET -> reset(port);
      case HANDSHAKE_TIMEOUT -> wait(port);

      case CLIENT_IDENTITY_CHANGED -> changeIdentity(port, listener.name());
      case RENEGOTIATION_REFUSED_BY_CLIENT -> {
        try (OpenSslSession client = keep(port, "-tls1_2", "-no_renegotiation")) {
          renegotiate(listener.name());
          client.awaitEnd();
        }
      }
      case REAUTHENTICATION_TIMEOUT -> {
        try (OpenSslSession client = keep(port, "-tls1_2")) {
          client.freeze();
          renegotiate(listener.name());
          awaitNoConnection(listener);
        }
      }
      case RENEGOTIATION_LIMIT_EXCEEDED -> repeat(port, "R", "RENEGOTIATING", "-tls1_2");
      case KEY_UPDATE_LIMIT_EXCEEDED -> repeat(port, "k", "KEYUPDATE", "-tls1_3");
      case SERVER_STOPPING -> {
        try (Socket socket = new Socket("127.0.0.1", port)) {
          socket.getOutputStream().write(bytes("160301"));
          Awaitility.await().until(() -> listener.connections() == 1);
          listener.disable();
          socket.getInputStream().readAllBytes();
        }
      }
      case INSECURE_RENEGOTIATION -> {
        try (RawTls12Client client = RawTls12Client.connect(port)) {
          client.renegotiateInsecurely();
        }
      }
      case UPSTREAM_FAILED -> {
        try (RawTls12Client client = RawTls12Client.connect(port);
            Socket served = upstream.accept()) {
          renegotiate(listener.name());
          client.awaitRecord();
          served.setSoLinger(true, 0);
        }
      }
      case NO_CERTIFICATE, INTERNAL_ERROR ->
          throw new AssertionError(reason + " is beyond clients");
    }
  }

  /** Replaces the ClientKeyExchange of TLS 1.2, a message in the clear. */
  private static void keyExchange(int port, UnaryOperator<byte[]> edit) {
    tampered(
        TamperingProxy.message(port, TamperingProxy.CLIENT_KEY_EXCHANGE, edit),
        "-tls1_2",
        "-groups",
        "P-256");
  }

  private static void tampered(TamperingProxy between, String... options) {
    try (between) {
      client(between.port(), options);
    }
  }

  private static void client(int port, String... options) {
    String[] command = {"openssl", "s_client", "-connect", "127.0.0.1:" + port};
    CommandLine.run(
        Stream.concat(Arrays.stream(command), Arrays.stream(options)).toArray(String[]::new));
  }

  /**
   * Comes with a certificate; where it is refused after the handshake, TLS 1.3 tells on reading.
   */
  private static void come(int port, Issued certificate, String... options) throws IOException {
    String name = Long.toHexString(System.nanoTime());
    client(
        port,
        Stream.concat(
                Stream.of(
                    "-cert",
                    file(name + ".pem", certificate.pem()),
                    "-key",
                    file(name + ".key", certificate.keyPem())),
                Arrays.stream(options))
            .toArray(String[]::new));
  }

  /** A client that stays, its handshake complete. */
  private static OpenSslSession keep(int port, String... options) {
    return OpenSslSession.connect(port, options).awaitOutput("Verify return code", 1);
  }

  private static void repeat(int port, String command, String announcement, String version) {
    try (OpenSslSession client = keep(port, version)) {
      for (int i = 1; i <= 3; i++) {
        client.type(command);
        client.awaitOutput(announcement, i);
      }
      client.awaitEnd();
    }
  }

  private static void renegotiate(String listener) {
    HANDFAST
        .api()
        .post(
            "/api/v1/renegotiations",
            """
            {"selector":{"listener":"%s"},"mode":"renegotiate","requireClientCertificate":true,
             "reason":"every reason"}
            """
                .formatted(listener))
        .expect(202);
  }

  private static void changeIdentity(int port, String listener) throws Exception {
    Issued one = Pki.certificate("CN=one").issue(authority);
    Issued other = Pki.certificate("CN=other").issue(authority);
    try (TwoFacedClient client = TwoFacedClient.connect(HANDFAST.caFile(), port, one, other)) {
      renegotiate(listener);
      client.awaitRefusal();
    }
  }

  private static void awaitNoConnection(ListenerFixture listener) {
    Awaitility.await().atMost(Duration.ofSeconds(40)).until(() -> listener.connections() == 0);
  }

  private static void say(int port, byte[] bytes) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.getOutputStream().write(bytes);
      socket.shutdownOutput();
      socket.getInputStream().readAllBytes();
    }
  }

  private static void reset(int port) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.getOutputStream().write(bytes("160301"));
      socket.getOutputStream().flush();
      socket.setSoLinger(true, 0);
    }
  }

  private static void wait(int port) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.getInputStream().readAllBytes();
    }
  }

  /** A ClientHello of SSL 3.0 as browsers of 1996 sent it: no extensions, RC4 and Triple DES. */
  private static byte[] ssl3ClientHello() {
    String body = "0300" + "11".repeat(32) + "00" + "0004" + "0005" + "000a" + "01" + "00";
    return bytes("160300002f" + "0100002b" + body);
  }

  private static byte[] with(byte[] bytes, int index, int value) {
    byte[] changed = bytes.clone();
    changed[index] = (byte) value;
    return changed;
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  private static void policy(String name, String members) {
    policy(name, "require", members);
  }

  private static void policy(String name, String mode, String members) {
    HANDFAST
        .api()
        .post(
            "/api/v1/client-auth-policies",
            "{\"name\":\"%s\",\"mode\":\"%s\",\"defaultEffect\":\"allow\",%s}"
                .formatted(name, mode, members))
        .expect(201);
  }

  private static String ca() {
    return HANDFAST.caFile().toString();
  }

  private static String file(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content).toString();
  }
}
