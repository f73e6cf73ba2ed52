package dev.handfast.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.testing.CommandLine;
import dev.handfast.testing.ManagementTest;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The management port with TLS, and curl with a certificate. */
@ManagementTest
@DirtiesContext
class ClientCertificateLoginTest {

  private static final String CA = "ca";

  @TempDir private static Path files;

  @LocalServerPort private int port;

  @DynamicPropertySource
  static void tls(DynamicPropertyRegistry properties) {
    openssl(
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=CA"
            + " -keyout ca.key -out ca.pem");
    issue("server", "/CN=localhost");
    issue("admin", "/CN=admin");
    issue("nobody", "/CN=nobody");
    openssl(
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=admin"
            + " -keyout forged.key -out forged.pem");
    properties.add(
        "spring.ssl.bundle.pem.management.keystore.certificate", () -> uri("server.pem"));
    properties.add(
        "spring.ssl.bundle.pem.management.keystore.private-key", () -> uri("server.key"));
    properties.add("spring.ssl.bundle.pem.management.truststore.certificate", () -> uri("ca.pem"));
    properties.add("spring.ssl.bundle.pem.management.reload-on-update", () -> "true");
    properties.add("server.ssl.bundle", () -> "management");
    properties.add("server.ssl.client-auth", () -> "want");
    properties.add("spring.datasource.url", () -> "jdbc:h2:mem:x509;DB_CLOSE_DELAY=-1");
  }

  @Test
  void aCertificateLogsInTheUserOfItsCommonNameAndNobodyElse() {
    assertThat(status("admin")).isEqualTo("200");
    assertThat(status("nobody")).isEqualTo("401");
    assertThat(status("forged")).isIn("000", "401");
    assertThat(status(null)).isEqualTo("401");
  }

  private String status(@Nullable String name) {
    String client =
        name == null
            ? ""
            : " --cert %s --key %s"
                .formatted(files.resolve(name + ".pem"), files.resolve(name + ".key"));
    return CommandLine.run(
            ("curl -s -o /dev/null -w %{http_code} --cacert "
                    + files.resolve(CA + ".pem")
                    + client
                    + " https://localhost:"
                    + port
                    + "/api/v1/users")
                .split(" "))
        .stdout();
  }

  private static void issue(String name, String subject) {
    openssl(
        "req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj %s -keyout %s.key -out %s.csr"
            .formatted(subject, name, name));
    openssl(
        "x509 -req -in %s.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out %s.pem"
            .formatted(name, name));
  }

  private static String uri(String file) {
    return files.resolve(file).toUri().toString();
  }

  private static void openssl(String arguments) {
    String[] words = ("openssl " + arguments).split(" ");
    for (int i = 0; i < words.length; i++) {
      if (words[i].matches("\\w+\\.(key|pem|csr)")) {
        words[i] = files.resolve(words[i]).toString();
      }
    }
    CommandLine.Output output = CommandLine.run(words);
    assertThat(output.exitCode()).as(output.all()).isZero();
  }
}
