package dev.handfast.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.LintResult;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.Yaml;

@ResourceLock(Chart.HELM)
class ChartRenderTest {

  private static final String POSTGRESQL =
      """
      database:
        type: postgresql
        postgresql:
          url: jdbc:postgresql://postgres:5432/handfast
          username: edge
      """;

  @TempDir Path directory;

  @Test
  void helmsStrictLintFindsNothing() {
    LintResult result = Chart.HANDFAST.lint();

    assertThat(result.isFailed()).withFailMessage(() -> result.getMessages().toString()).isFalse();
    assertThat(result.getMessages()).noneMatch(message -> message.contains("WARNING"));
  }

  @Test
  void theChartIsOfTheApplicationsVersion() throws IOException {
    Matcher pom =
        Pattern.compile("<artifactId>handfast</artifactId>\\s*<version>([0-9.]+)(-SNAPSHOT)?<")
            .matcher(Files.readString(Path.of("pom.xml")));
    assertThat(pom.find()).isTrue();

    assertThat(Files.readAllLines(Chart.HANDFAST.directory().resolve("Chart.yaml")))
        .contains("version: " + pom.group(1), "appVersion: " + pom.group(1));
  }

  @Test
  void aFieldThatKubernetesDoesNotKnowIsAnError() {
    assertThatThrownBy(
            () ->
                Manifests.parse(
                    """
                    apiVersion: v1
                    kind: Service
                    metadata:
                      name: a
                    spec:
                      port:
                        - port: 80
                    """))
        .hasMessageContaining("\"port\"");
  }

  @Test
  void withEverySecretNamedTheRenderNeedsNoCluster() {
    Path values = Path.of("src/test/resources/chart/valid/gitops.yaml");

    Manifests manifests = Chart.HANDFAST.template(values);

    assertThat(manifests.all(Secret.class)).isEmpty();
    assertThat(manifests).isEqualTo(Chart.HANDFAST.render(values));
  }

  @Test
  void h2IsOnePodWithAVolumeThatOutlivesIt() {
    Manifests manifests = Chart.HANDFAST.render();

    StatefulSet set = manifests.one(StatefulSet.class);
    assertThat(set.getSpec().getReplicas()).isOne();
    PersistentVolumeClaim claim = set.getSpec().getVolumeClaimTemplates().getFirst();
    assertThat(claim.getSpec().getResources().getRequests().get("storage")).hasToString("2Gi");
    assertThat(claim.getSpec().getStorageClassName()).isNull();
    assertThat(set.getSpec().getPersistentVolumeClaimRetentionPolicy().getWhenDeleted())
        .isEqualTo("Retain");
    assertThat(manifests.all(PodDisruptionBudget.class)).isEmpty();
    assertThat(property(manifests, "SPRING_DATASOURCE_URL")).isEmpty();
    assertThat(
            manifests.named(Service.class, set.getSpec().getServiceName()).orElseThrow().getSpec())
        .satisfies(service -> assertThat(service.getClusterIP()).isEqualTo("None"));
  }

  @Test
  void postgresqlIsADeploymentThatNeverShrinksDuringAnUpdate() {
    Manifests manifests = Chart.HANDFAST.renderWith(POSTGRESQL + "replicaCount: 3");

    Deployment deployment = manifests.one(Deployment.class);
    assertThat(deployment.getSpec().getReplicas()).isEqualTo(3);
    assertThat(
            deployment.getSpec().getStrategy().getRollingUpdate().getMaxUnavailable().getIntVal())
        .isZero();
    assertThat(manifests.one(PodDisruptionBudget.class).getSpec().getMaxUnavailable().getIntVal())
        .isOne();
    assertThat(property(manifests, "SPRING_DATASOURCE_URL"))
        .contains("jdbc:postgresql://postgres:5432/handfast");
    assertThat(property(manifests, "SPRING_DATASOURCE_USERNAME")).contains("edge");
    assertThat(deployment.getSpec().getTemplate().getSpec().getTopologySpreadConstraints())
        .extracting(constraint -> constraint.getTopologyKey())
        .containsExactly("topology.kubernetes.io/zone", "kubernetes.io/hostname");
  }

  @Test
  void withAutoscalingTheDeploymentLeavesTheReplicasToIt() {
    Manifests manifests =
        Chart.HANDFAST.renderWith(POSTGRESQL + "autoscaling: {enabled: true, maxReplicas: 9}");

    assertThat(manifests.one(Deployment.class).getSpec().getReplicas()).isNull();
    assertThat(manifests.one(HorizontalPodAutoscaler.class).getSpec().getMaxReplicas())
        .isEqualTo(9);
    assertThat(manifests.all(PodDisruptionBudget.class)).hasSize(1);
  }

