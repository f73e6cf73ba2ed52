package dev.handfast.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** An {@code openssl s_client} that stays connected, and is written to and read from by a test. */
public final class OpenSslSession implements AutoCloseable {

  private static final long LIMIT_SECONDS = 30;

  private final Process process;
  private final StringBuffer output = new StringBuffer();
  private final Thread collector;

  private OpenSslSession(Process process) {
    this.process = process;
    this.collector = Thread.ofVirtual().start(() -> collect(process.getInputStream()));
  }

  /** Connects to localhost; more arguments of s_client follow. */
  public static OpenSslSession connect(int port, String... arguments) {
    List<String> command =
        new ArrayList<>(List.of("openssl", "s_client", "-connect", "localhost:" + port, "-crlf"));
    command.addAll(List.of(arguments));
    try {
      return new OpenSslSession(new ProcessBuilder(command).redirectErrorStream(true).start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Everything that it printed so far, both streams. */
  public String output() {
    return output.toString();
  }

  /** Types a line. */
  public void type(String line) {
    try {
      OutputStream in = process.getOutputStream();
      in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      in.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until it has printed a text so many times. */
  public OpenSslSession awaitOutput(String text, int times) {
    Awaitility.await("output with " + text)
        .atMost(Duration.ofSeconds(LIMIT_SECONDS))
        .until(() -> output().split(Pattern.quote(text), -1).length > times);
    return this;
  }

  /** Freezes it: it stays connected, and does nothing (SIGSTOP). */
  public void freeze() {
    CommandLine.run("kill", "-STOP", Long.toString(process.pid()));
  }

  /** Lets a frozen one go on (SIGCONT). */
  public void thaw() {
    CommandLine.run("kill", "-CONT", Long.toString(process.pid()));
  }

  /** Whether it is still connected. */
  public boolean isConnected() {
    return process.isAlive();
  }

  /** Waits until the server has ended the connection, and all that it printed is known. */
  public void awaitEnd() {
    try {
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)
          || !collector.join(Duration.ofSeconds(LIMIT_SECONDS))) {
        throw new AssertionError("still connected:\n" + output);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private void collect(InputStream in) {
    byte[] buffer = new byte[4096];
    try {
      int length = in.read(buffer);
      while (length >= 0) {
        output.append(new String(buffer, 0, length, StandardCharsets.ISO_8859_1));
        length = in.read(buffer);
      }
    } catch (IOException e) {
      // The process has ended.
    }
  }
}
