package dev.handfast.listener;

import dev.handfast.handshake.Credential;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Prepares the client side of TLS to upstreams: the chain and the name are always verified. */
final class UpstreamTlsContexts {

  private static final String VERIFY_NAME = "HTTPS";

  private final ListenerParts parts;

  UpstreamTlsContexts(ListenerParts parts) {
    this.parts = parts;
  }

  /** Adds what a context is made of, to see whether it changed. */
  void addInputs(ListenerSettings.@Nullable UpstreamTls settings, List<Object> resolved)
      throws BrokenListenerException {
    if (settings != null && settings.trustBundle() != null) {
      resolved.add(parts.trustBundle(settings.trustBundle()));
    }
    if (settings != null && settings.certificate() != null) {
      resolved.add(parts.certificate(settings.certificate()));
    }
  }

  Upstream.Tls upstream(String host, int port, ListenerSettings.@Nullable UpstreamTls settings)
      throws BrokenListenerException {
    String serverName = settings == null ? null : settings.serverName();
    return new Upstream.Tls(host, port, serverName == null ? host : serverName, context(settings));
  }

  private SslContext context(ListenerSettings.@Nullable UpstreamTls settings)
      throws BrokenListenerException {
    SslContextBuilder builder =
        SslContextBuilder.forClient()
            .sslProvider(SslProvider.JDK)
            .endpointIdentificationAlgorithm(VERIFY_NAME)
            .protocols("TLSv1.3", "TLSv1.2");
    if (settings != null && settings.trustBundle() != null) {
      List<X509Certificate> trusted = parts.trustBundle(settings.trustBundle());
      builder.trustManager(trusted.toArray(X509Certificate[]::new));
    }
    if (settings != null && settings.certificate() != null) {
      Credential credential = parts.certificate(settings.certificate());
      builder.keyManager(
          credential.privateKey(), credential.chain().toArray(X509Certificate[]::new));
    }
    try {
      return builder.build();
    } catch (SSLException | IllegalArgumentException e) {
      throw new BrokenListenerException("upstreamTls cannot be used: " + e.getMessage());
    }
  }
}
