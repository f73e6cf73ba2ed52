package dev.handfast.listener;

import dev.handfast.engine.ServerEngine;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;

/** The way from the client: plaintext of the engine to the next handler. On the event loop. */
final class EngineInput {

  private EngineInput() {}

  /** Fires all plaintext that waits as reads; answers how many bytes. */
  static long deliver(
      ServerEngine engine, ChannelHandlerContext ctx, GatewayConnection connection) {
    long delivered = 0;
    int pending;
    while ((pending = engine.pendingPlaintext()) > 0) {
      ByteBuf plaintext = ctx.alloc().ioBuffer(pending, pending);
      int length = engine.takePlaintext(plaintext.internalNioBuffer(0, pending));
      plaintext.writerIndex(length);
      connection.received(length);
      delivered += length;
      ctx.fireChannelRead(plaintext);
    }
    return delivered;
  }
}
