package dev.handfast.journal;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.security.web.util.matcher.IpAddressMatcher;

/**
 * How far probes may reach.
 *
 * @param allowedNetworks addresses or networks in CIDR notation that may be probed; own listeners
 *     always may
 * @param perMinute how many probes an instance makes per minute, 1..600
 * @param timeout for connecting and the handshake together, at most a minute
 */
@ConfigurationProperties("handfast.probes")
record ProbeLimits(
    @DefaultValue({"127.0.0.0/8", "::1"}) List<String> allowedNetworks,
    @DefaultValue("30") int perMinute,
    @DefaultValue("10s") Duration timeout) {

  ProbeLimits {
    allowedNetworks = List.copyOf(allowedNetworks);
    for (String network : allowedNetworks) {
      new IpAddressMatcher(network);
    }
    if (perMinute < 1 || perMinute > 600) {
      throw new IllegalArgumentException(
          "handfast.probes.per-minute: %d (expected: 1..600)".formatted(perMinute));
    }
    if (timeout.toMillis() < 1 || timeout.compareTo(Duration.ofMinutes(1)) > 0) {
      throw new IllegalArgumentException(
          "handfast.probes.timeout: %s (expected: above 0, at most PT1M)".formatted(timeout));
    }
  }

  boolean allows(InetAddress address) {
    String text = address.getHostAddress();
    int scope = text.indexOf('%');
    String plain = scope < 0 ? text : text.substring(0, scope);
    return allowedNetworks.stream()
        .anyMatch(network -> new IpAddressMatcher(network).matches(plain));
  }
}
