package dev.handfast.profile;

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
