package dev.handfast;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import dev.handfast.testing.DocumentedProperties;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringApplicationRunListener;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** Which settings leave the prepared context in use, and that they ask for no other beans. */
class PreparedContextTest {

  /** One for each of {@link PreparedContext#VALUES}, and what else is known of {@code handfast}. */
  private static final Map<String, String> SETTINGS =
      settings(
          "handfast.bootstrap.port=0",
          "handfast.certificates.directory=/certificates",
          "handfast.configuration-file=/handfast.yaml",
          "handfast.exit-when-ready=true",
          "handfast.management-tls.certificate=management",
          "handfast.sessions.store=redis",
          "server.address=127.0.0.1",
          "server.port=0",
          "server.ssl.bundle=management",
          "server.ssl.client-auth=want",
          "spring.application.name=other",
          "spring.application.pid=1",
          "spring.application.version=2",
          "spring.config.import=optional:configtree:/none/",
          "spring.data.redis.cluster.nodes=localhost:1",
          "spring.data.redis.database=1",
          "spring.data.redis.host=redis",
          "spring.data.redis.password=secret",
          "spring.data.redis.port=1",
          "spring.data.redis.sentinel.nodes=localhost:1",
          "spring.data.redis.ssl.enabled=true",
          "spring.data.redis.url=redis://redis",
          "spring.data.redis.username=handfast",
          "spring.datasource.hikari.maximum-pool-size=5",
          "spring.datasource.password=secret",
          "spring.datasource.url=jdbc:postgresql://localhost/handfast",
          "spring.datasource.username=handfast",
          "spring.lifecycle.timeout-per-shutdown-phase=5s",
          "spring.ssl.bundle.pem.management.keystore.certificate=file:/tls.crt");

  /** Begins settings too, but no condition asks for them. */
  private static final List<String> UNCONDITIONAL = List.of("debug", "info", "logging", "trace");

  @TempDir private static Path directory;

  @Test
  void noSettingOfTheListAsksForOtherBeans() {
    assertThat(PreparedContext.VALUES)
        .allSatisfy(
            value ->
                assertThat(SETTINGS.keySet())
                    .map(ConfigurationPropertyName::of)
                    .anyMatch(name -> value.equals(name) || value.isAncestorOf(name)));

    Map<String, String> without = definitions(Map.of());

    assertThat(without).hasSizeGreaterThan(300);
    assertThat(definitions(SETTINGS)).isEqualTo(without);
  }

  /** Where this fails, the place of what is new may have to be known to {@link PreparedContext}. */
  @Test
  void everyLibrarysSettingsBeginAsItExpects() throws IOException {
    assertThat(beginningsOfDocumentedSettings())
        .contains("management", "spring")
        .isSubsetOf(
            Stream.concat(
                    PreparedContext.CONDITIONAL.stream().map(Object::toString),
                    UNCONDITIONAL.stream())
                .toList());
  }

