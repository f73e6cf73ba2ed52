package dev.handfast.listener;

import dev.handfast.engine.EngineEvents.ClientInitiated;
import dev.handfast.engine.ServerEngine;
import dev.handfast.engine.ServerEngine.RenegotiationSupport;
import dev.handfast.handshake.ClientAuthentication;
import dev.handfast.handshake.Failure;
import dev.handfast.handshake.Handshake;
import dev.handfast.handshake.Negotiated;
import dev.handfast.handshake.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.timeout.IdleStateEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a connection's engine: ciphertext in from the socket, plaintext on to the next handler, and
 * the other way round. The engine is used by one thread at a time, the event loop, or a worker
 * while a call may block; what comes meanwhile waits in order.
 */
final class EngineHandler extends ChannelDuplexHandler {

  /** What the next handlers are told. */
  enum Told {
    /** The client sends no more. */
    INPUT_CLOSED,
    /** The connection is about to be closed from this side. */
    CONNECTION_ENDING
  }

  private static final Logger LOG = LoggerFactory.getLogger(EngineHandler.class);
  private static final int MAX_MEANWHILE = 1 << 20;

  private final GatewayConnection connection;
  private final ServerEngine engine;
  private final ConnectionEvents events;
  private final ApplicationStarter application;
  private final StepUps stepUps;
  private final ClientInitiations initiations;
  private final EngineTurns turns;
  private final EngineOutput output;

  private @Nullable ChannelHandlerContext context;
  private boolean established;
  private boolean inputClosed;
  private boolean ended;
  private long meanwhile;

  EngineHandler(
      GatewayConnection connection,
      ServerEngine engine,
      ConnectionEvents events,
      ApplicationStarter application) {
    this.connection = connection;
    this.engine = engine;
    this.events = events;
    this.application = application;
    this.turns = new EngineTurns(connection.channel().eventLoop(), connection.services().workers());
    this.output = new EngineOutput(engine, connection);
    this.stepUps = new StepUps(connection, this, engine);
    this.initiations = new ClientInitiations(connection);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    connection.engine(this);
  }

  /** Runs a task when no worker has the engine; on the event loop, now or later. */
  void whenFree(Runnable task) {
    turns.whenFree(task);
  }

  StepUps stepUps() {
    return stepUps;
  }

  boolean established() {
    return established;
  }

  /** What of article step 11 is possible. */
  RenegotiationSupport support() {
    return engine.renegotiationSupport();
  }

