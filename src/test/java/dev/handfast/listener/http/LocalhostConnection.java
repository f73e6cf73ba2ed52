package dev.handfast.listener.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client from 192.0.2.7 that asked for localhost on port 8443, without a certificate. */
abstract class LocalhostConnection implements HttpConnection {

  @Override
  public InetSocketAddress clientAddress() {
    return new InetSocketAddress(InetAddress.ofLiteral("192.0.2.7"), 4711);
  }

  @Override
  public int localPort() {
    return 8443;
  }

  @Override
  public @Nullable String serverName() {
    return "localhost";
  }

  @Override
  public boolean serves(String host) {
    return !host.equals("elsewhere");
  }

  @Override
  public void readFreely(boolean freely) {}

  @Override
  public List<X509Certificate> clientChain() {
    return List.of();
  }
}
