package dev.handfast.replica;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;

/**
 * Who this process is.
 *
 * @param id new with each start
 * @param name by which operators know it
 * @param version of Handfast
 */
record Identity(String id, String name, String version, Instant startedAt) {

  /**
   * The name of a process that was not given one.
   *
   * @param managementPort as configured; 0: not known
   */
  static String defaultName(String managementPort) {
    InetAddress host = host();
    return managementPort.equals("0")
        ? host.getHostName() + "#" + ProcessHandle.current().pid()
        : host.getHostName() + ":" + managementPort;
  }

  /** Where its management API is, as far as it knows: an address and a port. */
  static String address(String managementPort) {
    String host = host().getHostAddress();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + managementPort;
  }

  private static InetAddress host() {
    try {
      return InetAddress.getLocalHost();
    } catch (UnknownHostException e) {
      return InetAddress.getLoopbackAddress();
    }
  }
}