  @Test
  void noPasswordIsInTheEnvironment() {
    Manifests manifests = Chart.HANDFAST.renderWith(POSTGRESQL);

    assertThat(container(manifests).getEnv())
        .extracting(EnvVar::getName)
        .noneMatch(name -> name.contains("PASSWORD"));
    assertThat(property(manifests, "SPRING_CONFIG_IMPORT"))
        .contains("configtree:/etc/handfast/secrets/");
    assertThat(manifests.gateway().getSpec().getVolumes())
        .filteredOn(volume -> volume.getName().equals("secrets"))
        .flatExtracting(volume -> volume.getProjected().getSources())
        .flatExtracting(source -> source.getSecret().getItems())
        .extracting(item -> item.getPath())
        .containsExactly("handfast.admin.password", "spring.datasource.password");
  }

  @Test
  void generatedSecretsAreLongAndKept() {
    Manifests manifests = Chart.HANDFAST.renderWith(POSTGRESQL);

    assertThat(manifests.all(Secret.class))
        .hasSize(3)
        .allSatisfy(
            secret ->
                assertThat(secret.getMetadata().getAnnotations())
                    .containsEntry("helm.sh/resource-policy", "keep"));
    assertThat(
            Base64.getDecoder().decode(secret(manifests, "edge-handfast-master-key", "master-key")))
        .hasSize(32);
    assertThat(secret(manifests, "edge-handfast-admin", "username")).isEqualTo("admin");
    assertThat(secret(manifests, "edge-handfast-admin", "password")).hasSize(24);
    assertThat(secret(manifests, "edge-handfast-database", "password")).hasSize(32);
  }

  @Test
  void theConfigurationDocumentIsAFileThatFollowsTheValues() {
    Manifests manifests =
        Chart.HANDFAST.renderWith(
            """
            configuration:
              listeners:
                - name: shop
                  port: 8443
                  rekeyAfter:
                    bytes: 1073741824
                  protectedPaths:
                    - path: "/admin/**"
            """);

    String document = manifests.one(ConfigMap.class).getData().get("handfast.yaml");
    assertThat((Map<String, Object>) new Yaml().load(document))
        .isEqualTo(
            Map.of(
                "listeners",
                List.of(
                    Map.of(
                        "name",
                        "shop",
                        "port",
                        8443,
                        "rekeyAfter",
                        Map.of("bytes", 1073741824),
                        "protectedPaths",
                        List.of(Map.of("path", "/admin/**"))))));
    assertThat(property(manifests, "HANDFAST_CONFIGURATIONFILE"))
        .contains("/etc/handfast/configuration/handfast.yaml");
    assertThat(property(manifests, "HANDFAST_BOOTSTRAP_PORT")).contains("0");
    // A mount by subPath would not follow changes.
    assertThat(container(manifests).getVolumeMounts())
        .allSatisfy(mount -> assertThat(mount.getSubPath()).isNull());
  }

  @Test
  void aConfigurationOfEmptyListsIsAFileThatDeletesWhatItBrought() {
    Manifests manifests = Chart.HANDFAST.renderWith("configuration: {listeners: []}");

    assertThat(manifests.one(ConfigMap.class).getData())
        .containsEntry("handfast.yaml", "listeners: []\n");
    assertThat(property(manifests, "HANDFAST_CONFIGURATIONFILE")).isPresent();
  }

  @Test
  void withoutAConfigurationTheFirstListenerIsMadeByTheGateway() {
    Manifests manifests = Chart.HANDFAST.render();

    assertThat(property(manifests, "HANDFAST_BOOTSTRAP_PORT")).contains("8443");
    assertThat(property(manifests, "HANDFAST_CONFIGURATIONFILE")).isEmpty();
    assertThat(manifests.all(ConfigMap.class)).isEmpty();
  }

  @Test
  void theFirstListenersPortIsOneThatClientsReachUnlessThereIsNone() {
    String ports =
        "channels: {ports: [{name: tls, port: 443, containerPort: 9443}], bootstrapPort: %s}";

    assertThat(
            property(Chart.HANDFAST.renderWith(ports.formatted(9443)), "HANDFAST_BOOTSTRAP_PORT"))
        .contains("9443");
    assertThat(property(Chart.HANDFAST.renderWith(ports.formatted(0)), "HANDFAST_BOOTSTRAP_PORT"))
        .contains("0");
    assertThat(
            property(
                Chart.HANDFAST.renderWith(
                    ports.formatted(8443) + "\nconfiguration: {listeners: []}"),
                "HANDFAST_BOOTSTRAP_PORT"))
        .contains("0");
  }

