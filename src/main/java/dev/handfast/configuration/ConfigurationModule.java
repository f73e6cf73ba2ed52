package dev.handfast.configuration;

import java.time.Clock;
import java.time.InstantSource;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AbstractDependsOnBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.EnableScheduling;

@Configuration(proxyBeanMethods = false)
@EnableScheduling
class ConfigurationModule {

  @Bean
  @ConditionalOnMissingBean
  InstantSource clock() {
    return Clock.systemUTC();
  }

  @Bean
  DataDirectory dataDirectory(HandfastProperties properties) {
    return DataDirectory.open(properties.dataDir());
  }

  @Bean
  static AbstractDependsOnBeanFactoryPostProcessor dataDirectoryBeforeDatabase() {
    return new AbstractDependsOnBeanFactoryPostProcessor(DataSource.class, "dataDirectory") {};
  }

  @Bean
  static AnswerLimit answerLimit() {
    return new AnswerLimit();
  }

  @Bean
  FlywayConfigurationCustomizer migrationsWithoutLimit(
      ObjectProvider<JdbcConnectionDetails> details) {
    return flyway -> details.ifAvailable(known -> AnswerLimit.exempt(flyway, known));
  }

  @Bean
  SharedDatabase sharedDatabase(
      DataSource connections, JdbcClient jdbc, ObjectProvider<JdbcConnectionDetails> details) {
    JdbcConnectionDetails known = details.getIfAvailable();
    boolean shared = known != null && SharedDatabase.isPostgresql(known.getJdbcUrl());
    return new SharedDatabase(connections, jdbc, shared);
  }

  /** Without {@code spring.datasource.url}: an H2 file in the data directory. */
  @Bean
  @Conditional(NoDatabaseUrl.class)
  JdbcConnectionDetails h2InDataDirectory(DataDirectory directory) {
    return new H2File(directory);
  }

  /** H2 in this process. Spring closes it, after everything that may still write has stopped. */
  private record H2File(DataDirectory directory) implements JdbcConnectionDetails {

    @Override
    public String getUsername() {
      return "";
    }

    @Override
    public String getPassword() {
      return "";
    }

    @Override
    public String getJdbcUrl() {
      return "jdbc:h2:file:" + directory.resolve("handfast") + ";DB_CLOSE_ON_EXIT=FALSE";
    }
  }

  private static final class NoDatabaseUrl implements Condition {

    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
      return !context.getEnvironment().containsProperty("spring.datasource.url");
    }
  }
}
