package dev.handfast.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What must hold between the objects, whatever the values: one run per file of {@code chart/valid}.
 */
@ParameterizedClass
@MethodSource("files")
@ResourceLock(Chart.HELM)
class ChartConsistencyTest {

  private static final Path FILES = Path.of("src/test/resources/chart/valid");

  /** One rendering takes Helm as long as all that is asserted of it. */
  private static final Map<Path, Manifests> RENDERED = new HashMap<>();

  private final String values;
  private final Manifests manifests;
  private final PodSpec gateway;

  ChartConsistencyTest(Path file) throws IOException {
    this.values = Files.readString(file);
    this.manifests = RENDERED.computeIfAbsent(file, Chart.HANDFAST::render);
    this.gateway = manifests.gateway().getSpec();
  }

  static Stream<Path> files() throws IOException {
    return Files.list(FILES).sorted();
  }

  @Test
  void everyObjectIsNamedOnceInTheReleasesNamespace() {
    assertThat(manifests.objects())
        .allSatisfy(
            object -> assertThat(object.getMetadata().getNamespace()).isEqualTo(Chart.NAMESPACE))
        .allSatisfy(object -> assertThat(object.getMetadata().getName()).hasSizeLessThan(64))
        .extracting(object -> object.getKind() + " " + object.getMetadata().getName())
        .doesNotHaveDuplicates();
  }

  @Test
  void everyLabelIsValid() {
    assertThat(manifests.objects())
        .flatExtracting(object -> object.getMetadata().getLabels().values())
        .allSatisfy(
            value ->
                assertThat((String) value)
                    .matches("([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?"));
  }

  @Test
  void everySelectorFindsTheGatewayAndNothingElse() {
    Map<String, String> labels = manifests.gateway().getMetadata().getLabels();
    List<Map<String, String>> selectors =
        Stream.of(
                Stream.of(manifests.workloadSelector()),
                manifests.all(Service.class).stream().map(s -> s.getSpec().getSelector()),
                manifests.all(NetworkPolicy.class).stream()
                    .map(p -> p.getSpec().getPodSelector().getMatchLabels()),
                manifests.all(PodDisruptionBudget.class).stream()
                    .map(b -> b.getSpec().getSelector().getMatchLabels()),
                gateway.getTopologySpreadConstraints().stream()
                    .map(c -> c.getLabelSelector().getMatchLabels()))
            .flatMap(selector -> selector)
            .toList();

    assertThat(selectors)
        .hasSizeGreaterThanOrEqualTo(4)
        .allSatisfy(selector -> assertThat(labels).containsAllEntriesOf(selector));
    for (Pod test : manifests.all(Pod.class)) {
      assertThat(selectors)
          .noneMatch(
              selector ->
                  test.getMetadata().getLabels().entrySet().containsAll(selector.entrySet()));
    }
  }

  @Test
  void everyServiceReachesAPortOfTheContainer() {
    assertThat(manifests.all(Service.class))
        .hasSizeGreaterThanOrEqualTo(2)
        .allSatisfy(
            service ->
                assertThat(service.getSpec().getPorts())
                    .isNotEmpty()
                    .extracting(port -> port.getTargetPort().getStrVal())
                    .isSubsetOf(portNames()));
  }

  @Test
  void everyPortOfTheContainerIsReachedByAService() {
    assertThat(manifests.all(Service.class))
        .flatExtracting(service -> service.getSpec().getPorts())
        .extracting(port -> ((ServicePort) port).getTargetPort().getStrVal())
        .containsAll(portNames());
  }

  @Test
  void theNetworkPolicyKnowsEveryPort() {
    assertThat(manifests.all(NetworkPolicy.class))
        .allSatisfy(
            policy ->
                assertThat(policy.getSpec().getIngress())
                    .flatExtracting(rule -> rule.getPorts())
                    .extracting(port -> port.getPort().getStrVal())
                    .containsExactlyInAnyOrderElementsOf(portNames()));
  }

