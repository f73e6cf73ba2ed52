package dev.handfast.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Runs a program as a person at a terminal would: {@code openssl}, {@code curl}, {@code
 * gnutls-cli}.
 */
public final class CommandLine {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private CommandLine() {}

  /** Runs to the end with an empty standard input. */
  public static Output run(String... command) {
    return runWithInput(new byte[0], command);
  }

  /** Runs to the end with this standard input. */
  public static Output runWithInput(String input, String... command) {
    return runWithInput(input.getBytes(StandardCharsets.UTF_8), command);
  }

  /** Runs to the end with this standard input; kills it after a minute. */
  public static Output runWithInput(byte[] input, String... command) {
    try {
      Process process = new ProcessBuilder(command).start();
      CompletableFuture<byte[]> out = readAll(process.getInputStream());
      CompletableFuture<byte[]> err = readAll(process.getErrorStream());
      try (OutputStream in = process.getOutputStream()) {
        in.write(input);
      } catch (IOException e) {
        // A client that was refused does not read its input to the end.
      }
      if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(
            "still running after %s: %s%n%s"
                .formatted(LIMIT, String.join(" ", command), text(err)));
      }
      return new Output(process.exitValue(), text(out), text(err));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static CompletableFuture<byte[]> readAll(InputStream stream) {
    CompletableFuture<byte[]> all = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                all.complete(stream.readAllBytes());
              } catch (IOException e) {
                all.completeExceptionally(e);
              }
            });
    return all;
  }

  private static String text(CompletableFuture<byte[]> bytes) {
    return new String(bytes.join(), StandardCharsets.UTF_8);
  }

  /** What a program left behind. */
  public record Output(int exitCode, String stdout, String stderr) {

    /** Both streams, for searching. */
    public String all() {
      return stdout + stderr;
    }
  }
}