  @Test
  void tlsSecretsAreDirectoriesNamedAsTheirCertificates() {
    Manifests manifests =
        Chart.HANDFAST.renderWith(
            """
            tlsSecrets:
              - {certificate: shop, secretName: shop-tls}
              - {certificate: wildcard.example.com, secretName: wildcard-tls}
            """);

    assertThat(property(manifests, "HANDFAST_CERTIFICATES_DIRECTORY"))
        .contains("/etc/handfast/certificates");
    assertThat(container(manifests).getVolumeMounts())
        .extracting(mount -> mount.getMountPath())
        .contains(
            "/etc/handfast/certificates/shop", "/etc/handfast/certificates/wildcard.example.com");
  }

  @Test
  void managementTlsTurnsProbesAndScrapesToHttps() {
    Manifests manifests =
        Chart.HANDFAST.renderWith(
            """
            management: {tls: {secretName: management-tls}}
            metrics: {serviceMonitor: {enabled: true, basicAuthSecret: scraper}}
            """);

    assertThat(container(manifests).getReadinessProbe().getHttpGet().getScheme())
        .isEqualTo("HTTPS");
    assertThat(property(manifests, "SERVER_SSL_BUNDLE")).contains("management");
    assertThat(manifests.one(ServiceMonitor.class).getSpec().getEndpoints().getFirst())
        .satisfies(endpoint -> assertThat(endpoint.getScheme()).hasToString("https"))
        .satisfies(
            endpoint ->
                assertThat(endpoint.getTlsConfig().getCa().getSecret().getName())
                    .isEqualTo("management-tls"));
  }

  @Test
  void managementTlsOfTheStoreIsScrapedByTheNamedAuthority() {
    Manifests manifests =
        Chart.HANDFAST.render(
            Path.of("src/test/resources/chart/valid/management-from-the-store.yaml"));

    assertThat(container(manifests).getLivenessProbe().getHttpGet().getScheme()).isEqualTo("HTTPS");
    assertThat(property(manifests, "SERVER_SSL_BUNDLE")).contains("handfast");
    assertThat(property(manifests, "HANDFAST_MANAGEMENTTLS_CERTIFICATE")).contains("management");
    assertThat(property(manifests, "HANDFAST_MANAGEMENTTLS_TRUSTBUNDLE")).contains("staff");
    assertThat(property(manifests, "SERVER_SSL_CLIENTAUTH")).contains("want");
    assertThat(manifests.one(ServiceMonitor.class).getSpec().getEndpoints().getFirst())
        .satisfies(endpoint -> assertThat(endpoint.getScheme()).hasToString("https"))
        .satisfies(
            endpoint ->
                assertThat(endpoint.getTlsConfig().getCa().getSecret())
                    .satisfies(secret -> assertThat(secret.getName()).isEqualTo("handfast-ca"))
                    .satisfies(secret -> assertThat(secret.getKey()).isEqualTo("ca.pem")));
  }

  @Test
  void aNameThatYamlReadsAsSomethingElseIsStillThatName() {
    Manifests manifests =
        Chart.HANDFAST.renderWith(
            """
            management: {tls: {certificate: "010", trustBundle: "null"}}
            secrets: {admin: {existingSecret: "020", key: "030"}}
            tlsSecrets: [{certificate: "010", secretName: "040"}]
            """);

    assertThat(property(manifests, "HANDFAST_MANAGEMENTTLS_CERTIFICATE")).contains("010");
    assertThat(property(manifests, "HANDFAST_MANAGEMENTTLS_TRUSTBUNDLE")).contains("null");
    assertThat(manifests.gateway().getSpec().getVolumes())
        .filteredOn(volume -> volume.getProjected() != null)
        .flatExtracting(volume -> volume.getProjected().getSources())
        .extracting(source -> source.getSecret())
        .anySatisfy(secret -> assertThat(secret.getName()).isEqualTo("020"))
        .anySatisfy(secret -> assertThat(secret.getItems().getFirst().getKey()).isEqualTo("030"));
    assertThat(manifests.gateway().getSpec().getVolumes())
        .filteredOn(volume -> volume.getName().equals("tls-0"))
        .allSatisfy(volume -> assertThat(volume.getSecret().getSecretName()).isEqualTo("040"))
        .hasSize(1);
  }

