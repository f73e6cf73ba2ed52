package dev.handfast.journal;

import dev.handfast.configuration.InvalidConfigurationException;
import dev.handfast.listener.Listeners;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;

/** Finds where a probe may connect to. Blocks (DNS, database). */
final class ProbeTarget {

  private final ProbeLimits limits;
  private final Listeners listeners;

  ProbeTarget(ProbeLimits limits, Listeners listeners) {
    this.limits = limits;
    this.listeners = listeners;
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
          && listeners.findAll().stream().anyMatch(listener -> listener.value().port() == port);
    } catch (SocketException e) {
      return false;
    }
  }
}
