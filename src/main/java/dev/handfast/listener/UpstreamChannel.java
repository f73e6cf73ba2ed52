package dev.handfast.listener;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;

/** The upstream's side of a relay, on the client's event loop. */
final class UpstreamChannel extends ChannelInboundHandlerAdapter {

  private final Channel channel;
  private final UpstreamConnector.Listener listener;
  private final ReadGate reads;
  private boolean closing;

  UpstreamChannel(Channel channel, UpstreamConnector.Listener listener) {
    this.channel = channel;
    this.listener = listener;
    this.reads = new ReadGate(channel);
  }

  ReadGate reads() {
    return reads;
  }

  Channel channel() {
    return channel;
  }

  /** Takes the buffer; it is sent with the next flush. */
  void write(ByteBuf bytes) {
    channel.write(bytes, channel.voidPromise());
  }

  void flush() {
    channel.flush();
  }

  boolean isWritable() {
    return channel.isWritable();
  }

  /** No more is sent, after what was written. */
  void closeOutput() {
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls != null) {
      channel.flush();
      tls.closeOutbound();
      return;
    }
    channel
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(
            (ChannelFutureListener)
                done -> {
                  // Now the end of input is the end of the connection, with nothing left to shut.
                  channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
                  OutputEnd.send(channel);
                });
  }

  /** Closes after what was written; nothing is told to the listener any more. */
  void close() {
    if (!closing) {
      closing = true;
      reads.open();
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (closing) {
      ((ByteBuf) message).release();
    } else {
      listener.read((ByteBuf) message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (!closing) {
      listener.readComplete();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (!closing) {
      listener.writabilityChanged(channel.isWritable());
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    boolean over =
        event instanceof ChannelInputShutdownEvent
            || event instanceof SslCloseCompletionEvent completed && completed.isSuccess();
    if (over && !closing) {
      listener.inputClosed();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (!closing) {
      closing = true;
      listener.closed();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!closing) {
      closing = true;
      listener.broken(cause);
    }
    ctx.close();
  }
}
