package dev.handfast.channel;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/**
 * Stands between a client and a listener, and changes the client's records on their way: so a
 * client that nobody here wrote says what it would never say. Serves one connection.
 */
public final class TamperingProxy implements AutoCloseable {

  static final int CLIENT_HELLO = 1;
  static final int CERTIFICATE_VERIFY = 15;
  static final int CLIENT_KEY_EXCHANGE = 16;

  private static final int HANDSHAKE = 22;

  private final ServerSocket server;

  private TamperingProxy(int targetPort, UnaryOperator<byte[]> edit) throws IOException {
    server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(() -> serve(targetPort, edit));
  }

  /** Changes every record: header and fragment, as they are on the wire. */
  public static TamperingProxy records(int targetPort, UnaryOperator<byte[]> edit) {
    try {
      return new TamperingProxy(targetPort, edit);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Changes the plaintext handshake message of this type. */
  static TamperingProxy message(int targetPort, int type, UnaryOperator<byte[]> edit) {
    return records(
        targetPort,
        record -> record[0] == HANDSHAKE && record[5] == type ? edit.apply(record) : record);
  }

  /** Changes the n-th record, counted from 0. */
  static TamperingProxy record(int targetPort, int number, UnaryOperator<byte[]> edit) {
    int[] seen = {0};
    return records(targetPort, record -> seen[0]++ == number ? edit.apply(record) : record);
  }

  /** Gives an extension of the ClientHello another type, one that nobody knows. */
  static byte[] hideExtension(byte[] record, int type) {
    int at = 5 + 4 + 2 + 32;
    at += 1 + (record[at] & 0xff);
    at += 2 + uint16(record, at);
    at += 1 + (record[at] & 0xff);
    int end = at + 2 + uint16(record, at);
    for (at += 2; at < end; at += 4 + uint16(record, at + 2)) {
      if (uint16(record, at) == type) {
        record[at] = (byte) 0xfa;
        record[at + 1] = (byte) 0xce;
        return record;
      }
    }
    throw new AssertionError("the ClientHello has no extension " + type);
  }

  /** Where it waits for its client, on localhost. */
  public int port() {
    return server.getLocalPort();
  }

  private static int uint16(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
  }

  private void serve(int targetPort, UnaryOperator<byte[]> edit) {
    try (Socket client = server.accept();
        Socket target = new Socket(InetAddress.getLoopbackAddress(), targetPort)) {
      Thread answers =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      target.getInputStream().transferTo(client.getOutputStream());
                      client.shutdownOutput();
                    } catch (IOException e) {
                      // One of the two went away: the test looks at what was recorded.
                    }
                  });
      relay(new DataInputStream(client.getInputStream()), target.getOutputStream(), edit);
      target.shutdownOutput();
      answers.join();
    } catch (IOException e) {
      // The same.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void relay(DataInputStream in, OutputStream out, UnaryOperator<byte[]> edit)
      throws IOException {
    try {
      while (true) {
        byte[] header = new byte[5];
        in.readFully(header);
        byte[] record = Arrays.copyOf(header, 5 + uint16(header, 3));
        in.readFully(record, 5, record.length - 5);
        out.write(edit.apply(record));
      }
    } catch (EOFException e) {
      // The client has said all it wanted to.
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
