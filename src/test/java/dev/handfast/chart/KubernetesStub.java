package dev.handfast.chart;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * As much of the Kubernetes API as Helm needs to install, upgrade and uninstall: discovery, and
 * objects that are kept as they are sent. Nothing is scheduled or checked.
 */
class KubernetesStub implements AutoCloseable {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Pattern OBJECTS =
      Pattern.compile("/(?:api|apis)/(.+)/namespaces/([^/]+)/([^/]+)(?:/([^/]+))?");

  /** Plural names and kinds, by group and version. */
  private static final Map<String, Map<String, String>> KINDS =
      Map.of(
          "v1",
          Map.of(
              "configmaps", "ConfigMap",
              "pods", "Pod",
              "secrets", "Secret",
              "serviceaccounts", "ServiceAccount",
              "services", "Service"),
          "apps/v1",
          Map.of("deployments", "Deployment", "statefulsets", "StatefulSet"),
          "autoscaling/v2",
          Map.of("horizontalpodautoscalers", "HorizontalPodAutoscaler"),
          "monitoring.coreos.com/v1",
          Map.of("prometheusrules", "PrometheusRule", "servicemonitors", "ServiceMonitor"),
          "networking.k8s.io/v1",
          Map.of("networkpolicies", "NetworkPolicy"),
          "policy/v1",
          Map.of("poddisruptionbudgets", "PodDisruptionBudget"));

  private final ConcurrentMap<String, ObjectNode> objects = new ConcurrentHashMap<>();
  private final HttpServer server;
  private final String version;

  KubernetesStub(String version) throws IOException {
    this.version = version;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  /** A kubeconfig for this API. */
  String kubeConfig() {
    return """
    apiVersion: v1
    kind: Config
    current-context: stub
    clusters: [{name: stub, cluster: {server: "http://127.0.0.1:%d"}}]
    contexts: [{name: stub, context: {cluster: stub, user: stub}}]
    users: [{name: stub, user: {}}]
    """
        .formatted(server.getAddress().getPort());
  }

  /** The object as it is kept, for example {@code secrets} named {@code edge}. */
  Optional<JsonNode> object(String plural, String name) {
    return objects.entrySet().stream()
        .filter(entry -> entry.getKey().endsWith("/" + plural + "/" + name))
        .<JsonNode>map(Map.Entry::getValue)
        .findFirst();
  }

  /** What Helm rendered for the newest revision of a release: its manifest and its hooks. */
  String rendered(String release) throws IOException {
    JsonNode record =
        objects.values().stream()
            .filter(object -> object.at("/type").asString().equals("helm.sh/release.v1"))
            .filter(object -> object.at("/metadata/labels/name").asString().equals(release))
            .max((a, b) -> Integer.compare(revision(a), revision(b)))
            .orElseThrow(() -> new AssertionError("no release " + release));
    // Kubernetes' Base64 around Helm's own around gzip.
    byte[] encoded = Base64.getDecoder().decode(record.at("/data/release").asString());
    byte[] zipped = Base64.getDecoder().decode(encoded);
    try (InputStream unzipped = new GZIPInputStream(new ByteArrayInputStream(zipped))) {
      JsonNode content = JSON.readTree(unzipped);
      return Stream.concat(
              Stream.of(content.at("/manifest").asString()),
              content.path("hooks").valueStream().map(hook -> hook.at("/manifest").asString()))
          .collect(Collectors.joining("\n---\n"));
    }
  }

  private static int revision(JsonNode release) {
    return Integer.parseInt(release.at("/metadata/labels/version").asString());
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      Matcher matcher = OBJECTS.matcher(path);
      if (!matcher.matches()) {
        answer(exchange, discovery(path).orElse(null));
        return;
      }
      switch (exchange.getRequestMethod()) {
        case "GET" ->
            answer(
                exchange,
                matcher.group(4) == null
                    ? list(exchange, path, matcher.group(1), matcher.group(3))
                    : objects.get(path));
        case "POST" -> {
          ObjectNode object = body(exchange);
          objects.put(path + "/" + object.at("/metadata/name").asString(), object);
          answer(exchange, object);
        }
        case "PUT" -> {
          ObjectNode object = body(exchange);
          objects.put(path, object);
          answer(exchange, object);
        }
        case "PATCH" -> {
          ObjectNode patch = body(exchange);
          answer(exchange, objects.computeIfPresent(path, (p, o) -> merge(o, patch)));
        }
        case "DELETE" -> answer(exchange, objects.remove(path));
        default -> throw new IllegalStateException(exchange.getRequestMethod() + " " + path);
      }
    }
  }

