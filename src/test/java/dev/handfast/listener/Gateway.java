package dev.handfast.listener;

import dev.handfast.clientauth.ClientAuthPolicy;
import dev.handfast.configuration.StoredObject;
import dev.handfast.engine.TlsEngines;
import dev.handfast.handshake.ClientHelloReader;
import dev.handfast.handshake.Credential;
import dev.handfast.handshake.Handshake;
import dev.handfast.handshake.ProtocolVersion;
import dev.handfast.handshake.TlsProfile;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** The data plane with real sockets and engines, without an application around it. */
final class Gateway implements AutoCloseable {

  final TestCertificates certificates = new TestCertificates();
  final Map<String, Credential> credentials = new ConcurrentHashMap<>();
  final Map<String, ClientAuthPolicy> policies = new ConcurrentHashMap<>();
  final List<Handshake> handshakes = new CopyOnWriteArrayList<>();
  final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  final Connections connections = new Connections(Clock.systemUTC());
  final EventLoops eventLoops = new EventLoops(2);
  final ListenerParts parts;
  final ListenerMeters meters = new ListenerMeters(registry, "test");
  final ListenerServer server;

  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
  private final SnapshotCompiler compiler;
  private long revision;

  Gateway() {
    credentials.put("server", certificates.credential("server", 1));
    TlsEngines engines = TlsEngines.create();
    TlsProfile profile =
        new TlsProfile(
            "intermediate",
            ProtocolVersion.TLS_1_2,
            ProtocolVersion.TLS_1_3,
            engines.supportedCipherSuites(),
            engines.supportedGroups(),
            engines.supportedSignatureSchemes());
    parts =
        new ListenerParts(
            name -> Optional.ofNullable(credentials.get(name)),
            name -> Optional.ofNullable(policies.get(name)),
            name -> name.equals("intermediate") ? Optional.of(profile) : Optional.empty(),
            name -> name.equals("ca") ? Optional.of(List.of(certificates.ca())) : Optional.empty());
    ConnectionServices services =
        new ConnectionServices(
            engines::server,
            () -> ClientHelloReader.create(ClientHelloGate.MAX_CLIENT_HELLO),
            handshakes::add,
            handshake -> ("{\"id\":\"" + handshake.id() + "\"}").getBytes(),
            null,
            connections,
            new RenegotiationMeters(registry),
            new UpstreamConnector(
                eventLoops,
                new VirtualThreadResolver(workers),
                Duration.ofSeconds(5),
                System::nanoTime),
            workers,
            System::nanoTime,
            Clock.systemUTC());
    compiler = new SnapshotCompiler(parts, new PreparedCredentials(engines::prepare));
    server = new ListenerServer("test", eventLoops, services, meters);
  }

  /** Puts these settings in force. */
  Gateway run(Settings settings) {
    try {
      server.apply(
          compiler.compile(
              new StoredObject<>("test", ++revision, settings.build(), Instant.now()),
              server.snapshot()));
      return this;
    } catch (BrokenListenerException e) {
      throw new IllegalStateException(e);
    }
  }

  int port() {
    return Optional.ofNullable(server.status().boundPort()).orElseThrow();
  }

  /** A plaintext connection to the listener. */
  Socket connect() throws IOException {
    Socket socket = new Socket();
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port()), 5_000);
    socket.setSoTimeout(20_000);
    return socket;
  }

  /** A TLS connection with a completed handshake. */
  SSLSocket connectTls(String protocol, Credential... own) throws IOException {
    return wrap(connect(), protocol, own);
  }

  SSLSocket wrap(Socket socket, String protocol, Credential... own) throws IOException {
    SSLContext context = certificates.context(own);
    SSLSocket tls =
        (SSLSocket) context.getSocketFactory().createSocket(socket, "localhost", port(), true);
    tls.setEnabledProtocols(new String[] {protocol});
    tls.startHandshake();
    return tls;
  }

  int open() {
    return meters.connections.get();
  }

  @Override
  public void close() {
    server.close();
    server.endConnections();
    eventLoops.close();
    workers.shutdownNow();
  }

  /** Listener settings with defaults for tests. */
  static final class Settings {
    String mode = "tcp";
    int port;
    String upstream = "inspect:";
    ListenerSettings.@Nullable UpstreamTls upstreamTls;
    List<String> certificates = List.of("server");
    @Nullable String policy;
    List<ListenerSettings.Route> routes = List.of();
    List<ListenerSettings.ProtectedPath> paths = List.of();
    boolean acceptProxy;
    String sendProxy = "none";
    ListenerSettings.Limits limits = ListenerSettings.Limits.DEFAULT;

    static Settings to(String upstream) {
      Settings settings = new Settings();
      settings.upstream = upstream;
      return settings;
    }

    static Settings to(TestUpstream upstream) {
      return to("tcp://127.0.0.1:" + upstream.port());
    }

    ListenerSettings build() {
      return new ListenerSettings(
          "test",
          "127.0.0.1",
          port,
          mode,
          upstream,
          upstreamTls,
          certificates,
          "intermediate",
          policy,
          routes,
          paths,
          List.of(),
          new ListenerSettings.ProxyProtocol(acceptProxy, sendProxy),
          ListenerSettings.Renegotiation.DEFAULT,
          null,
          limits,
          true);
    }
  }
}
