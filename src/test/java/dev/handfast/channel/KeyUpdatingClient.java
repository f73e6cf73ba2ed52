package dev.handfast.channel;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsClientProtocol;

/** Bouncy Castle's client in TLS 1.3, which updates its keys again and again. */
final class KeyUpdatingClient extends TlsClientProtocol {

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
      client.connect(new TrustingClient(ProtocolVersion.TLSv13));
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
}
