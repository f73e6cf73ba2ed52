package dev.handfast.listener;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where the plaintext goes, as configured. */
sealed interface UpstreamAddress {

  /** What is accepted, for error messages. */
  String EXPECTED = "tcp://host:port, tls://host:port, or inspect:";

  /** A service that is reached over the network. */
  sealed interface Remote extends UpstreamAddress {
    String host();

    int port();
  }

  /** A service that speaks plaintext. */
  record Tcp(String host, int port) implements Remote {}

  /** A service that speaks TLS itself, verified and encrypted anew. */
  record Tls(String host, int port) implements Remote {}

  /** Built in: answers with the caller's own handshake. */
  record Inspect() implements UpstreamAddress {}

  /**
   * Parses.
   *
   * @throws IllegalArgumentException saying what was found and what is expected
   */
  static UpstreamAddress parse(String text) {
    if (text.equals("inspect:")) {
      return new Inspect();
    }
    Matcher matcher = Syntax.REMOTE.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          (text.isEmpty() ? "missing" : "'" + text + "'") + " (expected: " + EXPECTED + ")");
    }
    String host = matcher.group(matcher.group("bracketed") == null ? "name" : "bracketed");
    int port = Integer.parseInt(matcher.group("port"));
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException(
          "port %d in '%s' (expected: 1..65535)".formatted(port, text));
    }
    return matcher.group("scheme").equals("tls") ? new Tls(host, port) : new Tcp(host, port);
  }

  /** The grammar; an interface's fields are public, these are not. */
  final class Syntax {
    private static final Pattern REMOTE =
        Pattern.compile(
            "(?<scheme>tcp|tls)://(?:\\[(?<bracketed>[0-9A-Fa-f:.]{2,45})]"
                + "|(?<name>[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,252})))"
                + ":(?<port>[0-9]{1,5})/?");

    private Syntax() {}
  }
}
