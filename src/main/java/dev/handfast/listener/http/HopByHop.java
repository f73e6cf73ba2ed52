package dev.handfast.listener.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import java.util.List;

/** What concerns one connection only and is not relayed (RFC 9110 section 7.6.1). */
final class HopByHop {

  private HopByHop() {}

  /**
   * Removes the fields of one hop, and those that Connection names. Transfer-Encoding stays: the
   * codec of the next hop frames the same body by it.
   */
  static void removeFrom(HttpHeaders headers) {
    List<String> connection = headers.getAllAsString(HttpHeaderNames.CONNECTION);
    for (String value : connection) {
      for (String name : value.split(",", -1)) {
        String field = name.strip();
        if (!field.isEmpty() && !framesTheBody(field)) {
          headers.remove(field);
        }
      }
    }
    headers.remove(HttpHeaderNames.CONNECTION);
    headers.remove("Keep-Alive");
    headers.remove("Proxy-Connection");
    headers.remove(HttpHeaderNames.PROXY_AUTHENTICATE);
    headers.remove(HttpHeaderNames.PROXY_AUTHORIZATION);
    headers.remove(HttpHeaderNames.TE);
    headers.remove(HttpHeaderNames.UPGRADE);
  }

  /** Whether the message asks for, or answers with, the WebSocket protocol; no other upgrade is. */
  static boolean upgradesToWebSocket(HttpMessage message) {
    return message
            .headers()
            .containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)
        && HttpHeaderValues.WEBSOCKET.contentEqualsIgnoreCase(
            message.headers().get(HttpHeaderNames.UPGRADE, ""));
  }

  static void keepWebSocketUpgrade(HttpHeaders headers) {
    headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
    headers.set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET);
  }

  private static boolean framesTheBody(String field) {
    return HttpHeaderNames.CONTENT_LENGTH.contentEqualsIgnoreCase(field)
        || HttpHeaderNames.TRANSFER_ENCODING.contentEqualsIgnoreCase(field)
        || HttpHeaderNames.HOST.contentEqualsIgnoreCase(field);
  }
}
