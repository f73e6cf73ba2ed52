package dev.handfast.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handfast.HandfastApplication;
import dev.handfast.certificate.Certificates;
import dev.handfast.configuration.ConfigurationChanges;
import dev.handfast.configuration.ConfigurationObjects;
import dev.handfast.configuration.ResourceType;
import dev.handfast.handshake.Credential;
import dev.handfast.testing.CommandLine;
import dev.handfast.testing.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Starts on an empty data directory, and starts again, with the same master key and with others.
 */
@ExtendWith(OutputCaptureExtension.class)
@ResourceLock(Resources.SYSTEM_OUT)
class FirstStartTest {

  private static final String KEY_A = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=";
  private static final String KEY_B = "QkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkI=";

  @TempDir Path directory;

  @Test
  void anEmptyDatabaseGetsACertificateAListenerAndACaFile(CapturedOutput output) {
    try (ConfigurableApplicationContext started = start()) {
      Credential credential = started.getBean(Certificates.class).current("default").orElseThrow();
      assertThat(credential.chain()).hasSize(2);
      Path ca = directory.resolve("ca.pem");
      assertThat(ca).exists();
      assertThat(output.getOut()).contains("local CA in " + ca.toAbsolutePath());
      assertThat(verify(credential, "localhost").stdout()).contains("OK");
      assertThat(
              started
                  .getBean(ConfigurationObjects.class)
                  .get(ResourceType.LISTENER, "default", Map.class)
                  .value())
          .containsEntry("upstream", "inspect:")
          .containsEntry("certificates", List.of("default"))
          .containsEntry("tlsProfile", "intermediate");
      assertThat(started.getBean(ConfigurationChanges.class).currentRevision()).isEqualTo(1);
    }
  }

  @Test
  void aRestartChangesNothing() throws Exception {
    Credential first;
    String ca;
    try (ConfigurableApplicationContext started = start()) {
      first = started.getBean(Certificates.class).current("default").orElseThrow();
      ca = Files.readString(directory.resolve("ca.pem"));
    }
    try (ConfigurableApplicationContext started = start()) {
      Credential second = started.getBean(Certificates.class).current("default").orElseThrow();
      assertThat(second.chain()).isEqualTo(first.chain());
      assertThat(second.privateKey()).isEqualTo(first.privateKey());
      assertThat(Files.readString(directory.resolve("ca.pem"))).isEqualTo(ca);
      assertThat(started.getBean(ConfigurationChanges.class).currentRevision()).isEqualTo(1);
    }
  }

  @Test
  void whatAnAdministratorDeletedStaysDeleted() {
    try (ConfigurableApplicationContext started = start()) {
      ConfigurationObjects objects = started.getBean(ConfigurationObjects.class);
      started
          .getBean(ConfigurationChanges.class)
          .apply(
              () -> {
                objects.delete(ResourceType.LISTENER, "default", OptionalLong.empty(), Map.class);
                return true;
              });
    }
    try (ConfigurableApplicationContext started = start()) {
      assertThat(
              started
                  .getBean(ConfigurationObjects.class)
                  .find(ResourceType.LISTENER, "default", Map.class))
          .isEmpty();
    }
  }

  @Test
  void withPortZeroThereIsACertificateButNoListener() {
    try (ConfigurableApplicationContext started = start("--handfast.bootstrap.port=0")) {
      assertThat(started.getBean(Certificates.class).current("default")).isPresent();
      assertThat(
              started.getBean(ConfigurationObjects.class).findAll(ResourceType.LISTENER, Map.class))
          .isEmpty();
    }
  }

  @Test
  void theMasterKeyIsReplacedByListingTheNewOneFirst(CapturedOutput output) {
    Credential first;
    try (ConfigurableApplicationContext started = start("--handfast.master-key=" + KEY_A)) {
      first = started.getBean(Certificates.class).current("default").orElseThrow();
    }
    try (ConfigurableApplicationContext started =
        start("--handfast.master-key=" + KEY_B + "," + KEY_A)) {
      assertThat(started.getBean(Certificates.class).current("default").orElseThrow().privateKey())
          .isEqualTo(first.privateKey());
      // The certificate's key, and those of the local CA's root and intermediate.
      assertThat(output.getOut()).contains("Sealed 3 secrets again under master key");
    }
    try (ConfigurableApplicationContext started = start("--handfast.master-key=" + KEY_B)) {
      assertThat(started.getBean(Certificates.class).current("default").orElseThrow().privateKey())
          .isEqualTo(first.privateKey());
    }
    assertThatThrownBy(() -> start("--handfast.master-key=" + KEY_A)).isNotNull();
    assertThat(output.getOut() + output.getErr())
        .contains("APPLICATION FAILED TO START")
        .contains("The database's secrets are sealed under master key")
        .contains("Give the key that sealed them.")
        .doesNotContain(KEY_A)
        .doesNotContain(KEY_B);
  }

  private ConfigurableApplicationContext start(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--handfast.data-dir=" + directory,
                "--handfast.admin.password=a password of this test",
                "--server.port=0",
                "--spring.main.banner-mode=off"));
    arguments.addAll(Arrays.asList(more));
    if (arguments.stream().noneMatch(argument -> argument.contains("bootstrap.port"))) {
      arguments.add("--handfast.bootstrap.port=" + FreePort.next());
    }
    return SpringApplication.run(HandfastApplication.class, arguments.toArray(String[]::new));
  }

  private CommandLine.Output verify(Credential credential, String hostName) {
    StringBuilder pem = new StringBuilder();
    for (X509Certificate certificate : credential.chain()) {
      pem.append("-----BEGIN CERTIFICATE-----\n")
          .append(Base64.getMimeEncoder().encodeToString(encoded(certificate)))
          .append("\n-----END CERTIFICATE-----\n");
    }
    Path chain = directory.resolve("chain.pem");
    try {
      Files.writeString(chain, pem);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return CommandLine.run(
        "openssl",
        "verify",
        "-purpose",
        "sslserver",
        "-verify_hostname",
        hostName,
        "-CAfile",
        directory.resolve("ca.pem").toString(),
        "-untrusted",
        chain.toString(),
        chain.toString());
  }

  private static byte[] encoded(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }
}
