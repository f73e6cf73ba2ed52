package dev.handfast.session;

import dev.handfast.secret.Secrets;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.Objects;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SessionProperties.class)
class SessionModule {

  private static final int QUERY_LIMIT_SECONDS = 5;
  private static final int TRANSACTION_LIMIT_SECONDS = 10;

  /** Chosen here and not by conditions, which the image's build would decide. */
  @Bean
  SessionStorage sessionStorage(
      SessionProperties properties,
      JdbcTemplate jdbc,
      PlatformTransactionManager transactions,
      ObjectProvider<RedisConnectionFactory> redis,
      JsonMapper json) {
    return switch (properties.store()) {
      case DATABASE -> inDatabase(jdbc, transactions);
      case REDIS -> new RedisSessionStorage(redis.getObject(), json);
    };
  }

  private static SessionStorage inDatabase(
      JdbcTemplate jdbc, PlatformTransactionManager transactions) {
    // A database that does not answer must not hold a connection for ever.
    JdbcTemplate bounded = new JdbcTemplate(Objects.requireNonNull(jdbc.getDataSource()));
    bounded.setQueryTimeout(QUERY_LIMIT_SECONDS);
    TransactionTemplate transaction = new TransactionTemplate(transactions);
    transaction.setTimeout(TRANSACTION_LIMIT_SECONDS);
    return new JdbcSessionStorage(jdbc, bounded, transaction);
  }

  @Bean
  InvalidationLog sessionInvalidationLog(
      JdbcClient jdbc, TransactionTemplate transaction, JsonMapper json, InstantSource clock) {
    return new InvalidationLog(jdbc, transaction, json, clock);
  }

  @Bean(initMethod = "start", destroyMethod = "close")
  SessionStore sessionStore(
      SessionProperties properties,
      SessionStorage storage,
      Secrets secrets,
      InvalidationLog log,
      MeterRegistry registry,
      InstantSource clock) {
    return new SessionStore(properties, storage, new MasterKeySeal(secrets), log, registry, clock);
  }

  @Bean
  Sessions sessions(SessionStore store) {
    return store.sessions();
  }
}
