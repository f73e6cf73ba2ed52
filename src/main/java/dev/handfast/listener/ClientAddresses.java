package dev.handfast.listener;

import java.net.InetSocketAddress;

/**
 * Who talks to whom, as the client sees it: of the socket, or of a PROXY header.
 *
 * @param client where the connection comes from
 * @param server where it went
 */
record ClientAddresses(InetSocketAddress client, InetSocketAddress server) {

  /** The client's address without port and without an interface's name. */
  String clientText() {
    return text(client);
  }

  static String text(InetSocketAddress address) {
    String text = address.getAddress().getHostAddress();
    int scope = text.indexOf('%');
    return scope < 0 ? text : text.substring(0, scope);
  }
}
