package dev.handfast.listener;

import dev.handfast.handshake.Failure;
import dev.handfast.handshake.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.timeout.IdleStateHandler;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The client's side of a relay. Both sides live on one event loop; each is read only while the
 * other can be written. An end of input on one side becomes an end of output on the other.
 */
final class TcpRelay extends ChannelInboundHandlerAdapter implements UpstreamConnector.Listener {

  private static final Logger LOG = LoggerFactory.getLogger(TcpRelay.class);
  private static final long HALF_CLOSED_IDLE_SECONDS = 60;

  private final GatewayConnection connection;
  private final EngineHandler engine;
  private final Upstream target;
  private final ConnectionServices services;
  private final Queue<ByteBuf> early = new ArrayDeque<>(2);

  private @Nullable ChannelHandlerContext client;
  private @Nullable UpstreamChannel upstream;
  private boolean clientDone;
  private boolean upstreamDone;
  private boolean ended;

  TcpRelay(
      GatewayConnection connection,
      EngineHandler engine,
      Upstream target,
      ConnectionServices services) {
    this.connection = connection;
    this.engine = engine;
    this.target = target;
    this.services = services;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    client = ctx;
    services.upstreams().connect(target, connection, this);
  }

  // From the client.

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    UpstreamChannel to = upstream;
    if (ended) {
      bytes.release();
    } else if (to == null) {
      early.add(bytes);
      // Most clients send a first message with their last flight, and then wait for an answer.
      if (early.size() > 1) {
        connection.reads().pause(ReadGate.Pause.PEER);
      }
    } else {
      to.write(bytes);
      if (!to.isWritable()) {
        connection.reads().pause(ReadGate.Pause.PEER);
      }
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (upstream != null) {
      upstream.flush();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (upstream != null) {
      upstream.reads().set(ReadGate.Pause.PEER, !ctx.channel().isWritable());
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == EngineHandler.Told.INPUT_CLOSED) {
      clientDone = true;
      if (upstream != null) {
        upstream.closeOutput();
      }
      if (upstreamDone) {
        engine.finish();
      }
    } else if (event == EngineHandler.Told.CONNECTION_ENDING) {
      end();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    end();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.debug("Connection {}", connection.id(), cause);
    engine.finish();
  }

  // From the upstream, on the same event loop.

  @Override
  public void connected(UpstreamChannel channel) {
    if (ended) {
      channel.close();
      return;
    }
    upstream = channel;
    ByteBuf bytes;
    while ((bytes = early.poll()) != null) {
      channel.write(bytes);
    }
    channel.flush();
    if (clientDone) {
      channel.closeOutput();
    }
    ChannelHandlerContext ctx = requireClient();
    channel.reads().set(ReadGate.Pause.PEER, !ctx.channel().isWritable());
    connection.reads().set(ReadGate.Pause.PEER, !channel.isWritable());
  }

  @Override
  public void failed(Throwable cause) {
    if (!ended) {
      UpstreamFailure failure = UpstreamFailure.of(cause);
      connection.meters().upstreamFailed(failure);
      if (connection.meters().mayLogUpstreamFailure(services.ticker().getAsLong())) {
        LOG.warn(
            "Listener {}: upstream {} cannot be used ({}): {}",
            connection.listenerName(),
            target.text(),
            failure.tag(),
            cause.getMessage());
      }
      // close_notify would tell the client that an empty answer is all there is.
      engine.abort(
          new Failure(Reason.UPSTREAM_FAILED, "the upstream cannot be used: " + failure.tag()));
      end();
    }
  }

  @Override
  public void read(ByteBuf bytes) {
    ChannelHandlerContext ctx = requireClient();
    if (ended) {
      bytes.release();
      return;
    }
    ctx.write(bytes, ctx.voidPromise());
    Channel channel = ctx.channel();
    if (!channel.isWritable() && upstream != null) {
      upstream.reads().pause(ReadGate.Pause.PEER);
    }
  }

  @Override
  public void readComplete() {
    requireClient().flush();
  }

  @Override
  public void writabilityChanged(boolean writable) {
    connection.reads().set(ReadGate.Pause.PEER, !writable);
  }

  @Override
  public void inputClosed() {
    if (upstreamDone || ended) {
      return;
    }
    upstreamDone = true;
    if (clientDone) {
      engine.finish();
      return;
    }
    engine.closeOutput();
    Channel channel = requireClient().channel();
    if (channel.pipeline().get(ApplicationStarter.IDLE) != null) {
      // What remains is the client's to end; one that never does must not hold a connection long.
      channel
          .pipeline()
          .replace(
              ApplicationStarter.IDLE,
              ApplicationStarter.IDLE,
              new IdleStateHandler(0, 0, halfClosedIdleMillis(), TimeUnit.MILLISECONDS));
    }
  }

  private long halfClosedIdleMillis() {
    return Math.min(
        connection.snapshot().limits().idleTimeout().toMillis(),
        TimeUnit.SECONDS.toMillis(HALF_CLOSED_IDLE_SECONDS));
  }

  @Override
  public void broken(Throwable cause) {
    if (!ended) {
      connection.meters().upstreamFailed(UpstreamFailure.of(cause));
      engine.abort(new Failure(Reason.UPSTREAM_FAILED, "the upstream broke the connection"));
      end();
    }
  }

  @Override
  public void closed() {
    inputClosed();
    if (!ended) {
      // Nothing more can be delivered, so nothing more need be received.
      engine.finish();
    }
  }

  private void end() {
    if (ended) {
      return;
    }
    ended = true;
    early.forEach(ByteBuf::release);
    early.clear();
    if (upstream != null) {
      upstream.close();
    }
  }

  private ChannelHandlerContext requireClient() {
    ChannelHandlerContext ctx = client;
    if (ctx == null) {
      throw new IllegalStateException("not in a pipeline");
    }
    return ctx;
  }
}
