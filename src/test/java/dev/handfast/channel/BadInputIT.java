package dev.handfast.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.testing.Api.Answer;
import dev.handfast.testing.CommandLine;
import dev.handfast.testing.RequiresTool;
import dev.handfast.testing.RunningHandfast;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@RequiresTool("openssl")
@ResourceLock(RunningHandfast.SHARED)
class BadInputIT {

  private final RunningHandfast handfast = RunningHandfast.shared();
  private final JsonMapper json = new JsonMapper();

  @Test
  void malformedPemIsRefusedWithWhatWasFound() {
    assertRefused(
        upload("malformed", "this is no certificate", "nor a key"),
        "certificateChainPem",
        "-----BEGIN CERTIFICATE-----");
    handfast.api().get("/api/v1/certificates/malformed").expect(404);
  }

  @Test
  void aKeyThatDoesNotMatchItsCertificateIsRefused() throws Exception {
    Pair one = selfSigned("30");
    Pair other = selfSigned("30");

    assertRefused(upload("mismatch", one.certificate(), other.key()), "privateKeyPem", "match");
    handfast.api().get("/api/v1/certificates/mismatch").expect(404);
  }

  @Test
  void anExpiredChainIsRefused() throws Exception {
    Pair expired = expired();

    assertRefused(
        upload("expired", expired.certificate(), expired.key()), "certificateChainPem", "expired");
  }

  @Test
  void anUnknownCipherSuiteIsRefusedByName() {
    assertRefused(
        handfast
            .api()
            .post(
                "/api/v1/tls-profiles",
                """
                {"name":"wrong","minVersion":"TLSv1.2","maxVersion":"TLSv1.3",
                 "cipherSuites":["TLS_AES_128_GCM_SHA256","TLS_QUANTUM_WITH_ROT13"],
                 "groups":["x25519"],"signatureSchemes":["ecdsa_secp256r1_sha256"]}
                """),
        "cipherSuites[1]",
        "TLS_QUANTUM_WITH_ROT13");
    handfast.api().get("/api/v1/tls-profiles/wrong").expect(404);
  }

  @Test
  void aRouteThatShadowsAnotherIsRefused() {
    assertRefused(
        listener(
            "shadowing",
            0,
            """
            ,"routes":[{"serverName":"a.example"},{"serverName":"A.example"}]
            """),
        "routes[1].serverName",
        "a.example");
  }

  @Test
  void aPortThatAnotherListenerHoldsIsRefused() {
    assertRefused(
        listener("twin", handfast.channelPort(), ""),
        "port",
        Integer.toString(handfast.channelPort()));
  }

  @Test
  void aPortThatAnotherProgramHoldsIsRefused() throws IOException {
    try (ServerSocket holder = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      assertRefused(
          listener("blocked", holder.getLocalPort(), ""),
          "port",
          Integer.toString(holder.getLocalPort()));
    }
    handfast.api().get("/api/v1/listeners/blocked").expect(404);
  }

  @Test
  void aListenerThatNamesNothingThatExistsIsRefusedFieldByField() {
    Answer answer =
        handfast
            .api()
            .post(
                "/api/v1/listeners",
                """
                {"name":"dangling","address":"127.0.0.1","port":70000,"mode":"tcp",
                 "upstream":"ftp://example","certificates":["nobody"],"tlsProfile":"nothing",
                 "clientAuthPolicy":"nowhere","enabled":true}
                """);

    answer.expect(400);
    assertThat(answer.json().at("/violations").findValuesAsString("field"))
        .contains("port", "upstream", "certificates", "tlsProfile", "clientAuthPolicy");
    assertThat(answer.text()).contains("70000 (expected: 0..65535)");
  }

  @Test
  void aPolicyWithoutTrustBundleIsRefused() {
    assertRefused(
        handfast
            .api()
            .post("/api/v1/client-auth-policies", "{\"name\":\"blind\",\"mode\":\"require\"}"),
        "trustBundle",
        "trust bundle");
  }

  @Test
  void anUnknownFieldIsNamed() {
    Answer answer = handfast.api().post("/api/v1/listeners", "{\"name\":\"x\",\"prot\":1}");

    answer.expect(400);
    assertThat(answer.text()).contains("prot");
  }

