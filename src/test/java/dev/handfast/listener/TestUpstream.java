package dev.handfast.listener;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** A service with blocking sockets: one virtual thread per connection. */
final class TestUpstream implements AutoCloseable {

  /** What it does with a connection. */
  interface Conversation {
    void with(Socket socket) throws Exception;
  }

  private final ServerSocket server;

  TestUpstream(Conversation conversation) throws IOException {
    this(new ServerSocket(0, 1_000, InetAddress.getLoopbackAddress()), conversation);
  }

  TestUpstream(ServerSocket server, Conversation conversation) {
    this.server = server;
    Thread.startVirtualThread(
        () -> {
          while (!server.isClosed()) {
            try {
              Socket socket = server.accept();
              Thread.startVirtualThread(() -> talk(socket, conversation));
            } catch (IOException closed) {
              return;
            }
          }
        });
  }

  private static void talk(Socket socket, Conversation conversation) {
    try (socket) {
      conversation.with(socket);
    } catch (Exception expected) {
      // Tests end conversations from the other side.
    }
  }

  /** Sends everything back, and the end of input as the end of output. */
  static TestUpstream echo() throws IOException {
    return new TestUpstream(
        socket -> {
          socket.getInputStream().transferTo(socket.getOutputStream());
          socket.shutdownOutput();
          socket.getInputStream().readAllBytes();
        });
  }

  int port() {
    return server.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
