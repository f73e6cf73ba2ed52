package dev.handfast.listener;

import dev.handfast.clientauth.ClientAuthPolicy;
import dev.handfast.configuration.StoredObject;
import dev.handfast.engine.ServerCredential;
import dev.handfast.handshake.Credential;
import dev.handfast.handshake.TlsProfile;
import dev.handfast.listener.ListenerSnapshot.Inputs;
import dev.handfast.listener.ListenerSnapshot.ProtectedPath;
import dev.handfast.listener.ListenerSnapshot.SendProxyProtocol;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/** Resolves all names of a listener's settings, once, so that no handshake has to. Never blocks. */
final class SnapshotCompiler {

  private static final List<String> HTTP_1_1 = List.of("http/1.1");

  private final ListenerParts parts;
  private final PreparedCredentials credentials;
  private final UpstreamTlsContexts upstreamTls;

  SnapshotCompiler(ListenerParts parts, PreparedCredentials credentials) {
    this.parts = parts;
    this.credentials = credentials;
    this.upstreamTls = new UpstreamTlsContexts(parts);
  }

  /**
   * Compiles.
   *
   * @param previous of the same listener, or null; returned when nothing that decides has changed
   * @throws BrokenListenerException if a name cannot be resolved
   */
  ListenerSnapshot compile(
      StoredObject<ListenerSettings> stored, @Nullable ListenerSnapshot previous)
      throws BrokenListenerException {
    ListenerSettings settings = stored.value();
    Inputs inputs = new Inputs(stored.revision(), resolveAll(settings));
    if (previous != null && sameInputs(previous.inputs(), inputs)) {
      return previous;
    }
    TlsProfile profile = parts.profile(settings.tlsProfile());
    boolean http = settings.mode().equals(ListenerSettings.HTTP);
    return new ListenerSnapshot(
        stored.name(),
        stored.revision(),
        settings,
        inputs,
        profile,
        routes(settings),
        protectedPaths(settings),
        http && settings.alpn().isEmpty() ? HTTP_1_1 : settings.alpn(),
        http,
        settings.proxyProtocol().accept(),
        SendProxyProtocol.valueOf(settings.proxyProtocol().send().toUpperCase(Locale.ROOT)),
        settings.renegotiation().clientInitiated().equals(ListenerSettings.Renegotiation.ALLOW),
        settings.renegotiation().maxPerMinute(),
        limits(settings.limits()));
  }

  private List<Object> resolveAll(ListenerSettings settings) throws BrokenListenerException {
    List<Object> resolved = new ArrayList<>();
    resolved.add(parts.profile(settings.tlsProfile()));
    for (String name : settings.certificates()) {
      resolved.add(parts.certificate(name));
    }
    addPolicy(resolved, settings.clientAuthPolicy());
    for (ListenerSettings.Route route : settings.routes()) {
      for (String name : route.certificates()) {
        resolved.add(parts.certificate(name));
      }
      addPolicy(resolved, route.clientAuthPolicy());
    }
    for (ListenerSettings.ProtectedPath path : settings.protectedPaths()) {
      addPolicy(resolved, path.clientAuthPolicy());
    }
    upstreamTls.addInputs(settings.upstreamTls(), resolved);
    return resolved;
  }

  private void addPolicy(List<Object> resolved, @Nullable String name)
      throws BrokenListenerException {
    if (name != null) {
      resolved.add(parts.policy(name));
    }
  }

  /** Credentials and policies are compared by identity, as their owners promise. */
  private static boolean sameInputs(Inputs one, Inputs other) {
    if (one.revision() != other.revision() || one.resolved().size() != other.resolved().size()) {
      return false;
    }
    for (int i = 0; i < one.resolved().size(); i++) {
      Object was = one.resolved().get(i);
      Object is = other.resolved().get(i);
      boolean byValue = was instanceof TlsProfile || was instanceof List;
      if (byValue ? !Objects.equals(was, is) : was != is) {
        return false;
      }
    }
    return true;
  }

  private RouteTable routes(ListenerSettings settings) throws BrokenListenerException {
    RouteSnapshot listener =
        new RouteSnapshot(
            "",
            prepared(settings.certificates()),
            policyOrNull(settings.clientAuthPolicy()),
            upstream(settings.upstream(), settings));
    List<RouteSnapshot> routes = new ArrayList<>();
    for (ListenerSettings.Route route : settings.routes()) {
      routes.add(
          new RouteSnapshot(
              route.serverName(),
              route.certificates().isEmpty()
                  ? listener.certificates()
                  : prepared(route.certificates()),
              route.clientAuthPolicy() == null
                  ? listener.policy()
                  : parts.policy(route.clientAuthPolicy()),
              route.upstream() == null
                  ? listener.upstream()
                  : upstream(route.upstream(), settings)));
    }
    return new RouteTable(listener, routes);
  }

  private List<ServerCredential> prepared(List<String> names) throws BrokenListenerException {
    List<ServerCredential> found = new ArrayList<>();
    for (String name : names) {
      Credential credential = parts.certificate(name);
      found.add(credentials.of(credential));
    }
    return found;
  }

  private @Nullable ClientAuthPolicy policyOrNull(@Nullable String name)
      throws BrokenListenerException {
    return name == null ? null : parts.policy(name);
  }

  private Upstream upstream(String text, ListenerSettings settings) throws BrokenListenerException {
    return switch (UpstreamAddress.parse(text)) {
      case UpstreamAddress.Inspect() -> new Upstream.Inspect();
      case UpstreamAddress.Tcp(String host, int port) -> new Upstream.Tcp(host, port);
      case UpstreamAddress.Tls(String host, int port) ->
          upstreamTls.upstream(host, port, settings.upstreamTls());
    };
  }

  private List<ProtectedPath> protectedPaths(ListenerSettings settings)
      throws BrokenListenerException {
    List<ProtectedPath> paths = new ArrayList<>();
    for (ListenerSettings.ProtectedPath path : settings.protectedPaths()) {
      PathPattern pattern = PathPatternParser.defaultInstance.parse(path.path());
      paths.add(new ProtectedPath(pattern, parts.policy(path.clientAuthPolicy())));
    }
    paths.sort(Comparator.comparing(ProtectedPath::pattern, PathPattern.SPECIFICITY_COMPARATOR));
    return List.copyOf(paths);
  }

  private static ListenerSnapshot.Limits limits(ListenerSettings.Limits limits) {
    Integer rate = limits.newConnectionsPerSecondPerAddress();
    return new ListenerSnapshot.Limits(
        limits.connections(),
        limits.handshakesInProgress(),
        limits.handshakeTimeout(),
        limits.idleTimeout(),
        rate == null ? 0 : rate);
  }
}
