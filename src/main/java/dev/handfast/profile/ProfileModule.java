package dev.handfast.profile;

import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ProfileModule {

  @Bean
  Implemented implemented() {
    return new OldAndUnknown();
  }

  /** The built-in profile {@code old} has everything that the engine implements, but for these. */
  private static final class OldAndUnknown implements Implemented {

    @Override
    public List<String> cipherSuites() {
      return all().cipherSuites();
    }

    @Override
    public List<String> groups() {
      return all().groups();
    }

    @Override
    public List<String> signatureSchemes() {
      return all().signatureSchemes();
    }

    private static dev.handfast.handshake.TlsProfile all() {
      return java.util.Objects.requireNonNull(BuiltInProfiles.ALL.get(BuiltInProfiles.OLD));
    }
  }
}
