package dev.handfast.listener.http;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;

/** The relay on plain sockets: what it does to HTTP, without TLS around it. */
final class RelayServer implements AutoCloseable {

  private final MultiThreadIoEventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Channel server;
  private final int upstreamPort;

  RelayServer(
      int upstreamPort,
      Map<String, String> protectedPaths,
      HttpConnection.Access access,
      List<X509Certificate> clientChain) {
    this.upstreamPort = upstreamPort;
    ProtectedPaths paths = ProtectedPaths.of(protectedPaths);
    server =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .childOption(ChannelOption.AUTO_READ, false)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    HttpRelay.install(
                        channel.pipeline(),
                        connection(channel, access, clientChain),
                        paths,
                        16_384);
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .syncUninterruptibly()
            .channel();
  }

  int port() {
    return ((InetSocketAddress) server.localAddress()).getPort();
  }

  private HttpConnection connection(
      Channel client, HttpConnection.Access access, List<X509Certificate> chain) {
    return new LocalhostConnection() {
      @Override
      public void readFreely(boolean freely) {
        client.config().setAutoRead(freely);
      }

      @Override
      public List<X509Certificate> clientChain() {
        return chain;
      }

      @Override
      public Future<Channel> connectUpstream(ChannelInitializer<Channel> initializer) {
        return connect(client.eventLoop(), initializer);
      }

      @Override
      public Future<Access> authorize(String policy, String path) {
        return client.eventLoop().newSucceededFuture(access);
      }
    };
  }

  private Future<Channel> connect(EventLoop loop, ChannelInitializer<Channel> initializer) {
    Promise<Channel> connected = loop.newPromise();
    new Bootstrap()
        .group(loop)
        .channel(NioSocketChannel.class)
        .option(ChannelOption.AUTO_READ, false)
        .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
        .handler(initializer)
        .connect(InetAddress.getLoopbackAddress(), upstreamPort)
        .addListener(
            (io.netty.channel.ChannelFuture future) -> {
              if (future.isSuccess()) {
                connected.setSuccess(future.channel());
              } else {
                connected.setFailure(future.cause());
              }
            });
    return connected;
  }

  @Override
  public void close() {
    server.close().syncUninterruptibly();
    loops.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS).syncUninterruptibly();
  }
}