  private static ObjectNode body(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    return ProtobufSecret.CONTENT_TYPE.equals(type)
        ? ProtobufSecret.toJson(body)
        : (ObjectNode) JSON.readTree(body);
  }

  private Optional<JsonNode> discovery(String path) {
    return switch (path) {
      case "/version" -> Optional.of(JSON.createObjectNode().put("gitVersion", version));
      case "/api" -> Optional.of(JSON.valueToTree(Map.of("versions", List.of("v1"))));
      case "/apis" -> Optional.of(groups());
      default -> resources(path.replaceFirst("/apis?/", ""));
    };
  }

  private static JsonNode groups() {
    List<Object> groups = new ArrayList<>();
    for (String groupVersion : KINDS.keySet()) {
      String[] parts = groupVersion.split("/");
      if (parts.length == 2) {
        Map<String, String> served = Map.of("groupVersion", groupVersion, "version", parts[1]);
        groups.add(
            Map.of("name", parts[0], "versions", List.of(served), "preferredVersion", served));
      }
    }
    return JSON.valueToTree(Map.of("kind", "APIGroupList", "groups", groups));
  }

  private static Optional<JsonNode> resources(String groupVersion) {
    return Optional.ofNullable(KINDS.get(groupVersion))
        .map(
            kinds ->
                kinds.entrySet().stream()
                    .map(
                        entry ->
                            Map.of(
                                "name", entry.getKey(),
                                "singularName", "",
                                "namespaced", true,
                                "kind", entry.getValue(),
                                "verbs", List.of("get", "list", "create", "patch", "delete")))
                    .toList())
        .map(
            list ->
                JSON.valueToTree(
                    Map.of(
                        "kind", "APIResourceList",
                        "groupVersion", groupVersion,
                        "resources", list)));
  }

  private JsonNode list(HttpExchange exchange, String path, String groupVersion, String plural) {
    String query = Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse("");
    List<String[]> selector =
        Stream.of(query.split("&"))
            .filter(parameter -> parameter.startsWith("labelSelector="))
            .map(p -> URLDecoder.decode(p.substring(14), StandardCharsets.UTF_8))
            .flatMap(labels -> Stream.of(labels.split(",")))
            .map(label -> label.split("="))
            .toList();
    ArrayNode items = JSON.createArrayNode();
    objects.forEach(
        (key, object) -> {
          JsonNode labels = object.at("/metadata/labels");
          if (key.startsWith(path + "/")
              && selector.stream().allMatch(l -> labels.path(l[0]).asString("").equals(l[1]))) {
            items.add(object);
          }
        });
    ObjectNode list = JSON.createObjectNode().put("apiVersion", groupVersion);
    list.put("kind", KINDS.getOrDefault(groupVersion, Map.of()).get(plural) + "List");
    list.set("items", items);
    return list;
  }

  /** RFC 7396; lists are replaced as a whole. */
  private static ObjectNode merge(ObjectNode target, JsonNode patch) {
    ObjectNode merged = target.deepCopy();
    patch.forEachEntry(
        (name, value) -> {
          if (value.isNull()) {
            merged.remove(name);
          } else if (value.isObject() && merged.get(name) instanceof ObjectNode child) {
            merged.set(name, merge(child, value));
          } else {
            merged.set(name, value);
          }
        });
    return merged;
  }

  private static void answer(HttpExchange exchange, @Nullable JsonNode body) throws IOException {
    JsonNode answer =
        body != null
            ? body
            : JSON.valueToTree(
                Map.of(
                    "kind", "Status",
                    "apiVersion", "v1",
                    "status", "Failure",
                    "reason", "NotFound",
                    "code", 404));
    byte[] bytes = JSON.writeValueAsBytes(answer);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(body != null ? 200 : 404, bytes.length);
    exchange.getResponseBody().write(bytes);
  }
}
