package dev.handfast.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** A plain TCP service behind a listener, a virtual thread per connection. */
public final class Upstream implements AutoCloseable {

  private final ServerSocket server;
  private final AtomicInteger connections = new AtomicInteger();

  private Upstream(Service service) {
    try {
      server = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(() -> accept(service));
  }

  /** A service of the test's own; its connection is closed when it returns. */
  public static Upstream serving(Service service) {
    return new Upstream(service);
  }

  /** Sends back whatever arrives, until the end of input. */
  public static Upstream echo() {
    return serving(
        socket -> {
          socket.getInputStream().transferTo(socket.getOutputStream());
          socket.shutdownOutput();
        });
  }

  /** The port, on the loopback address. */
  public int port() {
    return server.getLocalPort();
  }

  /** The upstream as a listener's configuration names it. */
  public String uri() {
    return "tcp://127.0.0.1:" + port();
  }

  /** How many connections are open now. */
  public int connections() {
    return connections.get();
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept(Service service) {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        Thread.ofVirtual().start(() -> serve(service, socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Service service, Socket socket) {
    connections.incrementAndGet();
    try (socket) {
      socket.setTcpNoDelay(true);
      service.serve(socket);
    } catch (IOException e) {
      // The other side went away, which is its right.
    } finally {
      connections.decrementAndGet();
    }
  }

  /** What the upstream does with a connection. */
  @FunctionalInterface
  public interface Service {

    /** Serves one connection on a thread of its own. */
    void serve(Socket socket) throws IOException;
  }
}
