package dev.handfast.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.IntConsumer;

/** 100 MiB of random bytes on their way in one direction, and whether they arrive unchanged. */
final class BulkTransfer {

  private static final int MEBIBYTES = 100;

  private final int seed;
  private final MessageDigest arrived = sha256();

  /** The bytes depend on the seed alone. */
  BulkTransfer(int seed) {
    this.seed = seed;
  }

  /**
   * Sends this while it reads the other, both to their ends.
   *
   * @param progress told on the reading thread of every mebibyte that arrived: 1, 2, … 100
   */
  void exchange(Socket socket, BulkTransfer other, IntConsumer progress) throws IOException {
    FutureTask<Void> writing =
        new FutureTask<>(
            () -> {
              write(socket.getOutputStream());
              return null;
            });
    Thread.ofVirtual().start(writing);
    other.read(socket.getInputStream(), progress);
    try {
      writing.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IOException(e);
    }
  }

  /** Fails unless what arrived is what was sent. */
  void assertArrivedUnchanged() throws IOException {
    MessageDigest sent = sha256();
    write(new DigestOutputStream(OutputStream.nullOutputStream(), sent));
    assertThat(HexFormat.of().formatHex(arrived.digest()))
        .isEqualTo(HexFormat.of().formatHex(sent.digest()));
  }

  private void read(InputStream in, IntConsumer progress) throws IOException {
    byte[] block = new byte[1 << 16];
    for (int mebibyte = 1; mebibyte <= MEBIBYTES; mebibyte++) {
      int missing = 1 << 20;
      while (missing > 0) {
        int read = in.read(block, 0, Math.min(block.length, missing));
        if (read < 0) {
          throw new IOException("the end came in mebibyte " + mebibyte);
        }
        arrived.update(block, 0, read);
        missing -= read;
      }
      progress.accept(mebibyte);
    }
  }

  private void write(OutputStream out) throws IOException {
    Random random = new Random(seed);
    byte[] block = new byte[1 << 20];
    for (int i = 0; i < MEBIBYTES; i++) {
      random.nextBytes(block);
      out.write(block);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
