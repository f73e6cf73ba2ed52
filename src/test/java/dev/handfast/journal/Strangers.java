package dev.handfast.journal;

import dev.handfast.handshake.Hellos;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Clients of which no two are alike: each has a server name, an application protocol and a set of
 * cipher suites and extensions (so a JA3 and a JA4) of its own. Each leaves once the server has
 * shown its certificate.
 */
final class Strangers {

  /** Part of everything that they name. */
  static final String MARK = "stranger-";

  private static final int AT_A_TIME = 8;
  private static final int X25519 = 0x001d;

  private final int port;
  private final Random random = new Random(11);

  Strangers(int port) {
    this.port = port;
  }

  /** So many come, and have gone when this returns. */
  void come(int count) throws Exception {
    try (ExecutorService clients = Executors.newFixedThreadPool(AT_A_TIME)) {
      List<Future<?>> coming = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        byte[] hello = hello();
        coming.add(
            clients.submit(
                () -> {
                  look(hello);
                  return null;
                }));
      }
      for (Future<?> one : coming) {
        one.get();
      }
    }
  }

  private byte[] hello() {
    Integer[] suites = {0x1301, unassigned(), unassigned(), unassigned()};
    return Hellos.modern()
        .cipherSuites(suites)
        .serverName(MARK + Long.toHexString(random.nextLong()) + ".example")
        .alpn(MARK + Long.toHexString(random.nextLong()))
        .extension(unassigned(), new byte[random.nextInt(8)])
        .extension(51, x25519BasePoint())
        .records(16_384);
  }

  /** Above all that IANA assigns as cipher suite or extension, private use left out. */
  private int unassigned() {
    return 0xd100 + random.nextInt(0x0a00);
  }

  /** A key share that any server can agree with: the base point (RFC 7748 section 4.1). */
  private static byte[] x25519BasePoint() {
    byte[] share = new byte[32];
    share[0] = 9;
    return ByteBuffer.allocate(38)
        .putShort((short) 36)
        .putShort((short) X25519)
        .putShort((short) share.length)
        .put(share)
        .array();
  }

  private void look(byte[] hello) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write(hello);
      InputStream in = socket.getInputStream();
      byte[] header = in.readNBytes(5);
      if (header[0] != 22) {
        throw new IOException("no ServerHello came but " + Arrays.toString(header));
      }
      in.skipNBytes(ByteBuffer.wrap(header, 3, 2).getShort());
      // All that is encrypted comes in one go; an end before it would be a reset.
      in.skipNBytes(1);
      in.skip(in.available());
      socket.shutdownOutput();
      in.readAllBytes();
    }
  }
}
