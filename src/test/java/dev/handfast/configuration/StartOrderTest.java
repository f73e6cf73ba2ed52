package dev.handfast.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.HandfastApplication;
import dev.handfast.certificate.Certificates;
import dev.handfast.listener.Listeners;
import dev.handfast.testing.Pki;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;

class StartOrderTest {

  @TempDir private Path home;

  @Test
  void theFirstStartHasTheFileWhoseListenerNamesACertificateOfTheWatchedDirectory()
      throws IOException {
    Path secret = Files.createDirectories(home.resolve("certificates").resolve("mounted"));
    Pki.Issued issued = Pki.root("CN=mounted");
    Files.writeString(secret.resolve("tls.crt"), issued.pem());
    Files.writeString(secret.resolve("tls.key"), issued.keyPem());
    Path file = home.resolve("handfast.yaml");
    Files.writeString(
        file,
        """
        listeners:
          - name: web
            address: 127.0.0.1
            port: 0
            upstream: 'inspect:'
            certificates: [mounted]
        """);

    // Polling is far away: what is there, was taken at the start.
    try (var started =
        new SpringApplicationBuilder(HandfastApplication.class)
            .web(WebApplicationType.SERVLET)
            .run(
                "--server.port=0",
                "--handfast.data-dir=" + home.resolve("data"),
                "--handfast.configuration-file=" + file,
                "--handfast.certificates.directory=" + home.resolve("certificates"),
                "--handfast.certificates.directory-poll-interval=1h",
                "--handfast.configuration.poll-interval=1h")) {
      assertThat(started.getBean(Certificates.class).current("mounted")).isPresent();
      assertThat(started.getBean(Certificates.class).current("default")).isEmpty();
      assertThat(started.getBean(Listeners.class).status("web").state()).isEqualTo("running");
    }
  }
}
