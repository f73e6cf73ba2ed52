package dev.handfast.listener.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;

/**
 * Tells an upstream that has said all from one that was cut off, before the codec takes either end
 * for the end of an answer without a length (RFC 9112 sections 8 and 9.8). Event loop only.
 */
final class UpstreamEnd extends ChannelInboundHandlerAdapter {

  private final HttpRelay relay;

  UpstreamEnd(HttpRelay relay) {
    this.relay = relay;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof SslCloseCompletionEvent closed) {
      end(context, closed.isSuccess());
    } else if (event instanceof ChannelInputShutdownEvent) {
      // With TLS the end was told by close_notify, or it is none.
      end(context, context.pipeline().get(SslHandler.class) == null);
    } else {
      context.fireUserEventTriggered(event);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    end(context, false);
  }

  /** What came before was decoded before; closing has the codec tell of the end. */
  private void end(ChannelHandlerContext context, boolean complete) {
    if (!complete) {
      relay.upstreamClosed(context.channel());
    }
    context.close();
  }
}
