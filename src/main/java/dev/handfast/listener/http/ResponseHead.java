package dev.handfast.listener.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;

/** Makes an upstream's response one of ours to the client: its framing, its connection fields. */
final class ResponseHead {

  private ResponseHead() {}

  private static boolean isInformational(HttpResponse response) {
    return response.status().codeClass() == HttpStatusClass.INFORMATIONAL
        && !response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS);
  }

  /** Rewrites the head in place; decides whether the client's connection stays open. */
  static void relay(HttpResponse response, Exchange exchange) {
    if (isInformational(response)) {
      exchange.informational(true);
      return;
    }
    boolean upgrade =
        response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)
            && exchange.asksForWebSocket()
            && HopByHop.upgradesToWebSocket(response);
    exchange.responseStarted(HttpUtil.isKeepAlive(response));
    HttpHeaders headers = response.headers();
    HopByHop.removeFrom(headers);
    response.setProtocolVersion(HttpVersion.HTTP_1_1);
    if (upgrade) {
      HopByHop.keepWebSocketUpgrade(headers);
      exchange.upgraded();
      return;
    }
    frame(response, exchange);
    if (!exchange.keepAlive()) {
      headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    } else if (exchange.oldClient()) {
      headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
    }
  }

  private static void frame(HttpResponse response, Exchange exchange) {
    if (hasNoBody(response, exchange)) {
      return;
    }
    boolean chunked = HttpUtil.isTransferEncodingChunked(response);
    boolean counted = response.headers().contains(HttpHeaderNames.CONTENT_LENGTH);
    if (exchange.oldClient() && (chunked || !counted)) {
      HttpUtil.setTransferEncodingChunked(response, false);
      exchange.closeAfterwards();
    } else if (!chunked && !counted) {
      HttpUtil.setTransferEncodingChunked(response, true);
    }
  }

  private static boolean hasNoBody(HttpResponse response, Exchange exchange) {
    return exchange.isHead()
        || response.status().equals(HttpResponseStatus.NO_CONTENT)
        || response.status().equals(HttpResponseStatus.NOT_MODIFIED);
  }
}
