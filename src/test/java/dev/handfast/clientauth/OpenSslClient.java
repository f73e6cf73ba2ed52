package dev.handfast.clientauth;

import dev.handfast.testing.CommandLine;
import dev.handfast.testing.Pki;
import dev.handfast.testing.Pki.Issued;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code openssl s_client}, with or without a certificate.
 *
 * @param directory for its files
 * @param caFile what it trusts
 */
record OpenSslClient(Path directory, Path caFile) {

  /**
   * Connects to localhost, asks for its own handshake, and waits for the server's end.
   *
   * @param version {@code -tls1_2} or {@code -tls1_3}
   */
  CommandLine.Output connect(
      int port, String serverName, String version, @Nullable Issued client, Issued... issuers)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "openssl",
                "s_client",
                "-connect",
                "localhost:" + port,
                "-servername",
                serverName,
                "-CAfile",
                caFile.toString(),
                "-ign_eof",
                version));
    if (client != null) {
      Path own = Files.writeString(directory.resolve("own.pem"), client.pem());
      Path key = Files.writeString(directory.resolve("own.key"), client.keyPem());
      command.addAll(List.of("-cert", own.toString(), "-key", key.toString()));
      if (issuers.length > 0) {
        Path others = Files.writeString(directory.resolve("ca.pem"), Pki.pem(List.of(issuers)));
        command.addAll(List.of("-cert_chain", others.toString()));
      }
    }
    return CommandLine.runWithInput(
        "GET / HTTP/1.1\r\n"
            + "Host: localhost\r\n"
            + "Accept: application/json\r\n"
            + "Connection: close\r\n\r\n",
        command.toArray(String[]::new));
  }
}
