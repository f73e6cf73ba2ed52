package dev.handfast.engine;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** The JDK's own TLS client, trusting the test's authority. */
final class JdkClient {

  private static final char[] PASSWORD = "test".toCharArray();

  private static final int BUFFER = 1 << 16;

  private JdkClient() {}

  static SSLContext context(TestPki pki, TestPki.@Nullable Identity identity) {
    try {
      KeyStore trust = KeyStore.getInstance("PKCS12");
      trust.load(null, null);
      trust.setCertificateEntry("root", pki.root().certificate());
      TrustManagerFactory trusted =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trusted.init(trust);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys(identity), trusted.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyManager @Nullable [] keys(TestPki.@Nullable Identity identity)
      throws GeneralSecurityException, IOException {
    if (identity == null) {
      return null;
    }
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "client",
        identity.key(),
        PASSWORD,
        identity.chain().toArray(java.security.cert.Certificate[]::new));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, PASSWORD);
    return factory.getKeyManagers();
  }

  static SSLSocket connect(TestPki pki, int port, String protocol) {
    return connect(context(pki, null), port, protocol);
  }

  static SSLSocket connect(SSLContext context, int port, String protocol) {
    try {
      SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket();
      // Small buffers, so that an answer does not queue behind megabytes.
      socket.setSendBufferSize(BUFFER);
      socket.setReceiveBufferSize(BUFFER);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      socket.setEnabledProtocols(new String[] {protocol});
      socket.startHandshake();
      return socket;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
