package dev.handfast.clientauth;

import dev.handfast.clientauth.revocation.RevocationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(RevocationProperties.class)
class ClientAuthModule {}
