package dev.handfast.listener;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.ssl.SslHandler;
import io.netty.resolver.AddressResolverGroup;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Connects to upstreams, on the event loop of the client whom it is for. Thread-safe. */
final class UpstreamConnector {

  private static final WriteBufferWaterMark WATER_MARKS =
      new WriteBufferWaterMark(64 << 10, 256 << 10);

  private final EventLoops eventLoops;
  private final AddressResolverGroup<InetSocketAddress> resolver;
  private final Duration timeout;
  private final LongSupplier ticker;

  UpstreamConnector(
      EventLoops eventLoops,
      AddressResolverGroup<InetSocketAddress> resolver,
      Duration timeout,
      LongSupplier ticker) {
    this.eventLoops = eventLoops;
    this.resolver = resolver;
    this.timeout = timeout;
    this.ticker = ticker;
  }

  /** What comes of a connection to an upstream; called on the client's event loop. */
  interface Listener {

    /** It can be written to. Nothing is read before {@link ReadGate} lets it. */
    void connected(UpstreamChannel channel);

    /** It could not be connected. */
    void failed(Throwable cause);

    /** Bytes arrived; the listener releases them. */
    void read(ByteBuf bytes);

    void readComplete();

    void writabilityChanged(boolean writable);

    /** The upstream sends no more. */
    void inputClosed();

    /** The connection broke. */
    void broken(Throwable cause);

    /** The connection is gone. */
    void closed();
  }

  /** Connects; on the client's event loop. */
  void connect(Upstream upstream, GatewayConnection client, Listener listener) {
    switch (upstream) {
      case Upstream.Tcp(String host, int port) ->
          connect(host, port, new Plain(), client, listener);
      case Upstream.Tls tls ->
          connect(tls.host(), tls.port(), new Encrypted(tls), client, listener);
      case Upstream.Inspect() -> throw new IllegalStateException("inspect: needs no connection");
    }
  }

  private sealed interface Transport {}

  private record Plain() implements Transport {}

  private record Encrypted(Upstream.Tls upstream) implements Transport {}

  private void connect(
      String host, int port, Transport transport, GatewayConnection client, Listener listener) {
    long begin = ticker.getAsLong();
    ChannelFuture connecting =
        new Bootstrap()
            .group(client.channel().eventLoop())
            .channel(eventLoops.clientChannelClass())
            .resolver(resolver)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) timeout.toMillis())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .option(ChannelOption.AUTO_READ, false)
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARKS)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {}
                })
            .connect(InetSocketAddress.createUnresolved(host, port));
    connecting.addListener(
        (ChannelFutureListener)
            done -> {
              if (done.isSuccess()) {
                connected(done.channel(), transport, client, listener, begin);
              } else {
                listener.failed(done.cause());
              }
            });
  }

  private void connected(
      Channel channel,
      Transport transport,
      GatewayConnection client,
      Listener listener,
      long begin) {
    ProxyHeaderSender.send(channel, client);
    UpstreamChannel upstream = new UpstreamChannel(channel, listener);
    switch (transport) {
      case Plain() -> ready(channel, upstream, client, listener, begin);
      case Encrypted(Upstream.Tls tls) -> {
        SslHandler handler =
            tls.context().newHandler(channel.alloc(), tls.serverName(), tls.port());
        handler.setHandshakeTimeoutMillis(timeout.toMillis());
        handler
            .handshakeFuture()
            .addListener(
                done -> {
                  if (done.isSuccess()) {
                    channel.config().setAutoRead(false);
                    ready(channel, upstream, client, listener, begin);
                  } else {
                    listener.failed(done.cause());
                    channel.close();
                  }
                });
        channel.pipeline().addLast(handler);
        channel.config().setAutoRead(true);
      }
    }
  }

  private void ready(
      Channel channel,
      UpstreamChannel upstream,
      GatewayConnection client,
      Listener listener,
      long begin) {
    client.meters().upstreamConnect.record(ticker.getAsLong() - begin, TimeUnit.NANOSECONDS);
    channel.pipeline().addLast(upstream);
    channel.config().setAutoRead(true);
    listener.connected(upstream);
  }
}
