package dev.handfast.listener;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Closes a channel so that the last bytes arrive: closing a socket with unread input sends a reset,
 * which destroys the alert on its way. So the output is shut down when all is written, and what the
 * peer still sends is read and thrown away, for a short while.
 */
final class LingeringClose extends ChannelInboundHandlerAdapter {

  private static final long WRITE_MILLIS = 30_000;
  private static final long LINGER_MILLIS = 1_000;
  private static final long MAX_DRAINED_BYTES = 4L << 20;

  private long drained;

  private LingeringClose() {}

  /** Begins, after what was written; on the channel's event loop. Once per channel. */
  static void begin(Channel channel, ReadGate reads) {
    if (!channel.isActive() || channel.pipeline().get(LingeringClose.class) != null) {
      return;
    }
    ChannelFuture written = channel.pipeline().firstContext().writeAndFlush(Unpooled.EMPTY_BUFFER);
    if (written.isDone() && ((DuplexChannel) channel).isInputShutdown()) {
      closeNow(channel);
      return;
    }
    channel.pipeline().addFirst(new LingeringClose());
    reads.open();
    written.addListener(
        (ChannelFutureListener)
            done -> {
              if (((DuplexChannel) channel).isInputShutdown()) {
                closeNow(channel);
              } else {
                OutputEnd.send(channel);
                closeAfter(channel, LINGER_MILLIS);
              }
            });
    if (!written.isDone()) {
      // A peer that reads slowly gets what was meant for it, one that does not read cannot stay.
      closeAfter(channel, WRITE_MILLIS);
    }
  }

  private static void closeAfter(Channel channel, long millis) {
    Future<?> closing =
        channel.eventLoop().schedule(() -> closeNow(channel), millis, TimeUnit.MILLISECONDS);
    // Or else the timer would keep all that belongs to the connection for as long.
    channel.closeFuture().addListener(closed -> closing.cancel(false));
  }

  private static void closeNow(Channel channel) {
    channel.unsafe().close(channel.unsafe().voidPromise());
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof io.netty.buffer.ByteBuf bytes) {
      drained += bytes.readableBytes();
    }
    ReferenceCountUtil.release(message);
    if (drained > MAX_DRAINED_BYTES) {
      closeNow(ctx.channel());
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {}

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      closeNow(ctx.channel());
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    closeNow(ctx.channel());
  }
}