  @Test
  void theTestMayReachTheChannels() {
    for (Pod test : manifests.all(Pod.class)) {
      assertThat(manifests.all(NetworkPolicy.class))
          .extracting(policy -> policy.getSpec().getIngress().getFirst().getFrom())
          .allMatch(
              from ->
                  from.isEmpty()
                      || from.stream()
                          .filter(peer -> peer.getPodSelector() != null)
                          .map(peer -> peer.getPodSelector().getMatchLabels().entrySet())
                          .anyMatch(test.getMetadata().getLabels().entrySet()::containsAll));
    }
  }

  @Test
  void theManagementPortIsNeverOpenToAll() {
    assertThat(manifests.all(NetworkPolicy.class))
        .flatExtracting(policy -> policy.getSpec().getIngress())
        .filteredOn(
            rule ->
                rule.getPorts().stream()
                    .anyMatch(port -> port.getPort().getStrVal().equals("management")))
        .allSatisfy(rule -> assertThat(rule.getFrom()).isNotEmpty());
  }

  @Test
  void theProbesAskTheHealthEndpointsOnTheManagementPort() {
    Container container = container();

    assertThat(container.getStartupProbe().getHttpGet().getPath())
        .isEqualTo("/actuator/health/liveness");
    assertThat(container.getLivenessProbe().getHttpGet().getPath())
        .isEqualTo("/actuator/health/liveness");
    assertThat(container.getReadinessProbe().getHttpGet().getPath())
        .isEqualTo("/actuator/health/readiness");
    assertThat(
            Stream.of(
                    container.getStartupProbe(),
                    container.getLivenessProbe(),
                    container.getReadinessProbe())
                .map(probe -> probe.getHttpGet()))
        .extracting(HTTPGetAction::getPort)
        .allSatisfy(port -> assertThat(port.getStrVal()).isEqualTo("management"));
  }

  @Test
  void everyVolumeIsMountedAndEveryMountHasItsVolume() {
    List<String> volumes =
        Stream.concat(gateway.getVolumes().stream().map(Volume::getName), claims()).toList();

    assertThat(volumes).doesNotHaveDuplicates();
    assertThat(container().getVolumeMounts())
        .extracting(VolumeMount::getName)
        .containsExactlyInAnyOrderElementsOf(volumes);
    assertThat(container().getVolumeMounts())
        .extracting(VolumeMount::getMountPath)
        .doesNotHaveDuplicates();
  }

  @Test
  void everySecretIsMadeHereOrNamedInTheValues() {
    List<SecretReference> references = secretReferences().toList();

    assertThat(references)
        .hasSizeGreaterThanOrEqualTo(2)
        .allSatisfy(
            reference ->
                assertThat(manifests.named(Secret.class, reference.name()))
                    .withFailMessage("neither made here nor named in the values: %s", reference)
                    .matches(
                        secret ->
                            secret.isPresent()
                                ? secret.get().getData().containsKey(reference.key())
                                : values.contains(reference.name())));
    assertThat(manifests.all(Secret.class))
        .extracting(secret -> secret.getMetadata().getName())
        .allSatisfy(
            made -> assertThat(references).extracting(SecretReference::name).contains(made));
  }

  @Test
  void everyConfigMapIsMadeHereOrNamedInTheValues() {
    assertThat(gateway.getVolumes())
        .extracting(Volume::getConfigMap)
        .filteredOn(Objects::nonNull)
        .allMatch(
            source ->
                manifests.named(ConfigMap.class, source.getName()).isPresent()
                    || values.contains(source.getName()));
  }

  @Test
  void theServiceAccountIsMadeHereOrNamedInTheValues() {
    String name = gateway.getServiceAccountName();

    assertThat(manifests.named(ServiceAccount.class, name).isPresent() || values.contains(name))
        .isTrue();
  }

  @Test
  void podsSatisfyTheRestrictedPodSecurityStandard() {
    assertThat(manifests.podSpecs())
        .allSatisfy(
            pod -> {
              assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
              assertThat(pod.getSecurityContext().getRunAsUser()).isPositive();
              assertThat(pod.getSecurityContext().getSeccompProfile().getType())
                  .isEqualTo("RuntimeDefault");
              assertThat(pod.getAutomountServiceAccountToken()).isFalse();
              assertThat(pod.getHostNetwork()).isNull();
              assertThat(pod.getContainers())
                  .extracting(Container::getSecurityContext)
                  .allSatisfy(
                      context -> {
                        assertThat(context.getAllowPrivilegeEscalation()).isFalse();
                        assertThat(context.getReadOnlyRootFilesystem()).isTrue();
                        assertThat(context.getCapabilities().getDrop()).containsExactly("ALL");
                        assertThat(context.getCapabilities().getAdd()).isEmpty();
                        assertThat(context.getPrivileged()).isNull();
                      });
            });
  }

