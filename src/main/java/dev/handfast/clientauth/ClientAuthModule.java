package dev.handfast.clientauth;

import dev.handfast.clientauth.revocation.RevocationProperties;
import dev.handfast.configuration.ConfigurationChanges;
import dev.handfast.configuration.ConfigurationObjects;
import dev.handfast.configuration.DocumentBodies;
import dev.handfast.configuration.DocumentSection;
import dev.handfast.configuration.NamedObjects;
import dev.handfast.configuration.NamedObjectsSection;
import dev.handfast.configuration.References;
import java.time.InstantSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(RevocationProperties.class)
class ClientAuthModule {

  @Bean
  NamedObjects<TrustBundleDefinition> trustBundleObjects(
      ConfigurationObjects objects,
      ConfigurationChanges changes,
      References references,
      InstantSource clock) {
    return new NamedObjects<>(new TrustBundleRules(clock), objects, changes, references);
  }

  @Bean
  DocumentSection trustBundleSection(
      NamedObjects<TrustBundleDefinition> bundles, DocumentBodies bodies) {
    return new NamedObjectsSection<>(bundles, bodies);
  }

  @Bean
  ClientAuthPolicyRules clientAuthPolicyRules(ConfigurationObjects objects) {
    return new ClientAuthPolicyRules(objects);
  }

  @Bean
  NamedObjects<ClientAuthPolicyDefinition> clientAuthPolicyObjects(
      ClientAuthPolicyRules rules,
      ConfigurationObjects objects,
      ConfigurationChanges changes,
      References references) {
    return new NamedObjects<>(rules, objects, changes, references);
  }

  @Bean
  DocumentSection clientAuthPolicySection(
      NamedObjects<ClientAuthPolicyDefinition> policies, DocumentBodies bodies) {
    return new NamedObjectsSection<>(policies, bodies);
  }
}
