package dev.handfast.listener.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpObject;
import io.netty.util.ReferenceCountUtil;

/** Hands what the upstream says to the relay. Event loop only. */
final class UpstreamResponses extends ChannelInboundHandlerAdapter {

  private final HttpRelay relay;

  UpstreamResponses(HttpRelay relay) {
    this.relay = relay;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof HttpObject part) {
      relay.fromUpstream(context.channel(), part);
    } else {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    relay.upstreamReadComplete();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (context.channel().isWritable()) {
      relay.upstreamWritable();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    relay.upstreamClosed(context.channel());
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    relay.upstreamClosed(context.channel());
    context.close();
  }
}
