package dev.handfast.listener;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.timeout.IdleStateHandler;
import java.util.concurrent.TimeUnit;

/** Puts behind the engine what receives the plaintext, once a handshake has completed. */
@FunctionalInterface
interface ApplicationStarter {

  /** The name of the handler that ends idle connections. */
  String IDLE = "idle";

  /** On the event loop; plaintext follows at once. */
  void start(GatewayConnection connection, ChannelHandlerContext engine, EngineHandler handler);

  /** What the connection's route asks for. */
  static ApplicationStarter of(ConnectionServices services) {
    return (connection, engine, handler) -> {
      ChannelPipeline pipeline = engine.pipeline();
      long idle = connection.snapshot().limits().idleTimeout().toMillis();
      pipeline.addFirst(IDLE, new IdleStateHandler(0, 0, idle, TimeUnit.MILLISECONDS));
      switch (connection.route().upstream()) {
        case Upstream.Inspect() -> inspect(connection, engine, services);
        case Upstream.Tcp tcp -> relay(connection, engine, handler, tcp, services);
        case Upstream.Tls tls -> relay(connection, engine, handler, tls, services);
      }
    };
  }

  private static void inspect(
      GatewayConnection connection, ChannelHandlerContext engine, ConnectionServices services) {
    String after = engine.name();
    engine.pipeline().addAfter(after, "inspect", new InspectHandler(connection, services));
    engine.pipeline().addAfter(after, "aggregate", new HttpObjectAggregator(1 << 16));
    engine.pipeline().addAfter(after, "keep-alive", new HttpServerKeepAliveHandler());
    engine.pipeline().addAfter(after, "http", new HttpServerCodec());
  }

  private static void relay(
      GatewayConnection connection,
      ChannelHandlerContext engine,
      EngineHandler handler,
      Upstream upstream,
      ConnectionServices services) {
    if (connection.snapshot().http()) {
      HttpChannel.install(connection, engine.pipeline(), handler, upstream, services);
    } else {
      TcpRelay relay = new TcpRelay(connection, handler, upstream, services);
      engine.pipeline().addAfter(engine.name(), "relay", relay);
    }
  }
}
