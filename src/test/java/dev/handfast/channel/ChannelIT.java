package dev.handfast.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.testing.CommandLine;
import dev.handfast.testing.CommandLine.Output;
import dev.handfast.testing.RequiresTool;
import dev.handfast.testing.RunningHandfast;
import dev.handfast.testing.TlsClients;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Provider;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.jsse.provider.BouncyCastleJsseProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@RequiresTool({"openssl", "curl"})
@ResourceLock(RunningHandfast.SHARED)
class ChannelIT {

  private static final Provider BOUNCY_CASTLE =
      new BouncyCastleJsseProvider(new BouncyCastleProvider());

  private final RunningHandfast handfast = RunningHandfast.shared();

  @Test
  void curlSeesItsOwnHandshake() {
    Output curl =
        CommandLine.run(
            "curl", "-sS", "--cacert", ca(), "https://localhost:" + handfast.channelPort() + "/");

    assertThat(curl.exitCode()).as(curl.stderr()).isZero();
    JsonNode handshake = new JsonMapper().readTree(curl.stdout());
    assertThat(handshake.at("/protocol").asString()).isEqualTo("TLSv1.3");
    assertThat(handshake.at("/clientHello/serverName").asString()).isEqualTo("localhost");
    assertThat(handshake.at("/steps").size()).isGreaterThan(8);
  }

  @Test
  void aBrowserGetsAPage() {
    Output curl =
        CommandLine.run(
            "curl",
            "-sS",
            "-i",
            "--cacert",
            ca(),
            "-H",
            "Accept: text/html,application/xhtml+xml",
            "https://localhost:" + handfast.channelPort() + "/");

    assertThat(curl.stdout()).contains("text/html").contains("TLSv1.3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void theJdkCompletesAHandshake(String protocol) throws Exception {
    try (SSLSocket socket =
        (SSLSocket)
            TlsClients.trusting(handfast.caFile())
                .getSocketFactory()
                .createSocket("localhost", handfast.channelPort())) {
      socket.setEnabledProtocols(new String[] {protocol});
      socket.startHandshake();

      assertThat(socket.getSession().getProtocol()).isEqualTo(protocol);
      assertThat(TlsClients.inspect(socket)).contains("\"protocol\":\"" + protocol + "\"");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void bouncyCastlesClientCompletesAHandshake(String protocol) throws Exception {
    SSLContext context =
        TlsClients.trusting(handfast.caFile(), SSLContext.getInstance(protocol, BOUNCY_CASTLE));
    try (SSLSocket socket = TlsClients.connect(context, handfast.channelPort())) {
      assertThat(socket.getSession().getProtocol()).isEqualTo(protocol);
      assertThat(TlsClients.inspect(socket)).contains("\"protocol\":\"" + protocol + "\"");
    }
  }

  @ParameterizedTest
  @CsvSource({"-tls1, TLSv1", "-tls1_1, TLSv1.1", "-tls1_2, TLSv1.2", "-tls1_3, TLSv1.3"})
  void profileOldSpeaksEveryVersionWithOpenSsl(String option, String protocol) {
    try (ListenerFixture old =
        ListenerFixture.create(handfast, "old", "inspect:", ",\"tlsProfile\":\"old\"")) {

      Output client =
          CommandLine.runWithInput(
              "GET / HTTP/1.0\r\n\r\n",
              "openssl",
              "s_client",
              "-connect",
              "127.0.0.1:" + old.port(),
              "-servername",
              "localhost",
              "-CAfile",
              ca(),
              "-verify_return_error",
              "-cipher",
              "DEFAULT@SECLEVEL=0",
              "-ign_eof",
              option);

      assertThat(client.all()).contains("\"protocol\":\"" + protocol + "\"");
      assertThat(client.all()).contains("Verify return code: 0 (ok)");
    }
  }

  @Test
  void anOldClientIsToldProtocolVersionAndTheRecordSaysWhy() {
    String address = "127.0.0.1:" + handfast.channelPort();
    Output client =
        CommandLine.run(
            "openssl", "s_client", "-connect", address, "-tls1", "-cipher", "ALL@SECLEVEL=0");

    assertThat(client.exitCode()).isNotZero();
    assertThat(client.all()).contains("alert protocol version");
    Recorded.await(
        handfast,
        "reason=no_common_version",
        record ->
            assertThat(record.at("/explanation").asString())
                .contains("TLS 1.0")
                .contains("TLS 1.2 to 1.3"));
  }

  @Test
  @RequiresTool("gnutls-cli")
  void gnuTlsCompletesAHandshake() {
    Output client =
        CommandLine.runWithInput(
            "GET / HTTP/1.0\r\n\r\n",
            "gnutls-cli",
            "--x509cafile",
            ca(),
            "-p",
            Integer.toString(handfast.channelPort()),
            "localhost");

    assertThat(client.all())
        .contains("Handshake was completed")
        .contains("\"protocol\":\"TLSv1.3\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"P-256", "P-384", "X25519"})
  void openSslAgreesOnEachGroup(String group) {
    Output client =
        CommandLine.runWithInput(
            "GET / HTTP/1.0\r\n\r\n",
            "openssl",
            "s_client",
            "-connect",
            "localhost:" + handfast.channelPort(),
            "-CAfile",
            ca(),
            "-groups",
            group,
            "-ign_eof");

    String expected =
        switch (group) {
          case "P-256" -> "secp256r1";
          case "P-384" -> "secp384r1";
          default -> "x25519";
        };
    assertThat(client.all()).contains("\"group\":\"" + expected + "\"");
  }

  @Test
  void theCaFileIsReadableAndHoldsACertificate() throws Exception {
    assertThat(Files.readString(handfast.caFile())).contains("BEGIN CERTIFICATE");
    assertThat(Path.of(ca())).isAbsolute();
  }

  private String ca() {
    return handfast.caFile().toString();
  }
}
