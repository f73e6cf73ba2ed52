package dev.handfast.listener;

import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Locale;
import javax.net.ssl.SSLException;

/** Why an upstream could not be used. */
enum UpstreamFailure {
  UNRESOLVED,
  REFUSED,
  TIMEOUT,
  TLS,
  RESET,
  UNREACHABLE;

  /** The metric tag. */
  String tag() {
    return name().toLowerCase(Locale.ROOT);
  }

  static UpstreamFailure of(Throwable cause) {
    return switch (cause) {
      case UnknownHostException unknown -> UNRESOLVED;
      case ConnectTimeoutException late -> TIMEOUT;
      case SslHandshakeTimeoutException late -> TIMEOUT;
      case SSLException tls -> TLS;
      case ConnectException refused -> REFUSED;
      case IOException reset -> RESET;
      default -> UNREACHABLE;
    };
  }
}
