package dev.handfast.listener;

import dev.handfast.engine.ServerEngine.Alerts;
import dev.handfast.handshake.Alert;
import dev.handfast.handshake.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** What is said to a client for whom no engine was made. */
final class FirstAlert {

  static final Alerts NONE = new Alerts(null, null);

  private static final int ALERT_RECORD = 21;
  private static final int TLS_1_2 = 0x0303;
  private static final int ALERT_LENGTH = 2;
  private static final int FATAL = 2;

  private static final String HTTP_BODY =
      "This port speaks TLS. The request came in plaintext; use https:// instead.\n";
  private static final byte[] HTTP_ANSWER =
      ("HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\n"
              + "Content-Length: "
              + HTTP_BODY.length()
              + "\r\nConnection: close\r\n\r\n"
              + HTTP_BODY)
          .getBytes(StandardCharsets.US_ASCII);

  private FirstAlert() {}

  /** The bytes that answer: an alert record, HTTP for an HTTP request, or nothing. */
  static ByteBuf answer(ByteBufAllocator allocator, Reason reason) {
    if (reason == Reason.HTTP_REQUEST) {
      return Unpooled.wrappedBuffer(HTTP_ANSWER);
    }
    return reason
        .alert(null)
        .map(
            alert ->
                allocator
                    .ioBuffer(7)
                    .writeByte(ALERT_RECORD)
                    .writeShort(TLS_1_2)
                    .writeShort(ALERT_LENGTH)
                    .writeByte(FATAL)
                    .writeByte(alert.code()))
        .orElse(Unpooled.EMPTY_BUFFER);
  }

  /** What {@link #answer} sends, for the record. */
  static Alerts alertsOf(Reason reason) {
    Alert sent = reason.alert(null).orElse(null);
    return new Alerts(sent, null);
  }
}
