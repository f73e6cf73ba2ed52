package dev.handfast.secret;

import dev.handfast.configuration.DataDirectory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(MasterKeyProperties.class)
class SecretModule {

  @Bean
  MasterKeys masterKeys(MasterKeyProperties properties, DataDirectory directory, JdbcClient jdbc) {
    return new MasterKeySource(properties, directory.path()).find(MasterKeyRotation.idsInUse(jdbc));
  }

  @Bean
  Secrets secrets(MasterKeys keys) {
    return new Secrets(keys);
  }
}
