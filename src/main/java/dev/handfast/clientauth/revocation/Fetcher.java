package dev.handfast.clientauth.revocation;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.stereotype.Component;

/**
 * Fetches over http and https within bounds of size, time and concurrency. Blocks; called on
 * virtual threads only. The URLs come from administrators and from certificates that a trusted CA
 * issued; still it does not connect to where cloud metadata is served.
 */
@Component
class Fetcher {

  private static final int MAX_REDIRECTS = 3;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  private final RevocationProperties properties;
  private final HttpClient client;
  private final Semaphore permits;

  Fetcher(RevocationProperties properties) {
    this.properties = properties;
    this.permits = new Semaphore(properties.maxConcurrentFetches());
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(properties.connectTimeout())
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  /** Fetches with GET; follows redirects, but not from https to http. */
  byte[] get(URI url, int maxBytes, Duration timeout) throws FetchException {
    long deadline = System.nanoTime() + timeout.toNanos();
    URI next = url;
    for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      HttpResponse<byte[]> response =
          exchange(HttpRequest.newBuilder(next).GET(), next, maxBytes, deadline);
      if (!REDIRECTS.contains(response.statusCode())) {
        return body(response, next);
      }
      next = redirected(next, response);
    }
    throw new FetchException(url + " redirects more than " + MAX_REDIRECTS + " times");
  }

  /** Fetches with POST; follows no redirect. */
  byte[] post(URI url, String contentType, byte[] content, int maxBytes, Duration timeout)
      throws FetchException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url)
            .header("Content-Type", contentType)
            .POST(BodyPublishers.ofByteArray(content));
    return body(exchange(request, url, maxBytes, System.nanoTime() + timeout.toNanos()), url);
  }

  private HttpResponse<byte[]> exchange(
      HttpRequest.Builder request, URI url, int maxBytes, long deadline) throws FetchException {
    boolean permitted = false;
    try {
      permitted = permits.tryAcquire(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (!permitted) {
        throw new FetchException(
            "%d fetches are in progress already, %s was not asked"
                .formatted(properties.maxConcurrentFetches(), url));
      }
      requireAllowed(url);
      CompletableFuture<HttpResponse<byte[]>> answer =
          client.sendAsync(
              request.build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), maxBytes));
      try {
        return answer.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
      } finally {
        // Ends an exchange that is still running: the body may trickle in for ever.
        answer.cancel(true);
      }
    } catch (TimeoutException e) {
      throw new FetchException(url + " did not answer in time");
    } catch (ExecutionException e) {
      throw new FetchException(explain(url, Objects.requireNonNullElse(e.getCause(), e), maxBytes));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FetchException(url + " was not asked, Handfast is stopping");
    } finally {
      if (permitted) {
        permits.release();
      }
    }
  }

  private void requireAllowed(URI url) throws FetchException {
    String host = url.getHost();
    if (!properties.allowedHosts().isEmpty()
        && properties.allowedHosts().stream().noneMatch(host::equalsIgnoreCase)) {
      throw new FetchException(url + " is not among handfast.revocation.allowed-hosts");
    }
    try {
      for (InetAddress address : InetAddress.getAllByName(host)) {
        if (address.isLinkLocalAddress()
            || address.isMulticastAddress()
            || address.isAnyLocalAddress()) {
          throw new FetchException(
              "%s has the address %s, which is never connected to"
                  .formatted(url, address.getHostAddress()));
        }
      }
    } catch (UnknownHostException e) {
      throw new FetchException(url + " has an unknown host");
    }
  }

  private static URI redirected(URI from, HttpResponse<byte[]> response) throws FetchException {
    Optional<String> location = response.headers().firstValue("Location");
    if (location.isEmpty()) {
      throw new FetchException(from + " redirects to nowhere");
    }
    URI to;
    try {
      to = from.resolve(location.get());
    } catch (IllegalArgumentException e) {
      throw new FetchException(from + " redirects to what is no URL");
    }
    boolean downgrade =
        "https".equalsIgnoreCase(from.getScheme()) && !"https".equalsIgnoreCase(to.getScheme());
    if (!FetchTarget.isFetchable(to) || downgrade) {
      throw new FetchException(
          "%s redirects to a %s URL, which is not followed".formatted(from, to.getScheme()));
    }
    return to;
  }

  private static byte[] body(HttpResponse<byte[]> response, URI url) throws FetchException {
    if (response.statusCode() != 200) {
      throw new FetchException("%s answered %d".formatted(url, response.statusCode()));
    }
    return response.body();
  }

  private static String explain(URI url, Throwable cause, int maxBytes) {
    if (cause instanceof HttpConnectTimeoutException) {
      return url + " did not accept a connection in time";
    }
    if (cause instanceof IOException && String.valueOf(cause.getMessage()).contains("capacity")) {
      return "%s answered more than %d bytes".formatted(url, maxBytes);
    }
    return "%s cannot be reached (%s)".formatted(url, cause.getClass().getSimpleName());
  }
}
