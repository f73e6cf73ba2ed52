package dev.handfast.engine;

import dev.handfast.handshake.CertificateDemand;
import dev.handfast.handshake.ClientHello;
import dev.handfast.handshake.ClientHelloReader;
import dev.handfast.handshake.HandshakeException;
import dev.handfast.handshake.ResumableSession;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.conscrypt.Conscrypt;

/**
 * An engine and BoringSSL face to face in memory, to be measured: unlike {@link JdkEngineClient}'s,
 * its buffers are not made anew for each exchange.
 */
final class BoringSslPeer {

  private final TlsEngines engines = TlsEngines.create();
  private final ServerCredential credential =
      engines.prepare(new TestPki().server("EC-P256").credential("bench"));
  private final SSLContext clients = trustingClients();
  private final List<ResumableSession> known = new ArrayList<>();
  private final byte[] outgoing = new byte[1 << 16];
  private final byte[] incoming = new byte[1 << 16];
  private final ByteBuffer fromClient = ByteBuffer.wrap(outgoing);
  private final ByteBuffer fromServer = ByteBuffer.wrap(incoming);
  private final ByteBuffer text = ByteBuffer.allocate(1 << 15);
  private long connections;

  /** To validate is the client's cost, not what is measured. */
  private static SSLContext trustingClients() {
    try {
      SSLContext context = SSLContext.getInstance("TLSv1.3", Conscrypt.newProvider());
      context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Handshakes with a server that the client does not know. */
  Connection connect() {
    return connect("host" + ++connections);
  }

  /** Handshakes with a server of which the client remembers tickets, from the second time on. */
  Connection reconnect() {
    Connection connection = connect("resumed");
    known.removeAll(connection.events.resumed);
    known.addAll(connection.events.issued);
    return connection;
  }

  private Connection connect(String host) {
    SSLEngine client = clients.createSSLEngine(host, 443);
    client.setUseClientMode(true);
    Connection connection = new Connection(client);
    connection.handshake();
    return connection;
  }

  private EngineSettings settings(List<ResumableSession> offered) {
    return new EngineSettings(
        // BoringSSL's first key share; any other group would cost a HelloRetryRequest.
        TestProfiles.withCipherSuites(
            TestProfiles.withGroups(TestProfiles.MODERN, "x25519"), "TLS_AES_128_GCM_SHA256"),
        List.of(credential),
        CertificateDemand.NONE,
        List.of(),
        TestAuthenticators.allow(),
        List.of(),
        offered,
        Duration.ofHours(1),
        EngineServer::newIdentity,
        2,
        false);
  }

  /** Both ends of one connection. */
  final class Connection {
    private final SSLEngine client;
    private final RecordingEvents events = new RecordingEvents();
    private ServerEngine engine;

    Connection(SSLEngine client) {
      this.client = client;
    }

    boolean resumed() {
      return events.established.getFirst().resumed();
    }

    private void handshake() {
      try {
        fromServer.limit(0);
        client.beginHandshake();
        while (events.established.isEmpty() || engine.pendingCiphertext() > 0) {
          boolean sent = toServer();
          boolean received = toClient();
          if (!sent && !received) {
            throw new IllegalStateException("both wait; failures: " + events.failures);
          }
        }
      } catch (SSLException e) {
        throw new IllegalStateException(events.failures.toString(), e);
      }
    }

    private boolean toServer() throws SSLException {
      boolean sent = false;
      while (client.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
        client.wrap(text.clear().limit(0), fromClient.clear());
        if (engine == null) {
          start();
        }
        engine.receive(ByteBuffer.wrap(outgoing, 0, fromClient.position()));
        sent = true;
      }
      return sent;
    }

    private boolean toClient() throws SSLException {
      if (!fromServer.hasRemaining()) {
        fromServer.clear().limit(engine.takeCiphertext(ByteBuffer.wrap(incoming)));
      }
      boolean received = false;
      while (fromServer.hasRemaining()
          && client.unwrap(fromServer, text.clear()).bytesConsumed() > 0) {
        received = true;
        Runnable task;
        while ((task = client.getDelegatedTask()) != null) {
          task.run();
        }
      }
      return received;
    }

    private void start() {
      try {
        ClientHello hello =
            ClientHelloReader.create(1 << 14).read(fromClient.duplicate().flip()).orElseThrow();
        List<ResumableSession> offered =
            known.stream().filter(session -> isOffered(session, hello)).toList();
        engine =
            engines.server(
                settings(offered), hello, events, System::nanoTime, InstantSource.system());
      } catch (HandshakeException e) {
        throw new IllegalStateException(e);
      }
    }

    private static boolean isOffered(ResumableSession session, ClientHello hello) {
      return hello.pskIdentities().stream()
          .anyMatch(psk -> Arrays.equals(psk.identity(), session.wireIdentity()));
    }

    /**
     * The server sends one record.
     *
     * @return its length in bytes
     */
    int seal(byte[] plaintext) {
      engine.send(ByteBuffer.wrap(plaintext));
      return engine.takeCiphertext(ByteBuffer.wrap(incoming));
    }

    /**
     * The client sends one record.
     *
     * @return how many bytes of plaintext the server received
     */
    int open(byte[] plaintext) {
      try {
        client.wrap(ByteBuffer.wrap(plaintext), fromClient.clear());
      } catch (SSLException e) {
        throw new IllegalStateException(e);
      }
      engine.receive(ByteBuffer.wrap(outgoing, 0, fromClient.position()));
      return engine.takePlaintext(ByteBuffer.wrap(incoming));
    }
  }
}
