package dev.handfast.testing;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Decides for {@link RequiresTool}. */
class ToolCondition implements ExecutionCondition {

  private static final Properties DEBIAN_PACKAGES = debianPackages();

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
    ConditionEvaluationResult result =
        AnnotationSupport.findAnnotation(context.getElement(), RequiresTool.class)
            .map(required -> evaluate(Arrays.asList(required.value()), path))
            .orElseGet(() -> ConditionEvaluationResult.enabled("no tool required"));
    if (result.isDisabled()) {
      System.out.println(
          context.getDisplayName() + " is skipped: " + result.getReason().orElse(""));
    }
    return result;
  }

  static ConditionEvaluationResult evaluate(List<String> tools, String path) {
    String missing =
        tools.stream()
            .filter(tool -> !isOnPath(tool, path))
            .map(tool -> tool + " is not on the PATH (Debian package " + debianPackage(tool) + ")")
            .collect(Collectors.joining(", "));
    return missing.isEmpty()
        ? ConditionEvaluationResult.enabled("every tool is on the PATH")
        : ConditionEvaluationResult.disabled(missing);
  }

  private static boolean isOnPath(String tool, String path) {
    return Arrays.stream(path.split(File.pathSeparator))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, tool)));
  }

  private static String debianPackage(String tool) {
    String name = DEBIAN_PACKAGES.getProperty(tool);
    if (name == null) {
      throw new IllegalArgumentException(
          tool + ": no line in debian-packages.properties says which package has it");
    }
    return name;
  }

  private static Properties debianPackages() {
    Properties packages = new Properties();
    try (InputStream file = ToolCondition.class.getResourceAsStream("debian-packages.properties")) {
      packages.load(Objects.requireNonNull(file, "debian-packages.properties"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packages;
  }
}