  @Test
  void aStaleRevisionChangesNothing() {
    try (ListenerFixture listener = ListenerFixture.create(handfast, "stale", "inspect:", "")) {
      JsonNode before = listener.get();
      handfast
          .api()
          .call(
              "PUT",
              "/api/v1/listeners/stale",
              """
              {"address":"127.0.0.1","port":0,"mode":"tcp","upstream":"tcp://127.0.0.1:1",
               "certificates":["default"],"enabled":true}
              """,
              Map.of("If-Match", "\"99\""))
          .expect(412);

      assertThat(listener.get().at("/upstream")).isEqualTo(before.at("/upstream"));
      assertThat(listener.get().at("/revision")).isEqualTo(before.at("/revision"));
    }
  }

  @Test
  void aCertificateInUseIsNotDeletedAndItsUserIsNamed() {
    Answer answer = handfast.api().delete("/api/v1/certificates/default");

    answer.expect(409);
    assertThat(answer.text()).contains("listener default");
  }

  private void assertRefused(Answer answer, String field, String message) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(400);
    assertThat(answer.header("Content-Type")).contains("application/problem+json");
    assertThat(answer.json().at("/violations").findValuesAsString("field")).contains(field);
    assertThat(answer.text()).contains(message);
  }

  private Answer listener(String name, int port, String members) {
    return handfast
        .api()
        .post(
            "/api/v1/listeners",
            """
            {"name":"%s","address":"127.0.0.1","port":%d,"mode":"tcp","upstream":"inspect:",
             "certificates":["default"],"enabled":true%s}
            """
                .formatted(name, port, members));
  }

  private Answer upload(String name, String certificate, String key) {
    return handfast
        .api()
        .post(
            "/api/v1/certificates",
            json.writeValueAsString(
                Map.of(
                    "name",
                    name,
                    "source",
                    "upload",
                    "certificateChainPem",
                    certificate,
                    "privateKeyPem",
                    key)));
  }

  private Pair selfSigned(String days) throws IOException {
    return openssl("-days", days);
  }

  private Pair expired() throws IOException {
    Path directory = Files.createTempDirectory(handfast.home(), "expired");
    Pair pair = openssl("-days", "1");
    Path key = Files.writeString(directory.resolve("key.pem"), pair.key());
    Path request = directory.resolve("request.pem");
    Path certificate = directory.resolve("certificate.pem");
    Path database = Files.writeString(directory.resolve("index.txt"), "");
    Path configuration =
        Files.writeString(
            directory.resolve("ca.cnf"),
            """
            [ca]
            default_ca = authority
            [authority]
            database = %s
            new_certs_dir = %s
            rand_serial = yes
            default_md = sha256
            policy = anything
            [anything]
            commonName = supplied
            """
                .formatted(database, directory));
    run(
        "openssl",
        "req",
        "-new",
        "-key",
        key.toString(),
        "-subj",
        "/CN=late",
        "-out",
        request.toString());
    run(
        "openssl",
        "ca",
        "-batch",
        "-selfsign",
        "-config",
        configuration.toString(),
        "-keyfile",
        key.toString(),
        "-in",
        request.toString(),
        "-notext",
        "-startdate",
        "20200101000000Z",
        "-enddate",
        "20210101000000Z",
        "-out",
        certificate.toString());
    return new Pair(Files.readString(certificate), pair.key());
  }

  private Pair openssl(String... options) throws IOException {
    Path directory = Files.createTempDirectory(handfast.home(), "pair");
    Path key = directory.resolve("key.pem");
    Path certificate = directory.resolve("certificate.pem");
    run(
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-subj",
        "/CN=pair",
        options[0],
        options[1],
        "-keyout",
        key.toString(),
        "-out",
        certificate.toString());
    return new Pair(Files.readString(certificate), Files.readString(key));
  }

  private static void run(String... command) {
    CommandLine.Output output = CommandLine.run(command);
    assertThat(output.exitCode()).as(output.stderr()).isZero();
  }

  private record Pair(String certificate, String key) {}
}