  @Test
  void thePodOfATestIsThereWhenHelmReadsItsLog() {
    assertThat(Chart.HANDFAST.render().one(Pod.class).getMetadata().getAnnotations())
        .containsEntry("helm.sh/hook", "test")
        .containsEntry("helm.sh/hook-delete-policy", "before-hook-creation");
  }

  @Test
  void timeToDrainIsWhatTheGracePeriodLeaves() {
    Manifests manifests =
        Chart.HANDFAST.renderWith("{terminationGracePeriodSeconds: 120, preStopSeconds: 10}");

    assertThat(property(manifests, "HANDFAST_LISTENER_DRAINTIMEOUT")).contains("100s");
    assertThat(property(manifests, "SPRING_LIFECYCLE_TIMEOUTPERSHUTDOWNPHASE")).contains("105s");
    assertThat(manifests.gateway().getSpec().getTerminationGracePeriodSeconds()).isEqualTo(120);
    assertThat(container(manifests).getLifecycle().getPreStop().getSleep().getSeconds())
        .isEqualTo(10);
  }

  @ParameterizedTest
  @CsvSource({
    "aws, service.beta.kubernetes.io/aws-load-balancer-proxy-protocol, *",
    "digitalocean, service.beta.kubernetes.io/do-loadbalancer-enable-proxy-protocol, true",
    "hetzner, load-balancer.hetzner.cloud/uses-proxyprotocol, true",
    "linode, service.beta.kubernetes.io/linode-loadbalancer-default-proxy-protocol, v2",
    "openstack, loadbalancer.openstack.org/proxy-protocol, true",
    "scaleway, service.beta.kubernetes.io/scw-loadbalancer-proxy-protocol-v2, true",
    "vultr, service.beta.kubernetes.io/vultr-loadbalancer-proxy-protocol, true"
  })
  void proxyProtocolIsTheCloudsAnnotationBesideTheUsers(
      String cloud, String annotation, String value) {
    Manifests manifests =
        Chart.HANDFAST.renderWith(
            """
            channels:
              service:
                annotations: {example.com/owner: edge}
                proxyProtocol: %s
            """
                .formatted(cloud));

    assertThat(manifests.named(Service.class, "edge-handfast").orElseThrow().getMetadata())
        .satisfies(
            metadata ->
                assertThat(metadata.getAnnotations())
                    .containsOnly(
                        Map.entry("example.com/owner", "edge"), Map.entry(annotation, value)));
  }

  @Test
  void alertRulesAndDashboardsAreTakenFromTheirFilesAsTheyAre() throws IOException {
    Chart chart = Chart.HANDFAST.copyTo(directory);
    Path alerts = Files.createDirectories(directory.resolve("files/alerts"));
    Path dashboards = Files.createDirectories(directory.resolve("dashboards"));
    Files.writeString(
        alerts.resolve("zz-extra.yaml"),
        """
        groups:
          - name: extra
            rules:
              - alert: Extra
                expr: up == 0
                for: 5m
                annotations:
                  summary: '{{ $labels.instance }} is gone'
        """);
    String dashboard = "{\"title\": \"Extra\", \"legend\": \"{{listener}}\"}";
    Files.writeString(dashboards.resolve("extra.json"), dashboard + "\n");

    Manifests manifests =
        chart.renderWith("metrics: {prometheusRule: {enabled: true}, dashboards: {enabled: true}}");

    assertThat(manifests.one(PrometheusRule.class).getSpec().getGroups())
        .filteredOn(group -> group.getName().equals("extra"))
        .singleElement()
        .satisfies(
            group ->
                assertThat(group.getRules().getFirst().getAnnotations())
                    .containsEntry("summary", "{{ $labels.instance }} is gone"));
    ConfigMap map = manifests.named(ConfigMap.class, "edge-handfast-dashboard-extra").orElseThrow();
    assertThat(map.getData()).containsEntry("extra.json", dashboard + "\n");
    assertThat(map.getMetadata().getLabels()).containsEntry("grafana_dashboard", "1");
    assertThat(map.getMetadata().getAnnotations()).containsEntry("grafana_folder", "Handfast");
  }

  private static Container container(Manifests manifests) {
    return manifests.gateway().getSpec().getContainers().getFirst();
  }

  private static Optional<String> property(Manifests manifests, String name) {
    return container(manifests).getEnv().stream()
        .filter(variable -> variable.getName().equals(name))
        .map(EnvVar::getValue)
        .findFirst();
  }

  private static String secret(Manifests manifests, String name, String key) {
    return new String(
        Base64.getDecoder()
            .decode(manifests.named(Secret.class, name).orElseThrow().getData().get(key)),
        StandardCharsets.UTF_8);
  }
}
