package dev.handfast.journal;

import dev.handfast.configuration.ConfigurationObjects;
import dev.handfast.configuration.InvalidConfigurationException;
import dev.handfast.configuration.ResourceType;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;

/** Finds where a probe may connect to. Blocks (DNS, database). */
final class ProbeTarget {

  private final ProbeLimits limits;
  private final ConfigurationObjects objects;

  ProbeTarget(ProbeLimits limits, ConfigurationObjects objects) {
    this.limits = limits;
    this.objects = objects;
  }

  /**
   * The host's first address that may be probed. It is connected to as resolved here, so that a
   * name that changes its mind gains nothing.
   *
   * @throws InvalidConfigurationException if there is none
   */
  InetSocketAddress resolve(String host, int port) {
    try {
      for (InetAddress address : InetAddress.getAllByName(host)) {
        if (limits.allows(address) || isOwnListener(address, port)) {
          return new InetSocketAddress(address, port);
        }
      }
    } catch (UnknownHostException e) {
      throw new InvalidConfigurationException("host", "'%s' has no address".formatted(host));
    }
    throw new InvalidConfigurationException(
        "host",
        "'%s' may not be probed (expected: an own listener, or an address in %s, which"
                .formatted(host, limits.allowedNetworks())
            + " handfast.probes.allowed-networks extends)");
  }

  private boolean isOwnListener(InetAddress address, int port) {
    try {
      return NetworkInterface.getByInetAddress(address) != null
          && objects.findAll(ResourceType.LISTENER, ListenerPort.class).stream()
              .anyMatch(listener -> listener.value().port() == port);
    } catch (SocketException e) {
      return false;
    }
  }

  /** What matters here of a listener's configuration. */
  record ListenerPort(int port) {}
}
