package dev.handfast.listener;

import dev.handfast.engine.ServerEngine;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;

/** Moves bytes from an engine to its channel; allocates nothing but what the socket needs. */
final class EngineOutput {

  private static final int ENCRYPTED_ENOUGH = 1 << 15;
  private static final int WRITABILITY_BIT = 1;

  private EngineOutput() {}

  /** Encrypts, and writes when there is enough for it; the rest goes with the next flush. */
  static void encrypt(
      ServerEngine engine,
      ByteBuf plaintext,
      ChannelHandlerContext ctx,
      GatewayConnection connection) {
    byte[] scratch = Scratch.get();
    while (plaintext.isReadable()) {
      int length = Math.min(plaintext.readableBytes(), scratch.length);
      plaintext.readBytes(scratch, 0, length);
      engine.send(scratch, 0, length);
      connection.sent(length);
      if (engine.pendingCiphertext() > ENCRYPTED_ENOUGH) {
        write(engine, ctx);
      }
    }
  }

  /** Writes all ciphertext that waits, without flushing. */
  static void write(ServerEngine engine, ChannelHandlerContext ctx) {
    int pending;
    while ((pending = engine.pendingCiphertext()) > 0) {
      byte[] scratch = Scratch.get();
      int length = engine.takeCiphertext(scratch, 0, Math.min(pending, scratch.length));
      ctx.write(ctx.alloc().ioBuffer(length).writeBytes(scratch, 0, length), ctx.voidPromise());
    }
  }

  /** Writes and flushes all ciphertext that waits. */
  static void flush(ServerEngine engine, ChannelHandlerContext ctx) {
    write(engine, ctx);
    ctx.flush();
  }

  /** Makes the channel unwritable, whatever its buffer says, or no longer. */
  static void congested(ChannelHandlerContext ctx, boolean congested) {
    ChannelOutboundBuffer buffer = ctx.channel().unsafe().outboundBuffer();
    if (buffer != null) {
      buffer.setUserDefinedWritability(WRITABILITY_BIT, !congested);
    }
  }
}
