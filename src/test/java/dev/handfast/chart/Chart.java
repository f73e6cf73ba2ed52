package dev.handfast.chart;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.InstallCommand;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.UpgradeCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The chart in a directory, as Helm sees it. */
record Chart(Path directory) {

  /** The {@code @ResourceLock} of a test class that renders: Helm does one thing at a time. */
  static final String HELM = "Helm";

  static final Chart HANDFAST = new Chart(Path.of("helm/handfast"));

  static final String RELEASE = "edge";
  static final String NAMESPACE = "gateways";

  /** The oldest that the chart supports. */
  static final String KUBERNETES = "v1.30.0";

  /** What Helm's strict lint finds, with the chart's own values. */
  LintResult lint() {
    return new Helm(directory).lint().strict().call();
  }

  /**
   * Renders with each values file over the one before; throws with Helm's message if it refuses.
   */
  Manifests render(Path... valuesFiles) {
    // Helm's lookup function needs a cluster, so this installs into an empty one.
    try (KubernetesStub cluster = new KubernetesStub(KUBERNETES)) {
      install(cluster, valuesFiles);
      return Manifests.parse(cluster.rendered(RELEASE));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Renders with the given YAML as values. */
  Manifests renderWith(String values) {
    try {
      Path file = Files.createTempFile("values", ".yaml");
      try {
        return render(Files.writeString(file, values));
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Renders without any cluster, as GitOps tools do. */
  Manifests template(Path valuesFile) {
    return Manifests.parse(
        new Helm(directory)
            .template()
            .withName(RELEASE)
            .withNamespace(NAMESPACE)
            .withKubeVersion(KUBERNETES)
            .withValuesFile(valuesFile)
            .call());
  }

  void install(KubernetesStub cluster, Path... valuesFiles) {
    InstallCommand install =
        new Helm(directory)
            .install()
            .withName(RELEASE)
            .withNamespace(NAMESPACE)
            .withKubeConfigContents(cluster.kubeConfig())
            .disableOpenApiValidation();
    for (Path file : valuesFiles) {
      install.withValuesFile(file);
    }
    install.call();
  }

  void upgrade(KubernetesStub cluster, Path... valuesFiles) {
    UpgradeCommand upgrade =
        new Helm(directory)
            .upgrade()
            .withName(RELEASE)
            .withNamespace(NAMESPACE)
            .withKubeConfigContents(cluster.kubeConfig())
            .disableOpenApiValidation();
    for (Path file : valuesFiles) {
      upgrade.withValuesFile(file);
    }
    upgrade.call();
  }

  static void uninstall(KubernetesStub cluster) {
    Helm.uninstall(RELEASE)
        .withNamespace(NAMESPACE)
        .withKubeConfigContents(cluster.kubeConfig())
        .call();
  }

  /** A copy, to add files to. */
  Chart copyTo(Path target) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.toList()) {
        Path copy = target.resolve(directory.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy);
        }
      }
    }
    return new Chart(target);
  }
}
