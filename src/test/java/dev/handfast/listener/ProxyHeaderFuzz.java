package dev.handfast.listener;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import java.net.UnknownHostException;

/** Anything as a PROXY header, v1 or v2. */
public final class ProxyHeaderFuzz {

  private ProxyHeaderFuzz() {}

  /** Called by the fuzzer. */
  public static void fuzzerTestOneInput(byte[] data) {
    EmbeddedChannel channel =
        new EmbeddedChannel(new HAProxyMessageDecoder(ClientChannelInitializer.MAX_PROXY_TLVS));
    try {
      channel.writeInbound(Unpooled.wrappedBuffer(data));
      channel.finish();
      if (channel.readInbound() instanceof HAProxyMessage header) {
        try {
          ProxyHeaderHandler.addressesOf(header);
        } finally {
          header.release();
        }
      }
    } catch (DecoderException | UnknownHostException refused) {
      return; // The handler's exceptionCaught and its own refusal.
    } finally {
      channel.close();
      channel.releaseInbound();
      channel.releaseOutbound();
    }
  }
}
