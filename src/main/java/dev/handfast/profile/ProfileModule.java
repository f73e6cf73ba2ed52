package dev.handfast.profile;

import dev.handfast.configuration.ConfigurationChanges;
import dev.handfast.configuration.ConfigurationObjects;
import dev.handfast.configuration.DocumentBodies;
import dev.handfast.configuration.DocumentSection;
import dev.handfast.configuration.NamedObjects;
import dev.handfast.configuration.NamedObjectsSection;
import dev.handfast.configuration.References;
import dev.handfast.engine.TlsEngines;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ProfileModule {

  @Bean
  Implemented implemented(TlsEngines engines) {
    return new ByEngine(engines);
  }

  @Bean
  NamedObjects<ProfileDocument> profileObjects(
      Implemented implemented,
      ConfigurationObjects objects,
      ConfigurationChanges changes,
      References references) {
    return new NamedObjects<>(new ProfileRules(implemented), objects, changes, references);
  }

  @Bean
  DocumentSection profileSection(NamedObjects<ProfileDocument> profiles, DocumentBodies bodies) {
    return new NamedObjectsSection<>(profiles, bodies);
  }

  private record ByEngine(TlsEngines engines) implements Implemented {

    @Override
    public List<String> cipherSuites() {
      return engines.supportedCipherSuites();
    }

    @Override
    public List<String> groups() {
      return engines.supportedGroups();
    }

    @Override
    public List<String> signatureSchemes() {
      return engines.supportedSignatureSchemes();
    }
  }
}
