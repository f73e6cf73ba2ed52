package dev.handfast.listener;

import dev.handfast.handshake.Handshake;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;

/** Answers any HTTP request with the caller's own last handshake: JSON, or a page to a browser. */
final class InspectHandler extends SimpleChannelInboundHandler<FullHttpRequest> {

  private final GatewayConnection connection;
  private final ConnectionServices services;

  InspectHandler(GatewayConnection connection, ConnectionServices services) {
    this.connection = connection;
    this.services = services;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
    if (!request.decoderResult().isSuccess()) {
      answer(ctx, request, HttpResponseStatus.BAD_REQUEST, "text/plain", text("not HTTP/1.1\n"));
      ctx.close();
      return;
    }
    Handshake handshake = connection.shownHandshake();
    if (handshake == null) {
      answer(ctx, request, HttpResponseStatus.NOT_FOUND, "text/plain", text("no handshake\n"));
      return;
    }
    byte[] json = services.format().json(handshake);
    if (prefersHtml(request.headers().get(HttpHeaderNames.ACCEPT, ""))) {
      byte[] page = InspectPage.of(handshake, json);
      answer(ctx, request, HttpResponseStatus.OK, "text/html; charset=utf-8", page);
    } else {
      answer(ctx, request, HttpResponseStatus.OK, "application/json", json);
    }
  }

  private static boolean prefersHtml(String accept) {
    int html = accept.indexOf("text/html");
    int json = accept.indexOf("application/json");
    return html >= 0 && (json < 0 || html < json);
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static void answer(
      ChannelHandlerContext ctx,
      FullHttpRequest request,
      HttpResponseStatus status,
      String contentType,
      byte[] body) {
    boolean head = HttpMethod.HEAD.equals(request.method());
    ByteBuf content = head ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body);
    FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, content);
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, contentType)
        .set(HttpHeaderNames.CONTENT_LENGTH, body.length)
        .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
        .set("x-content-type-options", "nosniff")
        .set(
            HttpHeaderNames.CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'")
        .set(HttpHeaderNames.VARY, HttpHeaderNames.ACCEPT);
    ctx.writeAndFlush(response);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    connection.reads().set(ReadGate.Pause.PEER, !ctx.channel().isWritable());
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == EngineHandler.Told.INPUT_CLOSED) {
      ctx.close();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
