package dev.handfast.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.HandfastApplication;
import dev.handfast.testing.Api;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** What a configuration file owned, when the file goes or another one comes. */
class ConfigurationFileOwnerTest {

  private static final String PASSWORD = "correct horse battery staple";
  private static final String PROFILES = "/api/v1/tls-profiles/";
  private static final String CERTIFICATES = "/api/v1/certificates/";
  private static final String CERTIFICATE =
      "certificates: [{name: left, source: generate, subjectAltNames: [left.example]}]\n";
  private static final String LEFT = "left: first.yaml";
  private static final String PROFILE =
      """
      {name: %s, minVersion: TLSv1.3, cipherSuites: [TLS_AES_128_GCM_SHA256],
       groups: [x25519], signatureSchemes: [ed25519]}
      """;

  @TempDir private Path home;

  @Test
  void theOwnerIsThePathUntilTheFileIsEmptyOrEditsAreAllowed() throws IOException {
    Path first = file("first", CERTIFICATE + document("kept", "left"));
    Path second = file("second", document("kept"));
    String from = "--handfast.configuration-file=";

    try (var run = start(from + first)) {
      assertThat(owners(run)).containsExactly(LEFT, "kept: first.yaml", LEFT);
    }
    try (var run = start()) {
      assertThat(owners(run)).containsExactly(LEFT, "kept: first.yaml", LEFT);
      api(run).delete(PROFILES + "kept").expect(409);
    }
    try (var run = start(from + second)) {
      assertThat(applied(run)).isEqualTo("0.0");
      assertThat(owners(run)).containsExactly(LEFT, "kept: first.yaml", LEFT);
    }
    try (var run = start(from + second, "--handfast.configuration.managed-edits=allow")) {
      assertThat(applied(run)).isEqualTo("1.0");
      assertThat(owners(run)).containsExactly(LEFT, "kept: second.yaml", LEFT);
      api(run).delete(PROFILES + "left").expect(204);
      api(run).delete(CERTIFICATES + "left").expect(204);
      assertThat(owners(run)).containsExactly("kept: second.yaml");
    }
    Files.writeString(second, "listeners: []\n");
    try (var run = start(from + second)) {
      assertThat(applied(run)).isEqualTo("1.0");
      api(run).get(PROFILES + "kept").expect(404);
    }
  }

  private Path file(String name, String content) throws IOException {
    return Files.writeString(home.resolve(name + ".yaml"), content);
  }

  private static String document(String... profiles) {
    StringBuilder document = new StringBuilder("tlsProfiles:\n");
    for (String profile : profiles) {
      document.append("- ").append(PROFILE.formatted(profile).indent(2).strip()).append('\n');
    }
    return document.toString();
  }

  private ConfigurableApplicationContext start(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--server.port=0");
    all.add("--handfast.data-dir=" + home.resolve("data"));
    all.add("--handfast.admin.password=" + PASSWORD);
    all.add("--handfast.bootstrap.port=0");
    return new SpringApplicationBuilder(HandfastApplication.class)
        .web(WebApplicationType.SERVLET)
        .run(all.toArray(String[]::new));
  }

  private static List<String> owners(ConfigurableApplicationContext run) {
    return run.getBean(ManagedObjects.class).all().stream()
        .map(owned -> owned.name() + ": " + Path.of(owned.owner()).getFileName())
        .toList();
  }

  private static String applied(ConfigurableApplicationContext run) {
    return api(run)
        .get("/actuator/prometheus")
        .expect(200)
        .text()
        .lines()
        .filter(line -> line.startsWith("handfast_configuration_file_last_apply_success "))
        .map(line -> line.substring(line.indexOf(' ') + 1))
        .findFirst()
        .orElse("none");
  }

  private static Api api(ConfigurableApplicationContext run) {
    String port = run.getEnvironment().getRequiredProperty("local.server.port");
    return Api.basic(URI.create("http://localhost:" + port), "admin", PASSWORD);
  }
}
