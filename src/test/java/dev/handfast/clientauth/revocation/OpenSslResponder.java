package dev.handfast.clientauth.revocation;

import dev.handfast.testing.FreePort;
import dev.handfast.testing.Pki.Issued;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A real OCSP responder: {@code openssl ocsp}. */
final class OpenSslResponder implements AutoCloseable {

  private static final String FAR = "991231235959Z";
  private static final String PAST = "200101000000Z";

  private final int port = FreePort.next();
  private final Path directory;
  private final Process process;

  private OpenSslResponder(
      Path directory, Issued authority, Issued signer, String index, List<String> options)
      throws IOException {
    this.directory = directory;
    List<String> command = new ArrayList<>();
    command.addAll(
        List.of(
            "openssl", "ocsp",
            "-port", Integer.toString(port),
            "-index", write("index.txt", index),
            "-CA", write("ca.pem", authority.pem()),
            "-rsigner", write("signer.pem", signer.pem()),
            "-rkey", write("signer.key", signer.keyPem())));
    command.addAll(options);
    process = new ProcessBuilder(command).redirectErrorStream(true).start();
    // It says so when it listens.
    BufferedReader output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line;
    do {
      line = output.readLine();
    } while (line != null && !line.contains("waiting for OCSP client connections"));
    if (line == null) {
      throw new IOException("openssl ocsp did not start");
    }
    Thread.ofVirtual().start(() -> drain(output));
  }

  /** Or else it would block once nobody reads what it says. */
  private static void drain(BufferedReader output) {
    try {
      output.transferTo(Writer.nullWriter());
    } catch (IOException e) {
      // Closed with the process. Uncaught, it would fail whatever test waits for something just
      // now.
    }
  }

  /** Knows these as good and those as revoked, for a day. */
  static OpenSslResponder start(
      Path directory, Issued authority, Issued signer, List<Issued> good, List<Issued> revoked)
      throws IOException {
    StringBuilder index = new StringBuilder();
    good.forEach(one -> index.append(line("V", "", one)));
    revoked.forEach(one -> index.append(line("R", PAST + ",keyCompromise", one)));
    return new OpenSslResponder(
        directory, authority, signer, index.toString(), List.of("-ndays", "1"));
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }

  private String write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text).toString();
  }

  private static String line(String status, String revoked, Issued issued) {
    String serial = issued.certificate().getSerialNumber().toString(16).toUpperCase(Locale.ROOT);
    return String.join(
            "\t",
            status,
            FAR,
            revoked,
            serial.length() % 2 == 0 ? serial : "0" + serial,
            "unknown",
            "/CN=any")
        + "\n";
  }
}
