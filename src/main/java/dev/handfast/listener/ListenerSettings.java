package dev.handfast.listener;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A listener as an administrator describes it: the API's document, stored as it is. What is left
 * out has the default that the constructor gives it; {@link ListenerValidator} says what is
 * accepted.
 *
 * @param address IP address to listen on, all of them ({@code 0.0.0.0}) unless given
 * @param port 0..65535; 0 means any free one
 * @param mode {@code tcp} unless given, or {@code http}
 * @param upstream {@code tcp://host:port}, {@code tls://host:port}, or {@code inspect:}
 * @param upstreamTls how a {@code tls:} upstream is verified; null: as the JDK does
 * @param certificates names, in order of preference; may be empty if every route has its own
 * @param tlsProfile name, {@code intermediate} unless given
 * @param clientAuthPolicy name, or null: no client certificate is asked for
 * @param alpn application protocols in order of preference; empty: ALPN is ignored
 * @param rekeyAfter after how much a connection gets fresh keys, or null
 */
@JsonIgnoreProperties({"revision", "updatedAt", "status"}) // what was read may be sent back
public record ListenerSettings(
    String name,
    String address,
    Integer port,
    String mode,
    String upstream,
    @Nullable UpstreamTls upstreamTls,
    List<String> certificates,
    String tlsProfile,
    @Nullable String clientAuthPolicy,
    List<Route> routes,
    List<ProtectedPath> protectedPaths,
    List<String> alpn,
    ProxyProtocol proxyProtocol,
    Renegotiation renegotiation,
    @Nullable RekeyAfter rekeyAfter,
    Limits limits,
    Boolean enabled) {

  static final String TCP = "tcp";
  static final String HTTP = "http";
  static final int MISSING = -1;

  /** Fills in what is missing; a document may leave out everything. */
  public ListenerSettings {
    name = name == null ? "" : name;
    port = port == null ? MISSING : port;
    upstream = upstream == null ? "" : upstream;
    address = address == null || address.isBlank() ? "0.0.0.0" : address.strip();
    mode = mode == null ? TCP : mode;
    tlsProfile = tlsProfile == null ? "intermediate" : tlsProfile;
    certificates = copy(certificates);
    routes = copy(routes);
    protectedPaths = copy(protectedPaths);
    alpn = copy(alpn);
    proxyProtocol = proxyProtocol == null ? ProxyProtocol.DEFAULT : proxyProtocol;
    renegotiation = renegotiation == null ? Renegotiation.DEFAULT : renegotiation;
    limits = limits == null ? Limits.DEFAULT : limits;
    enabled = enabled == null || enabled;
  }

  /** The same settings under this name. */
  public ListenerSettings named(String newName) {
    return new ListenerSettings(
        newName,
        address,
        port,
        mode,
        upstream,
        upstreamTls,
        certificates,
        tlsProfile,
        clientAuthPolicy,
        routes,
        protectedPaths,
        alpn,
        proxyProtocol,
        renegotiation,
        rekeyAfter,
        limits,
        enabled);
  }

  /**
   * The names of the certificates for clients of this server name: its route's, or its own.
   *
   * @param serverName in lower case, or null if the client named none
   */
  public List<String> certificatesFor(@Nullable String serverName) {
    Route route = ServerNamePattern.bestFor(serverName, this::routeOf);
    return route == null || route.certificates().isEmpty() ? certificates : route.certificates();
  }

  private @Nullable Route routeOf(String pattern) {
    for (Route route : routes) {
      if (route.serverName().equals(pattern)) {
        return route;
      }
    }
    return null;
  }

  private static <T> List<T> copy(@Nullable List<T> list) {
    return list == null ? List.of() : List.copyOf(list);
  }

  /**
   * How a {@code tls:} upstream is verified, and what Handfast shows it.
   *
   * @param trustBundle name of the CA certificates to trust, or null: the JDK's
   * @param certificate name of the certificate to show, or null: none
   * @param serverName to send and to verify, or null: the upstream's host
   */
  public record UpstreamTls(
      @Nullable String trustBundle, @Nullable String certificate, @Nullable String serverName) {}

  /**
   * What overrides the listener for some server names.
   *
   * @param serverName {@code www.example.com}, or {@code *.example.com}, which covers one label
   * @param certificates names, or null: the listener's
   * @param clientAuthPolicy name, or null: the listener's
   * @param upstream or null: the listener's
   */
  public record Route(
      String serverName,
      List<String> certificates,
      @Nullable String clientAuthPolicy,
      @Nullable String upstream) {

    public Route {
      serverName = serverName == null ? "" : serverName.toLowerCase(Locale.ROOT);
      certificates = copy(certificates);
    }
  }

  /** On an http listener: a path pattern that demands its own client-auth policy. */
  public record ProtectedPath(String path, String clientAuthPolicy) {

    public ProtectedPath {
      path = path == null ? "" : path;
      clientAuthPolicy = clientAuthPolicy == null ? "" : clientAuthPolicy;
    }
  }

  /**
   * The PROXY protocol, spoken by what is in front and to what is behind.
   *
   * @param accept whether every connection must begin with a header, v1 or v2; false unless given
   * @param send {@code none} unless given, {@code v1}, or {@code v2}
   */
  public record ProxyProtocol(Boolean accept, String send) {

    static final String NONE = "none";
    static final ProxyProtocol DEFAULT = new ProxyProtocol(false, NONE);

    public ProxyProtocol {
      accept = accept != null && accept;
      send = send == null ? NONE : send;
    }
  }

  /**
   * What a client may start by itself, and what the server does by itself.
   *
   * @param clientInitiated {@code deny} unless given, or {@code allow}
   * @param maxPerMinute renegotiations or key updates per connection, 60 unless given
   * @param onCertificateRotation whether live connections are closed when their server certificate
   *     has another version, so that they reconnect and see it; false unless given
   */
  public record Renegotiation(
      String clientInitiated, Integer maxPerMinute, Boolean onCertificateRotation) {

    static final String ALLOW = "allow";
    static final String DENY = "deny";
    static final Renegotiation DEFAULT = new Renegotiation(DENY, 60, false);

    public Renegotiation {
      clientInitiated = clientInitiated == null ? DENY : clientInitiated;
      maxPerMinute = maxPerMinute == null ? 60 : maxPerMinute;
      onCertificateRotation = onCertificateRotation != null && onCertificateRotation;
    }
  }

  /** After how many bytes, or how long, a connection gets fresh keys; null: never. */
  public record RekeyAfter(@Nullable Long bytes, @Nullable Duration duration) {}

  /**
   * Bounds on what clients can occupy.
   *
   * @param connections at once, 50,000 unless given
   * @param handshakesInProgress at once, 5,000 unless given; for one more the oldest is ended
   * @param handshakeTimeout from the connection's begin, ten seconds unless given
   * @param idleTimeout without a byte in either direction, ten minutes unless given
   * @param newConnectionsPerSecondPerAddress per IPv4 address or IPv6 /64; null: no limit
   */
  public record Limits(
      Integer connections,
      Integer handshakesInProgress,
      Duration handshakeTimeout,
      Duration idleTimeout,
      @Nullable Integer newConnectionsPerSecondPerAddress) {

    static final Limits DEFAULT =
        new Limits(50_000, 5_000, Duration.ofSeconds(10), Duration.ofMinutes(10), null);

    public Limits {
      connections = connections == null ? DEFAULT.connections : connections;
      handshakesInProgress =
          handshakesInProgress == null ? DEFAULT.handshakesInProgress : handshakesInProgress;
      handshakeTimeout = handshakeTimeout == null ? DEFAULT.handshakeTimeout : handshakeTimeout;
      idleTimeout = idleTimeout == null ? DEFAULT.idleTimeout : idleTimeout;
    }
  }
}
