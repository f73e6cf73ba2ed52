package dev.handfast.bootstrap;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What the first start makes.
 *
 * @param port of the listener {@code default}, 1..65535; 0 for no listener
 */
@ConfigurationProperties("handfast.bootstrap")
record BootstrapProperties(@DefaultValue("8443") int port) {

  private static final int MAX_PORT = 65_535;

  BootstrapProperties {
    if (port < 0 || port > MAX_PORT) {
      throw new IllegalArgumentException(
          "handfast.bootstrap.port: %d (expected: 0..%d)".formatted(port, MAX_PORT));
    }
  }
}
