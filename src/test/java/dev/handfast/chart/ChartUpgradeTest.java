package dev.handfast.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import tools.jackson.databind.JsonNode;

/** Helm installs, upgrades and uninstalls for real, into a stub of the Kubernetes API. */
@ResourceLock(Chart.HELM)
class ChartUpgradeTest {

  private static final List<String> SECRETS =
      List.of("edge-handfast-master-key", "edge-handfast-admin", "edge-handfast-database");

  private static final String POSTGRESQL =
      """
      database:
        type: postgresql
        postgresql:
          url: jdbc:postgresql://postgres:5432/handfast
      """;

  @TempDir Path directory;

  private final KubernetesStub cluster;

  ChartUpgradeTest() throws IOException {
    this.cluster = new KubernetesStub(Chart.KUBERNETES);
  }

  @AfterEach
  void stopCluster() {
    cluster.close();
  }

  @Test
  void anUpgradeKeepsEveryGeneratedSecret() throws IOException {
    Chart.HANDFAST.install(cluster, values(POSTGRESQL));
    List<JsonNode> before = secrets();

    Chart.HANDFAST.upgrade(cluster, values(POSTGRESQL + "replicaCount: 3"));

    assertThat(secrets()).isEqualTo(before);
    assertThat(replicas()).isEqualTo(3);
  }

  @Test
  void secretsAreGeneratedForEachRelease() throws IOException {
    Chart.HANDFAST.install(cluster, values(POSTGRESQL));
    List<JsonNode> before = secrets();
    try (KubernetesStub another = new KubernetesStub(Chart.KUBERNETES)) {
      Chart.HANDFAST.install(another, values(POSTGRESQL));

      assertThat(another.object("secrets", SECRETS.getFirst()).orElseThrow().path("data"))
          .isNotEqualTo(before.getFirst());
    }
  }

  @Test
  void anotherInstallAfterUninstallFindsItsSecretsAgain() throws IOException {
    Chart.HANDFAST.install(cluster, values(POSTGRESQL));
    List<JsonNode> before = secrets();

    Chart.uninstall(cluster);
    assertThat(cluster.object("deployments", "edge-handfast")).isEmpty();
    assertThat(secrets()).isEqualTo(before);

    Chart.HANDFAST.install(cluster, values(POSTGRESQL));
    assertThat(secrets()).isEqualTo(before);
  }

  @Test
  void aMoveFromH2ToPostgresqlKeepsMasterKeyAndAdmin() throws IOException {
    Chart.HANDFAST.install(cluster);
    JsonNode masterKey = secret("edge-handfast-master-key");

    Chart.HANDFAST.upgrade(cluster, values(POSTGRESQL));

    assertThat(secret("edge-handfast-master-key")).isEqualTo(masterKey);
    assertThat(cluster.object("statefulsets", "edge-handfast")).isEmpty();
    assertThat(cluster.object("deployments", "edge-handfast")).isPresent();
  }

  @Test
  void aRefusedUpgradeLeavesTheReleaseAsItWas() throws IOException {
    Chart.HANDFAST.install(cluster, values(POSTGRESQL + "replicaCount: 2"));
    Path wrong = values(POSTGRESQL + "replicaCount: 0");

    assertThat(catchThrowable(() -> Chart.HANDFAST.upgrade(cluster, wrong)))
        .hasMessageContaining("replicaCount");

    assertThat(replicas()).isEqualTo(2);
  }

  private Path values(String yaml) throws IOException {
    return Files.writeString(Files.createTempFile(directory, "values", ".yaml"), yaml);
  }

  private List<JsonNode> secrets() {
    return SECRETS.stream().map(this::secret).toList();
  }

  private JsonNode secret(String name) {
    return cluster.object("secrets", name).orElseThrow().path("data");
  }

  private int replicas() {
    return cluster
        .object("deployments", "edge-handfast")
        .orElseThrow()
        .at("/spec/replicas")
        .asInt();
  }
}
