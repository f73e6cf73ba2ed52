package dev.handfast.session;

import dev.handfast.testing.ClientCertificates.Client;
import dev.handfast.testing.CommandLine;
import dev.handfast.testing.TlsClients;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** Clients that connect twice to one address, and offer the second time what they got the first. */
enum ReconnectingClient {
  OPENSSL {
    @Override
    String reconnect(Server server, String version, @Nullable Client own, Runnable between) {
      int port = server.port();
      String session = server.directory().resolve("openssl-" + port).toString();
      List<String> command =
          new ArrayList<>(List.of("openssl", "s_client", "-connect", "localhost:" + port));
      command.addAll(List.of("-ign_eof", "-tls" + version.replace('.', '_')));
      if (own != null) {
        command.addAll(List.of("-cert", own.file().toString()));
      }
      List<String> again = new ArrayList<>(command);
      again.addAll(List.of("-sess_in", session));
      command.addAll(List.of("-sess_out", session));
      run(REQUEST, command);
      between.run();
      return run(REQUEST, again);
    }
  },
  CURL {
    @Override
    String reconnect(Server server, String version, @Nullable Client own, Runnable between) {
      String url = "https://localhost:" + server.port() + "/";
      List<String> command =
          new ArrayList<>(List.of("curl", "-sSv", "--cacert", server.ca().toString()));
      command.addAll(List.of("--http1.1", "-H", "Accept: application/json"));
      command.addAll(List.of("-H", "Connection: close", "--max-time", "100"));
      command.addAll(List.of("--tlsv" + version, "--tls-max", version, "-w", SEPARATOR));
      if (own != null) {
        command.addAll(List.of("--cert", own.file().toString()));
      }
      // One process: curl keeps sessions in its memory only.
      command.addAll(List.of(url, url));
      String output = CommandLine.run(command.toArray(String[]::new)).stdout();
      return output.substring(output.indexOf(SEPARATOR) + 1);
    }
  },
  GNUTLS {
    @Override
    String reconnect(Server server, String version, @Nullable Client own, Runnable between) {
      int port = server.port();
      List<String> command = new ArrayList<>(List.of("gnutls-cli", "--resume"));
      command.addAll(List.of("--waitresumption", "--x509cafile", server.ca().toString()));
      command.addAll(List.of("--priority", "NORMAL:-VERS-ALL:+VERS-TLS" + version));
      if (own != null) {
        // GnuTLS reads no EC key without its public point, which OpenSSL adds and Java leaves out.
        String key = server.directory().resolve("gnutls-" + port + ".key").toString();
        CommandLine.run("openssl", "ec", "-in", own.file().toString(), "-out", key);
        command.addAll(List.of("--x509certfile", own.file().toString(), "--x509keyfile", key));
      }
      command.addAll(List.of("-p", Integer.toString(port), "localhost"));
      return run(REQUEST, command);
    }
  },
  JDK {
    @Override
    String reconnect(Server server, String version, @Nullable Client own, Runnable between) {
      SSLContext context =
          own == null
              ? TlsClients.trusting(server.ca())
              : TlsClients.trusting(
                  server.ca(),
                  own.issued().keys().getPrivate(),
                  new X509Certificate[] {own.issued().certificate()});
      connect(context, server.port(), version);
      between.run();
      return connect(context, server.port(), version);
    }

    private String connect(SSLContext context, int port, String version) {
      try (SSLSocket socket =
          (SSLSocket) context.getSocketFactory().createSocket("localhost", port)) {
        socket.setSoTimeout(100_000);
        socket.setEnabledProtocols(new String[] {"TLSv" + version});
        socket.startHandshake();
        return TlsClients.inspect(socket);
      } catch (IOException e) {
        return e.toString();
      }
    }
  };

  private static final String REQUEST =
      "GET / HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\nConnection: close\r\n\r\n";

  private static final String SEPARATOR = "|";

  /**
   * Connects twice, asks each time how it was met, and waits for the end.
   *
   * @param version {@code 1.2} or {@code 1.3}
   * @param own the client's certificate, or null without one
   * @param between runs between the two connections, unless one process makes both (curl, GnuTLS)
   * @return what the second connection brought: the answer, or why there is none
   */
  abstract String reconnect(Server server, String version, @Nullable Client own, Runnable between);

  /** Whether it can be made to wait before it connects again. */
  boolean waitsBetween() {
    return this == OPENSSL || this == JDK;
  }

  /**
   * Where to connect.
   *
   * @param port of localhost
   * @param ca what the client trusts
   * @param directory where it may keep files
   */
  record Server(int port, Path ca, Path directory) {}

  private static String run(String input, List<String> command) {
    return CommandLine.runWithInput(input, command.toArray(String[]::new)).all();
  }
}
