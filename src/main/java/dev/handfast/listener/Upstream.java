package dev.handfast.listener;

import io.netty.handler.ssl.SslContext;

/** Where the plaintext goes, ready to be connected to. Immutable. */
sealed interface Upstream {

  /** As configured, for people. */
  String text();

  /** A service that speaks plaintext. */
  record Tcp(String host, int port) implements Upstream {
    @Override
    public String text() {
      return "tcp://" + host + ":" + port;
    }
  }

  /** A service that speaks TLS itself. */
  record Tls(String host, int port, String serverName, SslContext context) implements Upstream {
    @Override
    public String text() {
      return "tls://" + host + ":" + port;
    }
  }

  /** Built in: answers with the caller's own handshake. */
  record Inspect() implements Upstream {
    @Override
    public String text() {
      return "inspect:";
    }
  }
}