  /** They would be evaluated when the image is built. */
  @Test
  void theGatewayHasNoConditionsOfItsOwnButForTests() {
    DescribedPredicate<JavaClass> condition =
        DescribedPredicate.describe(
            "are conditions",
            type ->
                type.isAssignableTo(Condition.class)
                    || type.isAnnotation()
                        && type.isMetaAnnotatedWith(Conditional.class)
                        && !type.isEquivalentTo(ConditionalOnMissingBean.class)
                    || type.isEquivalentTo(Conditional.class));

    ArchRuleDefinition.noClasses()
        .should()
        .dependOnClassesThat(condition)
        .check(
            new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.handfast"));
  }

  @Test
  void withTheJarsOwnSettingsTheBeansAreThePreparedOnes() {
    assertThat(asking()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--spring.security.oauth2.resourceserver.jwt.jwk-set-uri=http://localhost/keys",
        "--spring.profiles.active=other",
        "--spring.flyway.enabled=false",
        "--spring.datasource.type=org.h2.jdbcx.JdbcDataSource",
        "--server.forward-headers-strategy=framework",
        "--management.server.port=9090",
        "--management.health.redis.enabled=true",
        "--springdoc.api-docs.enabled=false",
      })
  void whatConditionsAskForDeterminesTheBeansAnew(String argument) {
    String name = argument.substring(2, argument.indexOf('='));

    assertThat(asking(argument)).hasToString("Optional[" + name + "]");
  }

  @Test
  void aFileOutsideOfTheJarIsReadLikeArguments() throws IOException {
    Path harmless = Files.writeString(directory.resolve("harmless.yaml"), "server.port: 0");
    Path other = Files.writeString(directory.resolve("other.yaml"), "spring.flyway.enabled: false");

    assertThat(asking("--spring.config.import=" + harmless.toUri())).isEmpty();
    assertThat(asking("--spring.config.import=" + other.toUri()))
        .hasToString("Optional[spring.flyway.enabled]");
  }

  @Test
  void theEnvironmentIsReadAsSpringBootReadsIt() {
    assertThat(askingIn(Map.of("SPRING_DATASOURCE_URL", "jdbc:postgresql://db/handfast")))
        .isEmpty();
    assertThat(askingIn(Map.of("HANDFAST_CONFIGURATIONFILE", "/handfast.yaml", "PATH", "/bin")))
        .isEmpty();
    assertThat(askingIn(Map.of("SPRING_FLYWAY_ENABLED", "false")))
        .hasToString("Optional[spring.flyway.enabled]");
  }

  private static Optional<ConfigurationPropertyName> asking(String... arguments) {
    return PreparedContext.askingForOtherBeans(context(arguments).getEnvironment());
  }

  private static Optional<ConfigurationPropertyName> askingIn(Map<String, Object> variables) {
    ConfigurableEnvironment environment = new StandardEnvironment();
    String name = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;
    environment
        .getPropertySources()
        .replace(name, new SystemEnvironmentPropertySource(name, variables));
    return PreparedContext.askingForOtherBeans(environment);
  }

  /** What is defined, without that which is registered at every start, whatever was prepared. */
  private static Map<String, String> definitions(Map<String, String> settings) {
    GenericApplicationContext context =
        context(
            settings.entrySet().stream()
                .map(setting -> "--" + setting.getKey() + "=" + setting.getValue())
                .toArray(String[]::new));
    context.refreshForAotProcessing(new RuntimeHints());
    Map<String, String> definitions = new TreeMap<>();
    for (String name : context.getBeanDefinitionNames()) {
      BeanDefinition definition = context.getBeanDefinition(name);
      if (!(definition.getSource() instanceof Class<?> source
          && BeanRegistrar.class.isAssignableFrom(source))) {
        definitions.put(
            name, definition.getBeanClassName() + "." + definition.getFactoryMethodName());
      }
    }
    return definitions;
  }

  /** The context of a start that goes no further than its settings. */
  private static GenericApplicationContext context(String... arguments) {
    AtomicReference<ConfigurableApplicationContext> loaded = new AtomicReference<>();
    SpringApplicationRunListener stop =
        new SpringApplicationRunListener() {
          @Override
          public void contextLoaded(ConfigurableApplicationContext context) {
            loaded.set(context);
            throw new SpringApplication.AbandonedRunException(context);
          }
        };
    try {
      SpringApplication.withHook(application -> stop, () -> HandfastApplication.main(arguments));
    } catch (SpringApplication.AbandonedRunException e) {
      return (GenericApplicationContext) loaded.get();
    }
    throw new IllegalStateException("The start was not abandoned");
  }

  private static Set<String> beginningsOfDocumentedSettings() throws IOException {
    return DocumentedProperties.names().stream()
        .map(name -> name.split("\\.", 2)[0])
        .collect(Collectors.toSet());
  }

  private static Map<String, String> settings(String... settings) {
    Map<String, String> all = new LinkedHashMap<>();
    for (String setting : settings) {
      String[] parts = setting.split("=", 2);
      all.put(parts[0], parts[1]);
    }
    return all;
  }
}
