package dev.handfast.chart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.testing.DocumentedProperties;
import io.fabric8.kubernetes.api.model.EnvVar;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The chart sets only what the application reads. */
@ResourceLock(Chart.HELM)
class ChartPropertiesTest {

  /** Read by the JVM, not by the application. */
  private static final String JVM_OPTIONS = "JDK_JAVA_OPTIONS";

  /** A map: the bundle's name is ours. */
  private static final String BUNDLE = "SPRING_SSL_BUNDLE_PEM_MANAGEMENT_";

  @Test
  void everyEnvironmentVariableIsAProperty() throws IOException {
    Set<String> known = environmentNames();

    assertThat(
            Stream.of(
                    "cert-manager",
                    "aws-with-proxy-protocol",
                    "autoscaled",
                    "monitored",
                    "management-from-the-store")
                .map(name -> Path.of("src/test/resources/chart/valid", name + ".yaml"))
                .map(Chart.HANDFAST::render)
                .flatMap(m -> m.gateway().getSpec().getContainers().getFirst().getEnv().stream())
                .map(EnvVar::getName)
                .filter(name -> !name.equals(JVM_OPTIONS) && !name.startsWith(BUNDLE)))
        .contains("HANDFAST_CONFIGURATIONFILE", "SPRING_DATASOURCE_URL", "SERVER_SSL_BUNDLE")
        .allSatisfy(name -> assertThat(known).contains(name));
  }

  @Test
  void everySecretFileIsAProperty() throws IOException {
    Set<String> known = environmentNames();

    assertThat(
            Chart.HANDFAST
                .render(Path.of("src/test/resources/chart/valid/autoscaled.yaml"))
                .gateway()
                .getSpec()
                .getVolumes())
        .filteredOn(volume -> volume.getProjected() != null)
        .flatExtracting(volume -> volume.getProjected().getSources())
        .flatExtracting(source -> source.getSecret().getItems())
        .extracting(item -> item.getPath())
        .hasSize(2)
        .allSatisfy(name -> assertThat(known).contains(environmentName(name)));
  }

  private static Set<String> environmentNames() throws IOException {
    return DocumentedProperties.names().stream()
        .map(ChartPropertiesTest::environmentName)
        .collect(Collectors.toSet());
  }

  private static String environmentName(String property) {
    return property.replace("-", "").replace('.', '_').toUpperCase(Locale.ROOT);
  }
}
