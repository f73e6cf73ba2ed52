package dev.handfast.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** The management API as a user calls it, over HTTP. */
public final class Api {

  private static final JsonMapper JSON = new JsonMapper();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final URI base;
  private final @Nullable String authorization;

  private Api(URI base, @Nullable String authorization) {
    this.base = base;
    this.authorization = authorization;
  }

  /** Calls without credentials. */
  public static Api anonymous(URI base) {
    return new Api(base, null);
  }

  /** Calls with HTTP Basic. */
  public static Api basic(URI base, String user, String password) {
    String credentials = user + ":" + password;
    return new Api(
        base,
        "Basic "
            + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)));
  }

  /** Calls with a bearer token. */
  public static Api bearer(URI base, String token) {
    return new Api(base, "Bearer " + token);
  }

  /** GET; the path begins with a slash: {@code /api/v1/listeners}. */
  public Answer get(String path) {
    return call("GET", path, null, Map.of());
  }

  /** POST of a JSON text. */
  public Answer post(String path, String body) {
    return call("POST", path, body, Map.of());
  }

  /** PUT of a JSON text. */
  public Answer put(String path, String body) {
    return call("PUT", path, body, Map.of());
  }

  /** DELETE. */
  public Answer delete(String path) {
    return call("DELETE", path, null, Map.of());
  }

  /**
   * The sum of a metric's values over all series with these labels, 0 without any.
   *
   * @param labels as exposed: {@code tier="memory"}
   */
  public double metric(String name, String... labels) {
    return get("/actuator/prometheus")
        .expect(200)
        .text()
        .lines()
        .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
        .filter(line -> List.of(labels).stream().allMatch(line::contains))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  /** Any call. */
  public Answer call(
      String method, String path, @Nullable String body, Map<String, String> headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(path))
            .timeout(Duration.ofSeconds(30))
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    if (body != null && !headers.containsKey("Content-Type")) {
      request.header("Content-Type", "application/json");
    }
    headers.forEach(request::header);
    try {
      return new Answer(CLIENT.send(request.build(), BodyHandlers.ofString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** An HTTP answer. */
  public static final class Answer {

    private final HttpResponse<String> response;

    private Answer(HttpResponse<String> response) {
      this.response = response;
    }

    /** The status code. */
    public int status() {
      return response.statusCode();
    }

    /** A header, or the empty string. */
    public String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }

    /** The body as text. */
    public String text() {
      return response.body();
    }

    /** The body as JSON; a missing node if it is empty. */
    public JsonNode json() {
      return text().isBlank() ? MissingNode.getInstance() : JSON.readTree(text());
    }

    /** This answer, if it has the expected status; else a failure that shows the body. */
    public Answer expect(int status) {
      if (status() != status) {
        throw new AssertionError(
            "%s %s answered %d (expected: %d): %s"
                .formatted(response.request().method(), response.uri(), status(), status, text()));
      }
      return this;
    }
  }
}
