package dev.handfast.listener.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;

/** Makes a client's request one of ours to the upstream: its target, and who it comes from. */
final class RequestHead {

  private RequestHead() {}

  /** Rewrites the head in place; what the client said about itself is replaced by what we know. */
  static void relay(Exchange exchange, RequestTarget target, HttpConnection connection) {
    HttpHeaders headers = exchange.request().headers();
    IdentityHeaders.removeFrom(headers);
    HopByHop.removeFrom(headers);
    if (exchange.oldClient()) {
      // It waits for no answer to it, and would take one for the whole (RFC 9110 section 10.1.1).
      headers.remove(HttpHeaderNames.EXPECT);
    }
    if (exchange.asksForWebSocket()) {
      HopByHop.keepWebSocketUpgrade(headers);
    }
    exchange.request().setUri(target.uri()).setProtocolVersion(HttpVersion.HTTP_1_1);
    headers
        .set(HttpHeaderNames.HOST, target.host())
        .set("X-Forwarded-For", connection.clientAddress().getAddress().getHostAddress())
        .set("X-Forwarded-Proto", "https")
        .set("X-Forwarded-Host", target.host())
        .set("X-Forwarded-Port", connection.localPort());
    IdentityHeaders.addTo(headers, connection.clientChain());
  }

  /** An upstream may merge them with the head (RFC 9110 section 6.5.1), and so with our fields. */
  static void dropTrailers(LastHttpContent last) {
    if (!last.trailingHeaders().isEmpty()) {
      last.trailingHeaders().clear();
    }
  }
}
