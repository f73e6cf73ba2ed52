package dev.handfast.bootstrap;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** The names under which clients on this host, and beside it, reach a listener. */
final class HostNames {

  private static final Pattern DNS_NAME =
      Pattern.compile(
          "(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*");

  private HostNames() {}

  /** {@code localhost}, the host's name if it has a usable one, and the loopback addresses. */
  static List<String> local() {
    List<String> names = new ArrayList<>(List.of("localhost"));
    String host = hostName();
    if (DNS_NAME.matcher(host).matches() && !host.matches("[0-9.]+") && !names.contains(host)) {
      names.add(host);
    }
    names.addAll(List.of("127.0.0.1", "::1"));
    return names;
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT);
    } catch (UnknownHostException e) {
      return "";
    }
  }
}
