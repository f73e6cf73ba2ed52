package dev.handfast.listener.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What a request is for (RFC 9112 section 3.2), after everything ambiguous was refused.
 *
 * @param uri in origin-form, as the upstream gets it
 * @param path without query
 * @param host for the upstream's Host
 */
record RequestTarget(String uri, String path, String host) {

  /** What every upstream reads alike; RFC 3986 section 3.2.2 would allow more. */
  private static final Pattern HOST =
      Pattern.compile("(?:\\[[0-9A-Fa-f:.]+]|[0-9A-Za-z._-]*)(?::[0-9]{0,5})?");

  /**
   * Reads a request's target.
   *
   * @throws InvalidRequestException with a sentence for the client
   */
  static RequestTarget of(HttpRequest request) throws InvalidRequestException {
    if (request.decoderResult().isFailure()) {
      throw new InvalidRequestException("the request is not valid HTTP/1.1");
    }
    if (request.method().equals(HttpMethod.CONNECT)) {
      throw new InvalidRequestException("CONNECT is not offered here");
    }
    List<String> hosts = request.headers().getAll(HttpHeaderNames.HOST);
    if (hosts.size() > 1
        || (hosts.isEmpty() && request.protocolVersion().equals(HttpVersion.HTTP_1_1))) {
      throw new InvalidRequestException(
          "the request has %d Host fields (expected: one)".formatted(hosts.size()));
    }
    String host = hostOf(hosts.isEmpty() ? "" : hosts.getFirst());
    String uri = request.uri();
    if (uri.indexOf('#') >= 0) {
      throw new InvalidRequestException("the request target has a fragment");
    }
    if (uri.equals("*") && request.method().equals(HttpMethod.OPTIONS)) {
      return new RequestTarget(uri, "/", host);
    }
    if (!uri.startsWith("/")) {
      return ofAbsoluteForm(uri);
    }
    return new RequestTarget(uri, pathOf(uri), host);
  }

  private static RequestTarget ofAbsoluteForm(String text) throws InvalidRequestException {
    try {
      URI uri = new URI(text);
      if (uri.getRawAuthority() == null || uri.getRawUserInfo() != null || uri.isOpaque()) {
        throw new InvalidRequestException("the request target has no host");
      }
      String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
      String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
      return new RequestTarget(path + query, path, hostOf(uri.getRawAuthority()));
    } catch (URISyntaxException e) {
      throw new InvalidRequestException("the request target is neither a path nor a URI");
    }
  }

  private static String hostOf(String text) throws InvalidRequestException {
    if (!HOST.matcher(text).matches()) {
      throw new InvalidRequestException("the host is not a name or an address, and maybe a port");
    }
    return text;
  }

  /** The host as a server name of TLS: in lower case, without port and trailing dot. */
  String serverName() {
    int port = host.startsWith("[") ? -1 : host.indexOf(':');
    String name = (port < 0 ? host : host.substring(0, port)).toLowerCase(Locale.ROOT);
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }

  private static String pathOf(String uri) {
    int query = uri.indexOf('?');
    return query < 0 ? uri : uri.substring(0, query);
  }

  /** A request that is answered with 400. */
  static final class InvalidRequestException extends Exception {

    private final String detail;

    InvalidRequestException(String detail) {
      super(detail, null, false, false);
      this.detail = detail;
    }

    /** A sentence for the client. */
    String detail() {
      return detail;
    }
  }
}
