package dev.handfast.listener.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.ssl.SslCloseCompletionEvent;

/** After 101 Switching Protocols: bytes both ways, as they are. Event loop only. */
final class WebSocketTunnel extends ChannelInboundHandlerAdapter {

  private final Channel peer;
  private final Reading reading;
  private final Reading peerReading;

  private WebSocketTunnel(Channel peer, Reading reading, Reading peerReading) {
    this.peer = peer;
    this.reading = reading;
    this.peerReading = peerReading;
  }

  /** Of one side: on and on, or no longer. */
  private interface Reading {
    void freely(boolean on);
  }

  /** Takes HTTP out of both pipelines; bytes that the codecs still hold are relayed first. */
  static void replace(ChannelPipeline client, HttpConnection connection, ChannelPipeline upstream) {
    Reading fromClient = connection::readFreely;
    Reading fromUpstream = upstream.channel().config()::setAutoRead;
    client.replace(
        HttpRelay.class, null, new WebSocketTunnel(upstream.channel(), fromClient, fromUpstream));
    upstream.replace(
        UpstreamResponses.class,
        null,
        new WebSocketTunnel(client.channel(), fromUpstream, fromClient));
    client.remove(FlowControlHandler.class);
    client.remove(HttpServerCodec.class);
    upstream.remove(UpstreamEnd.class);
    upstream.remove(HttpClientCodec.class);
    fromClient.freely(true);
    fromUpstream.freely(true);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    peer.writeAndFlush(message);
    if (!peer.isWritable()) {
      reading.freely(false);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (context.channel().isWritable()) {
      peerReading.freely(true);
    }
    context.fireChannelWritabilityChanged();
  }

  /** A WebSocket has no half: who says no more has closed it (RFC 6455 section 7.1.1). */
  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent || event instanceof SslCloseCompletionEvent) {
      peer.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
    context.fireUserEventTriggered(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    peer.close();
    context.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
    peer.close();
  }
}
