package dev.handfast.listener;

import dev.handfast.engine.ServerEngine;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import java.nio.channels.ClosedChannelException;

/**
 * The way to the client: plaintext through the engine, ciphertext to the channel; allocates nothing
 * but what the socket needs. Used by the event loop, while no worker has the engine.
 */
final class EngineOutput {

  /** As much as fits into one record. */
  private static final int FRAGMENT = 1 << 14;

  private static final int WRITABILITY_BIT = 1;

  private final ServerEngine engine;
  private final GatewayConnection connection;
  private boolean closed;

  EngineOutput(ServerEngine engine, GatewayConnection connection) {
    this.engine = engine;
    this.connection = connection;
  }

  /** Encrypts, and releases; what was closed before refuses. */
  void send(ChannelHandlerContext ctx, ByteBuf plaintext, ChannelPromise promise) {
    try {
      if (closed) {
        if (!promise.isVoid()) {
          promise.tryFailure(new ClosedChannelException());
        }
        return;
      }
      encrypt(ctx, plaintext);
      if (!promise.isVoid()) {
        promise.trySuccess();
      }
    } finally {
      plaintext.release();
    }
    if (engine.pendingHeld() > 0) {
      congested(ctx, true);
    }
  }

  /** Encrypts, and writes when there is enough for it; the rest goes with the next flush. */
  private void encrypt(ChannelHandlerContext ctx, ByteBuf plaintext) {
    while (plaintext.isReadable()) {
      int length = Math.min(plaintext.readableBytes(), FRAGMENT);
      engine.send(plaintext.nioBuffer(plaintext.readerIndex(), length));
      plaintext.skipBytes(length);
      connection.sent(length);
      if (engine.pendingCiphertext() > FRAGMENT) {
        write(ctx);
      }
    }
  }

  /** Writes all ciphertext that waits, without flushing. */
  private void write(ChannelHandlerContext ctx) {
    int pending;
    while ((pending = engine.pendingCiphertext()) > 0) {
      ByteBuf ciphertext = ctx.alloc().ioBuffer(pending, pending);
      int length = engine.takeCiphertext(ciphertext.internalNioBuffer(0, pending));
      ctx.write(ciphertext.writerIndex(length), ctx.voidPromise());
    }
  }

  /** Writes and flushes all ciphertext that waits. */
  void flush(ChannelHandlerContext ctx) {
    write(ctx);
    ctx.flush();
  }

  /** Says close_notify, unless that was done; nothing is taken any more. */
  void sayGoodbye() {
    if (!closed) {
      closed = true;
      engine.closeOutput();
    }
  }

  /** Says close_notify, unless that was done, and ends the output of the socket after it. */
  void shutDown(ChannelHandlerContext ctx) {
    if (closed) {
      return;
    }
    sayGoodbye();
    write(ctx);
    ctx.writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener((ChannelFutureListener) written -> OutputEnd.send(ctx.channel()));
  }

  /** Nothing is taken any more: the connection has ended. */
  void end() {
    closed = true;
  }

  /** Makes the channel unwritable, whatever its buffer says, or no longer. */
  static void congested(ChannelHandlerContext ctx, boolean congested) {
    ChannelOutboundBuffer buffer = ctx.channel().unsafe().outboundBuffer();
    if (buffer != null) {
      buffer.setUserDefinedWritability(WRITABILITY_BIT, !congested);
    }
  }
}