  // From the client.

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    if (turns.busy()) {
      turns.whenFree(() -> receive(ctx, bytes));
    } else {
      receive(ctx, bytes);
    }
  }

  /** Takes what arrived, and releases it. Not while busy. */
  void receive(ChannelHandlerContext ctx, ByteBuf bytes) {
    try {
      if (ended) {
        return;
      }
      if (engine.mayBlock()) {
        offload(ctx, ByteBufUtil.getBytes(bytes));
      } else {
        engine.receive(bytes.nioBuffer());
        react(ctx);
      }
    } finally {
      bytes.release();
    }
  }

  private void offload(ChannelHandlerContext ctx, byte[] bytes) {
    connection.reads().pause(ReadGate.Pause.ENGINE);
    EngineOutput.congested(ctx, true);
    turns.offload(() -> engine.receive(ByteBuffer.wrap(bytes)), problem -> offloaded(ctx, problem));
  }

  private void offloaded(ChannelHandlerContext ctx, @Nullable Throwable problem) {
    if (problem != null) {
      broken(ctx, problem);
    }
    react(ctx);
    if (turns.catchUp()) {
      channelReadComplete(ctx);
      if (!ended) {
        EngineOutput.congested(ctx, engine.pendingHeld() > 0);
        connection.reads().resume(ReadGate.Pause.ENGINE);
      }
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (!turns.busy()) {
      output.flush(ctx);
      readAnswer(ctx);
    }
    ctx.fireChannelReadComplete();
  }

  /** What came would wait in memory while a worker has the engine; channelReadComplete ends it. */
  @Override
  public void read(ChannelHandlerContext ctx) {
    if (!turns.busy()) {
      ctx.read();
    }
  }

  /** While the client's answer to a step-up is awaited, it is read even where data must wait. */
  private void readAnswer(ChannelHandlerContext ctx) {
    boolean paused = !ctx.channel().config().isAutoRead();
    if (paused && stepUps.running() && !ended && meanwhile < MAX_MEANWHILE) {
      ctx.read();
    }
  }

  /** Acts on what the engine told during a call. */
  private void react(ChannelHandlerContext ctx) {
    Negotiated negotiated = events.takeEstablished();
    if (negotiated != null) {
      whenEstablished(ctx, negotiated);
    }
    ClientAuthentication again = events.takeReauthenticated();
    Negotiated standing = connection.negotiated();
    if (again != null && standing != null) {
      Handshake handshake =
          connection.recorder().running()
              ? connection.recorder().complete(standing, engine.alerts())
              : null;
      connection.completed(standing, engine.renegotiationSupport(), handshake);
      stepUps.succeeded();
    }
    connection.sessionsIssued(events.takeIssuedSessions());
    if (events.takeDeclined()) {
      stepUps.declined();
    }
    limitClientInitiated();
    if (established) {
      meanwhile += EngineInput.deliver(engine, ctx, connection);
    }
    Failure failure = events.failure();
    if (failure != null) {
      whenFailed(ctx, failure);
    } else if (events.isInputClosed()) {
      inputEnded(ctx);
    }
    if (established && !ended && !turns.busy()) {
      EngineOutput.congested(ctx, engine.pendingHeld() > 0);
    }
  }

  private void whenEstablished(ChannelHandlerContext ctx, Negotiated negotiated) {
    if (!ctx.channel().isActive()) {
      // The client left while a worker had the engine: nobody is there to be served.
      connection.recorder().abandon(null, null, engine.alerts());
      takeNoMore();
      return;
    }
    Handshake handshake = connection.recorder().complete(negotiated, engine.alerts());
    connection.completed(negotiated, engine.renegotiationSupport(), handshake);
    if (established) {
      stepUps.succeeded();
      initiations.completed();
    } else {
      established = true;
      application.start(connection, ctx, this);
    }
  }

  private void whenFailed(ChannelHandlerContext ctx, Failure failure) {
    if (ended) {
      return;
    }
    connection.recorder().fail(failure, connection.negotiated(), engine.alerts());
    LOG.debug("Connection {} failed: {}", connection.id(), failure);
    stepUps.failed(failure);
    initiations.failed();
    end(ctx);
  }

  private void limitClientInitiated() {
    List<ClientInitiated> begun = events.takeClientInitiated();
    Failure tooMany = begun.isEmpty() ? null : initiations.begun(begun);
    if (tooMany != null && events.failure() == null) {
      if (!connection.recorder().running()) {
        // No handshake runs, yet the connection ends for what it tried: that is recorded, too.
        events.handshakeStarted(true);
      }
      engine.abort(tooMany);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      whenFree(() -> networkInputClosed(ctx));
    } else if (event instanceof IdleStateEvent) {
      finish();
    }
    ctx.fireUserEventTriggered(event);
  }

  private void networkInputClosed(ChannelHandlerContext ctx) {
    if (ended) {
      return;
    }
    engine.inputClosed();
    react(ctx);
    if (!ended) {
      // No close_notify came. Data that did come is authentic, so it is still delivered.
      inputEnded(ctx);
    }
    output.flush(ctx);
  }

  private void inputEnded(ChannelHandlerContext ctx) {
    if (!inputClosed) {
      inputClosed = true;
      stepUps.closed();
      ctx.fireUserEventTriggered(Told.INPUT_CLOSED);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    whenFree(
        () -> {
          if (!ended) {
            engine.inputClosed();
            connection
                .recorder()
                .abandon(events.failure(), connection.negotiated(), engine.alerts());
            takeNoMore();
          }
          stepUps.closed();
          initiations.closed();
        });
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException) {
      Failure reset = new Failure(Reason.CONNECTION_RESET, "the network says: " + cause);
      whenFree(() -> connection.recorder().fail(reset, connection.negotiated(), engine.alerts()));
      ctx.close();
    } else {
      whenFree(() -> broken(ctx, cause));
    }
  }

  private void broken(ChannelHandlerContext ctx, Throwable cause) {
    LOG.error("Connection {} of listener {}", connection.id(), connection.listenerName(), cause);
    if (!ended) {
      engine.abort(new Failure(Reason.INTERNAL_ERROR, "an error of Handfast's own; see its log"));
      react(ctx);
    }
  }

  // To the client.

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (!(message instanceof ByteBuf plaintext)) {
      ctx.write(message, promise);
      return;
    }
    if (turns.busy()) {
      turns.whenFree(() -> output.send(ctx, plaintext, promise));
    } else {
      output.send(ctx, plaintext, promise);
    }
  }

  @Override
  public void flush(ChannelHandlerContext ctx) {
    if (turns.busy()) {
      turns.whenFree(() -> output.flush(ctx));
    } else {
      output.flush(ctx);
    }
  }

  /** Flushes what an engine call of {@link StepUps} made. */
  void afterCall() {
    ChannelHandlerContext ctx = requireContext();
    react(ctx);
    output.flush(ctx);
    meanwhile = 0;
    readAnswer(ctx);
  }

  /** Says close_notify and ends the output; input may still come. On the event loop. */
  void closeOutput() {
    whenFree(() -> output.shutDown(requireContext()));
  }

  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    if (!promise.isVoid()) {
      ctx.channel().closeFuture().addListener(closed -> promise.trySuccess());
    }
    finish();
  }

  /** Says close_notify if that was not done, and closes. On the event loop. */
  void finish() {
    whenFree(
        () -> {
          if (!ended) {
            output.sayGoodbye();
            end(requireContext());
          }
        });
  }

  /** Ends the connection for this reason. On the event loop. */
  void abort(Failure failure) {
    whenFree(
        () -> {
          if (!ended) {
            engine.abort(failure);
            react(requireContext());
            whenFailed(requireContext(), failure);
          }
        });
  }

  private void end(ChannelHandlerContext ctx) {
    takeNoMore();
    output.flush(ctx);
    connection.handshakeEnded();
    ctx.pipeline().fireUserEventTriggered(Told.CONNECTION_ENDING);
    LingeringClose.begin(ctx.channel(), connection.reads());
  }

  private void takeNoMore() {
    ended = true;
    output.end();
  }

  private ChannelHandlerContext requireContext() {
    return Objects.requireNonNull(context, "not in a pipeline");
  }
}
