package dev.handfast.engine;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs {@code openssl s_client}, a client that nobody here wrote. */
final class OpenSsl implements AutoCloseable {

  private final Process process;
  private final StringBuffer output = new StringBuffer();
  private final CompletableFuture<Void> reading;

  private OpenSsl(int port, String... arguments) {
    List<String> command =
        new ArrayList<>(List.of("openssl", "s_client", "-connect", "127.0.0.1:" + port));
    command.addAll(List.of(arguments));
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    reading = CompletableFuture.runAsync(this::readOutput, r -> Thread.ofVirtual().start(r));
  }

  static OpenSsl start(int port, String... arguments) {
    return new OpenSsl(port, arguments);
  }

  /**
   * Connects, sends a line, and returns all that was printed when "expected" was seen or it ended.
   */
  static String talk(int port, String line, String expected, String... arguments) {
    try (OpenSsl client = start(port, arguments)) {
      client.send(line + "\n");
      client.awaitOutput(expected);
      return client.output();
    }
  }

  private void readOutput() {
    byte[] buffer = new byte[8192];
    try {
      int count;
      while ((count = process.getInputStream().read(buffer)) >= 0) {
        output.append(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
      }
    } catch (IOException e) {
      output.append("\n[reading ended: ").append(e.getMessage()).append(']');
    }
  }

  void send(String text) {
    try {
      OutputStream stdin = process.getOutputStream();
      stdin.write(text.getBytes(StandardCharsets.UTF_8));
      stdin.flush();
    } catch (IOException e) {
      output.append("\n[stdin closed]");
    }
  }

  /** Waits until the text was printed, or the process has ended. */
  boolean awaitOutput(String text) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (System.nanoTime() < deadline) {
      if (output.indexOf(text) >= 0) {
        return true;
      }
      try {
        reading.get(10, TimeUnit.MILLISECONDS);
        return output.indexOf(text) >= 0;
      } catch (java.util.concurrent.TimeoutException e) {
        continue;
      } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
        throw new AssertionError(e);
      }
    }
    return false;
  }

  String output() {
    return output.toString();
  }

  @Override
  public void close() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      output.append("\n[stdin closed]");
    }
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
    }
  }
}
