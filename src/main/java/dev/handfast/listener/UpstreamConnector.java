package dev.handfast.listener;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.ssl.SslHandler;
import io.netty.resolver.AddressResolverGroup;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

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

  /** Connects for a relay of bytes; on the client's event loop. */
  void connect(Upstream upstream, GatewayConnection client, Listener listener) {
    connect(upstream, client, new Silent())
        .addListener(
            (Future<Channel> done) -> {
              if (!done.isSuccess()) {
                listener.failed(done.cause());
                return;
              }
              Channel channel = done.getNow();
              UpstreamChannel ready = new UpstreamChannel(channel, listener);
              channel.pipeline().addLast(ready);
              channel.config().setAutoRead(true);
              listener.connected(ready);
            });
  }

  /**
   * Connects, with TLS where the upstream wants it, and with a PROXY header where one is to be
   * sent; on the client's event loop.
   *
   * @param initializer adds the handlers of who connects; nothing is read before they ask
   */
  Future<Channel> connect(
      Upstream upstream, GatewayConnection client, ChannelInitializer<Channel> initializer) {
    Promise<Channel> connected = client.channel().eventLoop().newPromise();
    switch (upstream) {
      case Upstream.Tcp(String host, int port) ->
          connect(host, port, null, client, initializer, connected);
      case Upstream.Tls tls -> connect(tls.host(), tls.port(), tls, client, initializer, connected);
      case Upstream.Inspect() ->
          connected.setFailure(new IllegalStateException("inspect: needs no connection"));
    }
    return connected;
  }

  private void connect(
      String host,
      int port,
      Upstream.@Nullable Tls tls,
      GatewayConnection client,
      ChannelInitializer<Channel> initializer,
      Promise<Channel> connected) {
    long begin = ticker.getAsLong();
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
        .handler(new Silent())
        .connect(addressOf(host, port))
        .addListener(
            (ChannelFutureListener)
                done -> {
                  if (!done.isSuccess()) {
                    connected.tryFailure(done.cause());
                    return;
                  }
                  Channel channel = done.channel();
                  ProxyHeaderSender.send(channel, client);
                  Runnable ready =
                      () -> {
                        client
                            .meters()
                            .upstreamConnect
                            .record(ticker.getAsLong() - begin, TimeUnit.NANOSECONDS);
                        channel.pipeline().addLast(initializer);
                        connected.trySuccess(channel);
                      };
                  if (tls == null) {
                    ready.run();
                  } else {
                    encrypt(channel, tls, ready, connected);
                  }
                });
  }

  /** Only names are left to the resolver: it needs another thread, an address does not. */
  private static InetSocketAddress addressOf(String host, int port) {
    InetAddress literal = NetUtil.createInetAddressFromIpAddressString(host);
    return literal == null
        ? InetSocketAddress.createUnresolved(host, port)
        : new InetSocketAddress(literal, port);
  }

  private void encrypt(
      Channel channel, Upstream.Tls tls, Runnable ready, Promise<Channel> connected) {
    SslHandler handler = tls.context().newHandler(channel.alloc(), tls.serverName(), tls.port());
    handler.setHandshakeTimeoutMillis(timeout.toMillis());
    handler
        .handshakeFuture()
        .addListener(
            done -> {
              if (done.isSuccess()) {
                channel.config().setAutoRead(false);
                ready.run();
              } else {
                connected.tryFailure(done.cause());
                channel.close();
              }
            });
    channel.pipeline().addLast(handler);
    channel.config().setAutoRead(true);
  }

  /** Adds nothing. */
  private static final class Silent extends ChannelInitializer<Channel> {
    @Override
    protected void initChannel(Channel channel) {}
  }
}
