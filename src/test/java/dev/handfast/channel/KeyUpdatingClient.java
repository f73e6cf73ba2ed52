package dev.handfast.channel;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.security.SecureRandom;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsClientProtocol;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCryptoProvider;

/** Bouncy Castle's client in TLS 1.3, which updates its keys again and again. */
final class KeyUpdatingClient extends TlsClientProtocol {

  private static final JcaTlsCrypto CRYPTO =
      new JcaTlsCryptoProvider().setProvider(new BouncyCastleProvider()).create(new SecureRandom());

  private final Socket socket;

  private KeyUpdatingClient(Socket socket) throws IOException {
    super(socket.getInputStream(), socket.getOutputStream());
    this.socket = socket;
  }

  /**
   * Completes a handshake, sends KeyUpdates, and waits for the server to end the connection.
   *
   * @param count how many, unless the connection ends before
   * @throws java.net.SocketTimeoutException if the server does not end it
   */
  static void flood(int port, int count) throws IOException {
    try (Socket socket = new Socket("localhost", port)) {
      socket.setSoTimeout(30_000);
      KeyUpdatingClient client = new KeyUpdatingClient(socket);
      client.connect(new Trusting());
      client.update(count);
    }
  }

  private void update(int count) throws IOException {
    try {
      for (int i = 0; i < count; i++) {
        send13KeyUpdate(true);
      }
      socket.getInputStream().readAllBytes();
    } catch (SocketException e) {
      // Reset: also an end.
    }
  }

  private static final class Trusting extends DefaultTlsClient {

    Trusting() {
      super(CRYPTO);
    }

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
      return ProtocolVersion.TLSv13.only();
    }

    @Override
    public TlsAuthentication getAuthentication() {
      return new TlsAuthentication() {
        @Override
        public void notifyServerCertificate(TlsServerCertificate certificate) {
          // The flood does not care whom it hits.
        }

        @Override
        public TlsCredentials getClientCredentials(CertificateRequest request) {
          return null;
        }
      };
    }
  }
}