  @Test
  void theHorizontalPodAutoscalerScalesTheWorkload() {
    HasMetadata workload = manifests.workload();
    assertThat(manifests.all(HorizontalPodAutoscaler.class))
        .extracting(scaler -> scaler.getSpec().getScaleTargetRef())
        .allSatisfy(
            target -> {
              assertThat(target.getApiVersion()).isEqualTo(workload.getApiVersion());
              assertThat(target.getKind()).isEqualTo(workload.getKind());
              assertThat(target.getName()).isEqualTo(workload.getMetadata().getName());
            });
  }

  @Test
  void theServiceMonitorScrapesTheManagementServiceAlone() {
    for (ServiceMonitor monitor : manifests.all(ServiceMonitor.class)) {
      Map<String, String> selector = monitor.getSpec().getSelector().getMatchLabels();

      List<Service> scraped =
          manifests.all(Service.class).stream()
              .filter(s -> s.getMetadata().getLabels().entrySet().containsAll(selector.entrySet()))
              .toList();

      assertThat(scraped)
          .extracting(service -> service.getMetadata().getName())
          .singleElement()
          .asString()
          .endsWith("-management");
      assertThat(scraped.getFirst().getSpec().getPorts())
          .extracting(ServicePort::getName)
          .contains(monitor.getSpec().getEndpoints().getFirst().getPort());
    }
  }

  @Test
  void theTestHandshakesWithEveryPortOfTheChannels() {
    Service channels =
        manifests.all(Service.class).stream()
            .filter(s -> "channels".equals(s.getMetadata().getLabels().get("handfast.dev/service")))
            .findFirst()
            .orElseThrow();

    assertThat(manifests.all(Pod.class))
        .allSatisfy(
            test ->
                assertThat(test.getSpec().getContainers())
                    .extracting(container -> HandshakePod.env(container, "ADDRESS"))
                    .containsExactlyElementsOf(
                        channels.getSpec().getPorts().stream()
                            .map(
                                port ->
                                    "%s.%s.svc:%d"
                                        .formatted(
                                            channels.getMetadata().getName(),
                                            Chart.NAMESPACE,
                                            port.getPort()))
                            .toList()));
  }

  private Container container() {
    assertThat(gateway.getContainers()).hasSize(1);
    return gateway.getContainers().getFirst();
  }

  private List<String> portNames() {
    return container().getPorts().stream().map(ContainerPort::getName).toList();
  }

  private Stream<String> claims() {
    return manifests.all(StatefulSet.class).stream()
        .flatMap(set -> set.getSpec().getVolumeClaimTemplates().stream())
        .map(claim -> claim.getMetadata().getName());
  }

  private Stream<SecretReference> secretReferences() {
    Stream<SecretReference> volumes =
        gateway.getVolumes().stream()
            .map(Volume::getSecret)
            .filter(Objects::nonNull)
            .flatMap(s -> keys(s.getItems()).map(k -> new SecretReference(s.getSecretName(), k)));
    Stream<SecretReference> projected =
        gateway.getVolumes().stream()
            .map(Volume::getProjected)
            .filter(Objects::nonNull)
            .flatMap(projection -> projection.getSources().stream())
            .map(source -> source.getSecret())
            .filter(Objects::nonNull)
            .flatMap(s -> keys(s.getItems()).map(k -> new SecretReference(s.getName(), k)));
    return Stream.concat(volumes, projected);
  }

  /** No items: the whole Secret, which for TLS has these keys. */
  private static Stream<String> keys(List<KeyToPath> items) {
    return items.isEmpty()
        ? Stream.of("tls.crt", "tls.key")
        : items.stream().map(KeyToPath::getKey);
  }

  private record SecretReference(String name, String key) {}
}
