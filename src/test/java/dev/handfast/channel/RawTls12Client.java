package dev.handfast.channel;

import dev.handfast.handshake.Hellos;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import org.bouncycastle.tls.ContentType;
import org.bouncycastle.tls.HandshakeType;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsClientProtocol;
import org.bouncycastle.tls.TlsUtils;

/** Bouncy Castle's client in TLS 1.2, whose records after the handshake are the test's own. */
final class RawTls12Client implements AutoCloseable {

  private static final int ECDHE_ECDSA_AES128_GCM = 0xc02b;

  private final Socket socket;
  private final Protocol protocol;

  private RawTls12Client(Socket socket) throws IOException {
    this.socket = socket;
    this.protocol = new Protocol(socket);
  }

  /** Connects and completes a handshake. */
  static RawTls12Client connect(int port) throws IOException {
    RawTls12Client client = new RawTls12Client(new Socket("localhost", port));
    client.socket.setSoTimeout(20_000);
    client.protocol.connect(new TrustingClient(ProtocolVersion.TLSv12));
    return client;
  }

  /**
   * Renegotiates as clients did before RFC 5746: the second ClientHello says nothing of the
   * connection that it comes on. Returns once the server has ended the connection.
   */
  void renegotiateInsecurely() throws IOException {
    byte[] body = Hellos.tls12().cipherSuites(ECDHE_ECDSA_AES128_GCM).body();
    byte[] message = new byte[4 + body.length];
    message[0] = (byte) HandshakeType.client_hello;
    TlsUtils.writeUint24(body.length, message, 1);
    System.arraycopy(body, 0, message, 4, body.length);
    protocol.sendRecord(ContentType.handshake, message);
    socket.getInputStream().readAllBytes();
  }

  /** Waits until the server says something, and does not answer. */
  void awaitRecord() throws IOException {
    if (socket.getInputStream().read() < 0) {
      throw new EOFException("the server ended the connection");
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private static final class Protocol extends TlsClientProtocol {

    Protocol(Socket socket) throws IOException {
      super(socket.getInputStream(), socket.getOutputStream());
    }

    void sendRecord(short type, byte[] content) throws IOException {
      writeRecord(type, content, 0, content.length);
      flush();
    }
  }
}
