package dev.handfast;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aot.AotDetector;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;
import org.springframework.core.SpringProperties;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.PropertySource;
import org.springframework.util.ClassUtils;

/**
 * Lets a start take the bean definitions that the image's build has generated, which spares it the
 * search for them, unless a setting could ask for others: conditions were evaluated in the build,
 * and a bean that was not wanted there would be missing without a word. So the generated
 * definitions stay in use only with settings that are known to give beans values, and not to bring
 * any or take any away. A jar outside of an image has no generated definitions.
 *
 * <p>Called on the main thread, when all settings have been read and before any bean is defined.
 *
 * @see <a href="https://docs.spring.io/spring-framework/reference/core/aot.html">Ahead of Time
 *     Optimizations</a>
 */
final class PreparedContext
    implements ApplicationListener<ApplicationEnvironmentPreparedEvent>, Ordered {

  /** Settings that conditions on this class path may ask for begin with one of these. */
  static final List<ConfigurationPropertyName> CONDITIONAL =
      names("handfast", "management", "server", "spring", "springdoc");

  /** Of these, and what is below them, no condition asks. */
  static final List<ConfigurationPropertyName> VALUES =
      names(
          "handfast",
          "server.address",
          "server.port",
          "server.ssl",
          "spring.application.name",
          "spring.application.pid",
          "spring.application.version",
          "spring.config.import",
          "spring.data.redis.cluster",
          "spring.data.redis.database",
          "spring.data.redis.host",
          "spring.data.redis.password",
          "spring.data.redis.port",
          "spring.data.redis.sentinel",
          "spring.data.redis.ssl",
          "spring.data.redis.url",
          "spring.data.redis.username",
          "spring.datasource.hikari",
          "spring.datasource.password",
          "spring.datasource.url",
          "spring.datasource.username",
          "spring.lifecycle",
          "spring.ssl.bundle");

  private static final String GENERATED =
      HandfastApplication.class.getName() + "__ApplicationContextInitializer";

  /** The settings that the build saw: the jar's own {@code application.yaml}. */
  private static final String OWN = "Config resource 'class path resource [application.yaml]'";

  private static final Logger LOG = LoggerFactory.getLogger(PreparedContext.class);

  @Override
  public int getOrder() {
    return LOWEST_PRECEDENCE;
  }

  @Override
  public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
    if (!ClassUtils.isPresent(GENERATED, HandfastApplication.class.getClassLoader())) {
      return;
    }
    Optional<ConfigurationPropertyName> other = askingForOtherBeans(event.getEnvironment());
    other.ifPresent(
        name -> LOG.info("Determines its beans anew, since {} is set; this start is slower", name));
    SpringProperties.setProperty(AotDetector.AOT_ENABLED, Boolean.toString(other.isEmpty()));
  }

  /** A setting from outside of the jar that may ask for other beans than the build determined. */
  static Optional<ConfigurationPropertyName> askingForOtherBeans(
      ConfigurableEnvironment environment) {
    return StreamSupport.stream(ConfigurationPropertySources.get(environment).spliterator(), false)
        .filter(source -> !isOwn(source))
        .flatMap(PreparedContext::names)
        .filter(name -> isWithin(CONDITIONAL, name) && !isWithin(VALUES, name))
        .findFirst();
  }

  private static boolean isOwn(ConfigurationPropertySource source) {
    return source.getUnderlyingSource() instanceof PropertySource<?> origin
        && origin.getName().startsWith(OWN);
  }

  private static Stream<ConfigurationPropertyName> names(ConfigurationPropertySource source) {
    return source instanceof IterableConfigurationPropertySource all
        ? all.stream().filter(Objects::nonNull)
        : Stream.empty();
  }

  private static boolean isWithin(
      List<ConfigurationPropertyName> names, ConfigurationPropertyName name) {
    return names.stream().anyMatch(above -> above.equals(name) || above.isAncestorOf(name));
  }

  private static List<ConfigurationPropertyName> names(String... names) {
    return Stream.of(names).map(ConfigurationPropertyName::of).toList();
  }
}
