package dev.handfast.listener.http;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;

/** One request with its response. Event loop only. */
final class Exchange {

  private final HttpRequest request;
  private final boolean oldClient;
  private final boolean webSocket;
  private boolean keepAlive;
  private boolean onReusedUpstream;
  private boolean bodySeen;
  private boolean requestComplete;
  private boolean responseStarted;
  private boolean informational;
  private boolean upgraded;
  private boolean upstreamKeepAlive = true;

  Exchange(HttpRequest request) {
    this.request = request;
    this.oldClient = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
    this.keepAlive = HttpUtil.isKeepAlive(request);
    this.webSocket = !oldClient && HopByHop.upgradesToWebSocket(request);
  }

  HttpRequest request() {
    return request;
  }

  /** Whether the client speaks HTTP/1.0, which knows no chunks. */
  boolean oldClient() {
    return oldClient;
  }

  boolean asksForWebSocket() {
    return webSocket;
  }

  boolean keepAlive() {
    return keepAlive;
  }

  void closeAfterwards() {
    keepAlive = false;
  }

  void sentOn(boolean reusedUpstream) {
    onReusedUpstream = reusedUpstream;
  }

  void bodySeen() {
    bodySeen = true;
  }

  boolean hasBody() {
    return bodySeen;
  }

  void requestComplete() {
    requestComplete = true;
  }

  boolean isRequestComplete() {
    return requestComplete;
  }

  void responseStarted(boolean upstreamStaysOpen) {
    responseStarted = true;
    upstreamKeepAlive = upstreamStaysOpen;
  }

  boolean isResponseStarted() {
    return responseStarted;
  }

  /** Between an informational response and its end; HTTP/1.0 knows none (RFC 9110 section 15.2). */
  void informational(boolean inside) {
    informational = inside;
  }

  boolean isInformational() {
    return informational;
  }

  void upgraded() {
    upgraded = true;
  }

  boolean isUpgraded() {
    return upgraded;
  }

  boolean isHead() {
    return request.method().equals(HttpMethod.HEAD);
  }

  boolean upstreamStaysOpen() {
    return upstreamKeepAlive;
  }

  /**
   * Whether it may be sent again: a kept upstream connection may have been closed just then, and
   * nothing was asked that could have an effect (RFC 9110 section 9.2.2).
   */
  boolean mayRetry() {
    return onReusedUpstream
        && !responseStarted
        && !bodySeen
        && (isHead() || request.method().equals(HttpMethod.GET));
  }
}
