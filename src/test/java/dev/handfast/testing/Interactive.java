package dev.handfast.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** A program that a person keeps talking to: {@code openssl s_client} with its commands. */
public final class Interactive implements AutoCloseable {

  private final Process process;
  private final StringBuffer output = new StringBuffer();

  private Interactive(Process process) {
    this.process = process;
    Thread.ofVirtual().start(this::read);
  }

  /** Starts it; standard output and error are read together. */
  public static Interactive start(String... command) {
    try {
      return new Interactive(new ProcessBuilder(command).redirectErrorStream(true).start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Types a line. */
  public Interactive type(String line) {
    try {
      process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until the output contains a text. */
  public Interactive await(String text) {
    return await(text, 1);
  }

  /** Waits until the output contains a text so many times. */
  public Interactive await(String text, int times) {
    Awaitility.await("output with " + text)
        .atMost(Duration.ofSeconds(20))
        .until(() -> output().split(Pattern.quote(text), -1).length > times);
    return this;
  }

  /** Waits until the program has ended. */
  public void awaitEnd() {
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> !process.isAlive());
  }

  /** Everything it said so far. */
  public String output() {
    return output.toString();
  }

  /** Freezes it: it lives, and does nothing (SIGSTOP). */
  public void freeze() {
    CommandLine.run("kill", "-STOP", Long.toString(process.pid()));
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private void read() {
    byte[] block = new byte[8192];
    try (InputStream in = process.getInputStream()) {
      for (int n = in.read(block); n >= 0; n = in.read(block)) {
        output.append(new String(block, 0, n, StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      // It was closed; what it said is kept.
    }
  }
}
