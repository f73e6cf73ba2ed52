package dev.handfast.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** The JDK's own TLS client, trusting a CA file. */
public final class TlsClients {

  private TlsClients() {}

  /** A context that trusts the certificates of a PEM file and has no certificate of its own. */
  public static SSLContext trusting(Path caFile) {
    return context(caFile, null);
  }

  /** Makes a new context of any provider trust the certificates of a PEM file. */
  public static SSLContext trusting(Path caFile, SSLContext context) {
    return init(context, caFile, null);
  }

  /** A context that trusts the certificates of a PEM file and proves itself with a key. */
  public static SSLContext trusting(Path caFile, PrivateKey key, Certificate[] chain) {
    try {
      KeyStore own = KeyStore.getInstance("PKCS12");
      own.load(null, null);
      own.setKeyEntry("own", key, new char[0], chain);
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(own, new char[0]);
      return context(caFile, keys.getKeyManagers());
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static SSLContext context(Path caFile, KeyManager @Nullable [] keys) {
    try {
      return init(SSLContext.getInstance("TLS"), caFile, keys);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static SSLContext init(SSLContext context, Path caFile, KeyManager @Nullable [] keys) {
    try (InputStream in = Files.newInputStream(caFile)) {
      Collection<? extends Certificate> authorities =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      int number = 0;
      for (Certificate authority : authorities) {
        trusted.setCertificateEntry("ca" + number++, authority);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      context.init(keys, trust.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Connects to localhost and completes the handshake.
   *
   * @param protocols such as {@code TLSv1.3}; none: those of the JDK
   */
  public static SSLSocket connect(SSLContext context, int port, String... protocols)
      throws IOException {
    SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("localhost", port);
    socket.setSoTimeout(30_000);
    if (protocols.length > 0) {
      socket.setEnabledProtocols(protocols);
    }
    socket.startHandshake();
    return socket;
  }

  /** The protocol of one of many clients, half of which speak TLS 1.2. */
  public static String protocolOf(int client) {
    return client % 2 == 0 ? "TLSv1.3" : "TLSv1.2";
  }

  /** Sends an HTTP request for the caller's own handshake and reads the answer to its end. */
  public static String inspect(SSLSocket socket) throws IOException {
    socket
        .getOutputStream()
        .write(
            "GET / HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\nConnection: close\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII));
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
