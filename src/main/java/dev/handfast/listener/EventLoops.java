package dev.handfast.listener;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads of all listeners: Linux's epoll where it loads, Java's NIO elsewhere. */
final class EventLoops implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EventLoops.class);
  private static final long QUIET_MILLIS = 0;
  private static final long SHUTDOWN_SECONDS = 5;

  private final EventLoopGroup group;
  private final boolean epoll;

  /** Starts them. 0 threads: as many as there are processors. */
  EventLoops(int threads) {
    this.epoll = Epoll.isAvailable();
    if (!epoll) {
      LOG.info(
          "epoll is not available, using NIO: {}", String.valueOf(Epoll.unavailabilityCause()));
    }
    IoHandlerFactory factory = epoll ? KeptEpollHandler.newFactory() : NioIoHandler.newFactory();
    int count = threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
    this.group =
        new MultiThreadIoEventLoopGroup(
            count, new DefaultThreadFactory("handfast-listener", true), factory);
  }

  EventLoopGroup group() {
    return group;
  }

  Class<? extends ServerSocketChannel> serverChannelClass() {
    return epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
  }

  Class<? extends SocketChannel> clientChannelClass() {
    return epoll ? EpollSocketChannel.class : NioSocketChannel.class;
  }

  /** Stops them; blocks for a few seconds at most. */
  @Override
  public void close() {
    group
        .shutdownGracefully(QUIET_MILLIS, SHUTDOWN_SECONDS, TimeUnit.SECONDS)
        .awaitUninterruptibly(SHUTDOWN_SECONDS, TimeUnit.SECONDS);
  }
}
