package dev.handfast.configuration;

import java.time.Clock;
import java.time.InstantSource;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AbstractDependsOnBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.util.StringUtils;

@Configuration(proxyBeanMethods = false)
@EnableScheduling
@Import(ConfigurationFile.IfNamed.class)
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
  FlywayConfigurationCustomizer migrationsWithoutLimit(JdbcConnectionDetails database) {
    return flyway -> AnswerLimit.exempt(flyway, database);
  }

  @Bean
  SharedDatabase sharedDatabase(
      DataSource connections, JdbcClient jdbc, JdbcConnectionDetails database) {
    return new SharedDatabase(
        connections, jdbc, SharedDatabase.isPostgresql(database.getJdbcUrl()));
  }

  /**
   * Without {@code spring.datasource.url}, or where it is blank: an H2 file in the data directory.
   * Spring Boot would take an H2 in memory for a blank one.
   */
  @Bean
  JdbcConnectionDetails databaseAddress(DataSourceProperties properties, DataDirectory directory) {
    return StringUtils.hasText(properties.getUrl()) ? new Named(properties) : new H2File(directory);
  }

  /** H2 in this process. Spring closes it, after everything that may still write has stopped. */
  private record H2File(DataDirectory directory) implements JdbcConnectionDetails {

    /**
     * By itself H2 (RandomAccessStore.doHousekeeping) rewrites its file under load when less than
     * 62 % of what was written still counts, which new sessions always come to: the garbage stopped
     * the data plane. At 80 it waits until less than 28 % counts.
     */
    private static final String COMPACTION = ";AUTO_COMPACT_FILL_RATE=80";

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
      return "jdbc:h2:file:"
          + directory.resolve("handfast")
          + ";DB_CLOSE_ON_EXIT=FALSE"
          + COMPACTION;
    }
  }

  /** What the settings name, as Spring Boot reads them. */
  private record Named(DataSourceProperties properties) implements JdbcConnectionDetails {

    @Override
    public @Nullable String getUsername() {
      return properties.determineUsername();
    }

    @Override
    public @Nullable String getPassword() {
      return properties.determinePassword();
    }

    @Override
    public String getJdbcUrl() {
      return properties.determineUrl();
    }

    @Override
    public String getDriverClassName() {
      return properties.determineDriverClassName();
    }
  }
}
