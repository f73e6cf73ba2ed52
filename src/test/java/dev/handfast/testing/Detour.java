package dev.handfast.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One address of loopback that leads to several servers, one connection after the other: each waits
 * until the test says where it goes. So a client that keeps its sessions by address meets a
 * replica, or a server that was restarted, where it expects to meet the same server again.
 */
public final class Detour implements AutoCloseable {

  private final ServerSocket server;
  private final BlockingQueue<Integer> targets = new LinkedBlockingQueue<>();
  private final AtomicInteger arrived = new AtomicInteger();

  /** A detour on a free port. */
  public Detour() {
    try {
      server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  /** The port that clients connect to. */
  public int port() {
    return server.getLocalPort();
  }

  /** Sends the next connection, one that waits or one that comes, to a port of loopback. */
  public void lead(int port) {
    targets.add(port);
  }

  /** How many connections have come, those that wait included. */
  public int connections() {
    return arrived.get();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = server.accept();
        arrived.incrementAndGet();
        serve(client, targets.take());
      }
    } catch (IOException e) {
      // Closed, when the test ends.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void serve(Socket client, int port) throws IOException {
    Socket target = new Socket(InetAddress.getLoopbackAddress(), port);
    Thread.ofVirtual().start(() -> carry(client, target));
    Thread.ofVirtual().start(() -> carry(target, client));
  }

  private static void carry(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException e) {
      // One of the two went away: the other learns it by the end of its connection.
      close(from);
      close(to);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is closed in any case.
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
