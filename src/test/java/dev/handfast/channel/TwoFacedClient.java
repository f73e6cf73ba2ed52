package dev.handfast.channel;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handfast.testing.Pki.Issued;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509KeyManager;

/** The JDK's client in TLS 1.2, which shows one certificate first and another when asked again. */
public final class TwoFacedClient implements AutoCloseable {

  private final SSLSocket socket;

  private TwoFacedClient(SSLSocket socket) {
    this.socket = socket;
  }

  /** Connects, and shows the first. */
  public static TwoFacedClient connect(Path caFile, int port, Issued first, Issued then)
      throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    try (InputStream in = Files.newInputStream(caFile)) {
      trusted.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLSv1.2");
    context.init(new KeyManager[] {new TwoFaces(first, then)}, trust.getTrustManagers(), null);
    SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("localhost", port);
    socket.setSoTimeout(20_000);
    socket.startHandshake();
    return new TwoFacedClient(socket);
  }

  /** Reads, which answers the renegotiation, until the server ends the connection with an alert. */
  public void awaitRefusal() {
    assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(IOException.class);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private record TwoFaces(Issued first, Issued then, AtomicInteger asked)
      implements X509KeyManager {

    TwoFaces(Issued first, Issued then) {
      this(first, then, new AtomicInteger());
    }

    @Override
    public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket connection) {
      return asked.getAndIncrement() == 0 ? "first" : "then";
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return new X509Certificate[] {issued(alias).certificate()};
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return issued(alias).keys().getPrivate();
    }

    private Issued issued(String alias) {
      return alias.equals("first") ? first : then;
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
      return new String[] {"first", "then"};
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
      return new String[0];
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket connection) {
      return "";
    }
  }
}
