package dev.handfast.listener;

import dev.handfast.configuration.ResourceType;
import dev.handfast.configuration.StoredNames;
import dev.handfast.configuration.StoredObject;
import dev.handfast.configuration.Violations;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.pattern.PathPatternParser;
import org.springframework.web.util.pattern.PatternParseException;

/** Says everything that is wrong with a listener's settings, before they are stored. */
final class ListenerValidator {

  private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9._-]{0,98}[a-z0-9])?");
  private static final int MAX_ROUTES = 1_000;
  private static final int MAX_LIMIT = 10_000_000;
  private static final Duration MAX_HANDSHAKE_TIMEOUT = Duration.ofMinutes(5);
  private static final Duration MAX_IDLE_TIMEOUT = Duration.ofDays(7);

  private final ListenerParts parts;
  private final StoredNames stored;

  ListenerValidator(ListenerParts parts, StoredNames stored) {
    this.parts = parts;
    this.stored = stored;
  }

  /**
   * Validates.
   *
   * @param others all stored listeners; the one with the same name is what is to be replaced
   * @throws dev.handfast.configuration.InvalidConfigurationException with everything that is wrong
   */
  void validate(ListenerSettings settings, List<StoredObject<ListenerSettings>> others) {
    Violations violations = new Violations();
    violations.require(
        NAME.matcher(settings.name()).matches(),
        "name",
        "'%s' (expected: 1..100 of a-z, 0-9, '.', '_', '-', not at the ends)"
            .formatted(settings.name()));
    endpoint(settings, others, violations);
    oneOf("mode", settings.mode(), violations, ListenerSettings.TCP, ListenerSettings.HTTP);
    upstream("upstream", settings.upstream(), violations);
    upstreamTls(settings, violations);
    certificates("certificates", settings.certificates(), violations);
    if (parts.profiles().find(settings.tlsProfile()).isEmpty()
        && !stored.exists(ResourceType.TLS_PROFILE, settings.tlsProfile())) {
      violations.reject("tlsProfile", missing("tls profile", settings.tlsProfile()));
    }
    policy("clientAuthPolicy", settings.clientAuthPolicy(), violations);
    routes(settings, violations);
    http(settings, violations);
    alpn(settings, violations);
    behaviour(settings, violations);
    limits(settings.limits(), violations);
    violations.throwIfAny();
  }

  private static void endpoint(
      ListenerSettings settings,
      List<StoredObject<ListenerSettings>> others,
      Violations violations) {
    boolean address = NetUtil.createByteArrayFromIpAddressString(settings.address()) != null;
    violations.require(
        address, "address", "'%s' (expected: an IP address)".formatted(settings.address()));
    int port = settings.port();
    if (port < 0 || port > 65_535) {
      violations.reject(
          "port",
          (port == ListenerSettings.MISSING ? "missing" : String.valueOf(port))
              + " (expected: 0..65535)");
    } else if (address && port != 0 && settings.enabled()) {
      portInUse(settings, others, violations);
    }
  }

  private static void portInUse(
      ListenerSettings settings,
      List<StoredObject<ListenerSettings>> others,
      Violations violations) {
    boolean ownedAlready = false;
    for (StoredObject<ListenerSettings> other : others) {
      ListenerSettings value = other.value();
      if (!value.port().equals(settings.port()) || !value.enabled()) {
        continue;
      }
      if (other.name().equals(settings.name())) {
        ownedAlready = true;
      } else if (overlap(value.address(), settings.address())) {
        violations.reject(
            "port",
            "%d is used by listener '%s' on %s (expected: a free port)"
                .formatted(settings.port(), other.name(), value.address()));
        return;
      }
    }
    if (!ownedAlready) {
      probe(settings, violations);
    }
  }

  private static boolean overlap(String one, String other) {
    return one.equals(other) || isWildcard(one) || isWildcard(other);
  }

  private static boolean isWildcard(String address) {
    return address.equals("0.0.0.0") || address.equals("::");
  }

  private static void probe(ListenerSettings settings, Violations violations) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      byte[] address = NetUtil.createByteArrayFromIpAddressString(settings.address());
      socket.bind(new InetSocketAddress(InetAddress.getByAddress(address), settings.port()));
    } catch (IOException e) {
      violations.reject(
          "port",
          "%d on %s cannot be listened on: %s (expected: a free port of this host)"
              .formatted(settings.port(), settings.address(), e.getMessage()));
    }
  }

  private static void oneOf(String field, String found, Violations violations, String... expected) {
    if (!List.of(expected).contains(found)) {
      violations.reject(
          field, "'%s' (expected: %s)".formatted(found, String.join(" or ", expected)));
    }
  }

  private static void upstream(String field, String text, Violations violations) {
    try {
      UpstreamAddress.parse(text);
    } catch (IllegalArgumentException e) {
      violations.reject(field, String.valueOf(e.getMessage()));
    }
  }

  private void upstreamTls(ListenerSettings settings, Violations violations) {
    ListenerSettings.UpstreamTls tls = settings.upstreamTls();
    if (tls == null) {
      return;
    }
    boolean used =
        settings.upstream().startsWith("tls:")
            || settings.routes().stream()
                .anyMatch(it -> it.upstream() != null && it.upstream().startsWith("tls:"));
    violations.require(
        used, "upstreamTls", "no upstream is a tls:// one (expected: none, or such an upstream)");
    if (tls.trustBundle() != null
        && parts.trustBundles().certificates(tls.trustBundle()).isEmpty()
        && !stored.exists(ResourceType.TRUST_BUNDLE, tls.trustBundle())) {
      violations.reject("upstreamTls.trustBundle", missing("trust bundle", tls.trustBundle()));
    }
    if (tls.certificate() != null) {
      certificates("upstreamTls.certificate", List.of(tls.certificate()), violations);
    }
    if (tls.serverName() != null && !ServerNamePattern.isValid(tls.serverName())) {
      violations.reject(
          "upstreamTls.serverName", "'%s' (expected: a DNS name)".formatted(tls.serverName()));
    }
  }

  private void certificates(String field, List<String> names, Violations violations) {
    for (String name : names) {
      if (parts.certificates().current(name).isEmpty()
          && !stored.exists(ResourceType.CERTIFICATE, name)) {
        violations.reject(field, missing("certificate", name) + ", or none was signed for it yet");
      }
    }
    violations.require(
        new HashSet<>(names).size() == names.size(),
        field,
        "%s (expected: each name once)".formatted(names));
  }

  private void policy(String field, @Nullable String name, Violations violations) {
    if (name != null
        && parts.policies().find(name).isEmpty()
        && !stored.exists(ResourceType.CLIENT_AUTH_POLICY, name)) {
      violations.reject(field, missing("client auth policy", name));
    }
  }

  private static String missing(String kind, String name) {
    return "there is no %s '%s'".formatted(kind, name);
  }

  private void routes(ListenerSettings settings, Violations violations) {
    Map<String, Integer> seen = new HashMap<>();
    violations.require(
        settings.routes().size() <= MAX_ROUTES,
        "routes",
        "%d (expected: at most %d)".formatted(settings.routes().size(), MAX_ROUTES));
    boolean allHaveCertificates = !settings.routes().isEmpty();
    for (int i = 0; i < settings.routes().size(); i++) {
      ListenerSettings.Route route = settings.routes().get(i);
      String field = "routes[" + i + "].";
      String pattern = route.serverName();
      if (!ServerNamePattern.isValid(pattern)) {
        violations.reject(
            field + "serverName",
            "'%s' (expected: %s)".formatted(pattern, ServerNamePattern.EXPECTED));
      }
      Integer first = seen.putIfAbsent(pattern, i);
      if (first != null) {
        violations.reject(
            field + "serverName",
            "'%s' is shadowed by routes[%d] (expected: each server name once)"
                .formatted(pattern, first));
      }
      certificates(field + "certificates", route.certificates(), violations);
      policy(field + "clientAuthPolicy", route.clientAuthPolicy(), violations);
      if (route.upstream() != null) {
        upstream(field + "upstream", route.upstream(), violations);
      }
      allHaveCertificates &= !route.certificates().isEmpty();
    }
    violations.require(
        !settings.certificates().isEmpty() || allHaveCertificates,
        "certificates",
        "none (expected: at least one, unless every route has its own)");
  }

  private void http(ListenerSettings settings, Violations violations) {
    boolean http = settings.mode().equals(ListenerSettings.HTTP);
    violations.require(
        http || settings.protectedPaths().isEmpty(),
        "protectedPaths",
        "paths are known on an http listener only (expected: mode http, or none)");
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < settings.protectedPaths().size(); i++) {
      ListenerSettings.ProtectedPath path = settings.protectedPaths().get(i);
      String field = "protectedPaths[" + i + "].";
      try {
        PathPatternParser.defaultInstance.parse(path.path());
        violations.require(
            path.path().startsWith("/"),
            field + "path",
            "'%s' (expected: a pattern that begins with /)".formatted(path.path()));
      } catch (PatternParseException e) {
        violations.reject(
            field + "path",
            "'%s' (expected: a path pattern such as /admin/**): %s"
                .formatted(path.path(), e.getMessage()));
      }
      violations.require(
          seen.add(path.path()),
          field + "path",
          "'%s' is there already (expected: each path once)".formatted(path.path()));
      policy(field + "clientAuthPolicy", path.clientAuthPolicy(), violations);
    }
  }

  private static void alpn(ListenerSettings settings, Violations violations) {
    boolean http = settings.mode().equals(ListenerSettings.HTTP);
    for (int i = 0; i < settings.alpn().size(); i++) {
      String name = settings.alpn().get(i);
      int length = name.getBytes(StandardCharsets.UTF_8).length;
      violations.require(
          length >= 1 && length <= 255,
          "alpn[" + i + "]",
          "%d bytes (expected: 1..255)".formatted(length));
      violations.require(
          !http || name.equals("http/1.1"),
          "alpn[" + i + "]",
          "'%s' (expected on an http listener: http/1.1)".formatted(name));
    }
    violations.require(
        new HashSet<>(settings.alpn()).size() == settings.alpn().size(),
        "alpn",
        "%s (expected: each name once)".formatted(settings.alpn()));
  }

  private static void behaviour(ListenerSettings settings, Violations violations) {
    oneOf("proxyProtocol.send", settings.proxyProtocol().send(), violations, "none", "v1", "v2");
    oneOf(
        "renegotiation.clientInitiated",
        settings.renegotiation().clientInitiated(),
        violations,
        ListenerSettings.Renegotiation.DENY,
        ListenerSettings.Renegotiation.ALLOW);
    range(
        "renegotiation.maxPerMinute",
        settings.renegotiation().maxPerMinute(),
        1,
        10_000,
        violations);
    ListenerSettings.RekeyAfter rekey = settings.rekeyAfter();
    if (rekey != null && rekey.bytes() != null) {
      violations.require(
          rekey.bytes() >= 1 << 20,
          "rekeyAfter.bytes",
          "%d (expected: at least 1048576)".formatted(rekey.bytes()));
    }
    if (rekey != null && rekey.duration() != null) {
      duration(
          "rekeyAfter.duration",
          rekey.duration(),
          Duration.ofSeconds(10),
          MAX_IDLE_TIMEOUT,
          violations);
    }
  }

  private static void limits(ListenerSettings.Limits limits, Violations violations) {
    range("limits.connections", limits.connections(), 1, MAX_LIMIT, violations);
    range("limits.handshakesInProgress", limits.handshakesInProgress(), 1, MAX_LIMIT, violations);
    duration(
        "limits.handshakeTimeout",
        limits.handshakeTimeout(),
        Duration.ofMillis(100),
        MAX_HANDSHAKE_TIMEOUT,
        violations);
    duration(
        "limits.idleTimeout",
        limits.idleTimeout(),
        Duration.ofMillis(100),
        MAX_IDLE_TIMEOUT,
        violations);
    Integer rate = limits.newConnectionsPerSecondPerAddress();
    if (rate != null) {
      range("limits.newConnectionsPerSecondPerAddress", rate, 1, MAX_LIMIT, violations);
    }
  }

  private static void range(String field, int found, int least, int most, Violations violations) {
    violations.require(
        found >= least && found <= most,
        field,
        "%d (expected: %d..%d)".formatted(found, least, most));
  }

  private static void duration(
      String field, Duration found, Duration least, Duration most, Violations violations) {
    violations.require(
        found.compareTo(least) >= 0 && found.compareTo(most) <= 0,
        field,
        "%s (expected: %s..%s)".formatted(found, least, most));
  }
}
