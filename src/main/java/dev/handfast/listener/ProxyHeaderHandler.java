package dev.handfast.listener;

import dev.handfast.handshake.Failure;
import dev.handfast.handshake.Handshake.Kind;
import dev.handfast.handshake.Reason;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol;
import io.netty.util.NetUtil;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes the addresses out of the PROXY protocol's header, with which every connection must begin:
 * without one a client could write its own.
 */
final class ProxyHeaderHandler extends ChannelInboundHandlerAdapter {

  private final GatewayConnection connection;
  private final Consumer<ChannelHandlerContext> next;
  private boolean ended;

  /** A handler that calls {@code next} once the header is read, and then leaves the pipeline. */
  ProxyHeaderHandler(GatewayConnection connection, Consumer<ChannelHandlerContext> next) {
    this.connection = connection;
    this.next = next;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof HAProxyMessage header)) {
      if (ended) {
        ReferenceCountUtil.release(message);
      } else {
        ctx.fireChannelRead(message);
      }
      return;
    }
    try {
      ClientAddresses proxied = addressesOf(header);
      if (proxied != null) {
        connection.addresses(proxied);
      }
    } catch (UnknownHostException e) {
      fail(ctx, "an address that is none: " + e.getMessage());
      return;
    } finally {
      header.release();
    }
    Optional<Limit> refused =
        connection
            .admission()
            .admit(connection.addresses().client().getAddress(), connection.snapshot().limits());
    if (refused.isPresent()) {
      ended = true;
      ctx.close();
      return;
    }
    next.accept(ctx);
    ctx.pipeline().remove(this);
  }

  /** Null where the header names nobody (LOCAL, UNKNOWN): the connection's own addresses stand. */
  static @Nullable ClientAddresses addressesOf(HAProxyMessage header) throws UnknownHostException {
    HAProxyProxiedProtocol protocol = header.proxiedProtocol();
    boolean tcp =
        protocol == HAProxyProxiedProtocol.TCP4 || protocol == HAProxyProxiedProtocol.TCP6;
    if (header.command() == HAProxyCommand.LOCAL || !tcp) {
      return null;
    }
    return new ClientAddresses(
        address(header.sourceAddress(), header.sourcePort()),
        address(header.destinationAddress(), header.destinationPort()));
  }

  private static InetSocketAddress address(@Nullable String text, int port)
      throws UnknownHostException {
    byte[] bytes = text == null ? null : NetUtil.createByteArrayFromIpAddressString(text);
    if (bytes == null) {
      throw new UnknownHostException(String.valueOf(text));
    }
    return new InetSocketAddress(InetAddress.getByAddress(bytes), port);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    fail(ctx, "no PROXY header, v1 or v2: " + cause.getMessage());
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      ctx.close();
    }
    ctx.fireUserEventTriggered(event);
  }

  private void fail(ChannelHandlerContext ctx, String explanation) {
    if (!ended) {
      ended = true;
      connection.recorder().begin(Kind.INITIAL);
      connection
          .recorder()
          .fail(new Failure(Reason.PROXY_HEADER_INVALID, explanation), null, FirstAlert.NONE);
      ctx.close();
    }
  }

  /** The handshake has had its time. */
  void expire(ChannelHandlerContext ctx, String when) {
    fail(ctx, "none " + when);
  }
}
