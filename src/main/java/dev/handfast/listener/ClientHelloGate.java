package dev.handfast.listener;

import dev.handfast.clientauth.ClientAuthPolicy;
import dev.handfast.clientauth.Resource;
import dev.handfast.engine.EngineSettings;
import dev.handfast.engine.ServerEngine;
import dev.handfast.handshake.CertificateDemand;
import dev.handfast.handshake.ClientHello;
import dev.handfast.handshake.ClientHelloReader;
import dev.handfast.handshake.Failure;
import dev.handfast.handshake.Handshake.Kind;
import dev.handfast.handshake.HandshakeException;
import dev.handfast.handshake.Reason;
import dev.handfast.session.Sessions;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Holds a connection until its ClientHello is whole, then decides with which route, certificates,
 * policy and sessions the engine meets it. No engine is made for what is no ClientHello.
 */
final class ClientHelloGate extends ChannelInboundHandlerAdapter {

  /** The largest ClientHello: post-quantum key shares and tickets need some 5 KiB. */
  static final int MAX_CLIENT_HELLO = 16_384;

  // One byte per record makes six bytes of one.
  private static final int MAX_FIRST_FLIGHT = 6 * MAX_CLIENT_HELLO + 1024;

  private final GatewayConnection connection;
  private final ConnectionServices services;
  private final ClientHelloReader reader;
  private final ApplicationStarter application;
  private @Nullable ByteBuf received;
  private boolean decided;
  private boolean failed;
  private long arrived;

  ClientHelloGate(GatewayConnection connection, ApplicationStarter application) {
    this.connection = connection;
    this.services = connection.services();
    this.reader = services.helloReaders().get();
    this.application = application;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    if (failed) {
      bytes.release();
      return;
    }
    ByteBuf all = collect(ctx, bytes);
    if (decided) {
      // Who waits for an answer sends nothing more, and reading need not be turned off and on.
      connection.reads().pause(ReadGate.Pause.ENGINE);
      return;
    }
    try {
      Optional<ClientHello> hello = reader.read(all.nioBuffer());
      if (hello.isPresent()) {
        decided = true;
        decide(ctx, hello.get());
      } else if (all.readableBytes() > MAX_FIRST_FLIGHT) {
        throw new HandshakeException(
            Reason.CLIENT_HELLO_TOO_LARGE,
            "%d bytes without a whole ClientHello (expected: at most %d)"
                .formatted(all.readableBytes(), MAX_FIRST_FLIGHT));
      }
    } catch (HandshakeException e) {
      fail(ctx, e.failure());
    }
  }

  private ByteBuf collect(ChannelHandlerContext ctx, ByteBuf bytes) {
    arrived += bytes.readableBytes();
    if (received == null) {
      connection.recorder().begin(Kind.INITIAL);
      received = bytes;
      return bytes;
    }
    ByteBuf all = received;
    if (all.writableBytes() < bytes.readableBytes()) {
      ByteBuf larger = ctx.alloc().ioBuffer(2 * (all.readableBytes() + bytes.readableBytes()));
      larger.writeBytes(all);
      all.release();
      all = larger;
    }
    all.writeBytes(bytes);
    bytes.release();
    received = all;
    return all;
  }

  private void decide(ChannelHandlerContext ctx, ClientHello hello) {
    ListenerSnapshot snapshot = connection.snapshot();
    RouteSnapshot route = snapshot.routes().find(hello.serverName());
    connection.route(route, hello.serverName());
    connection.recorder().clientHello(hello);
    if (route.certificates().isEmpty()) {
      fail(ctx, withoutCertificates(hello));
      return;
    }
    ClientAuthPolicy policy = route.policy();
    Sessions.Scope scope =
        new Sessions.Scope(
            snapshot.name(),
            route.pattern(),
            hello.serverName(),
            policy == null ? null : policy.name(),
            policy == null ? 0 : policy.revision());
    CompletableFuture<SessionOffer> lookup =
        new SessionLookup(services)
            .find(hello, scope, policy, snapshot.profile().maxVersion())
            .exceptionally(problem -> new SessionOffer(scope, List.of()))
            .toCompletableFuture();
    if (lookup.isDone()) {
      start(ctx, hello, route, lookup.join());
      return;
    }
    lookup.thenAccept(offer -> ctx.executor().execute(() -> start(ctx, hello, route, offer)));
  }

  private static Failure withoutCertificates(ClientHello hello) {
    return hello.serverName() == null
        ? new Failure(
            Reason.UNRECOGNIZED_SERVER_NAME,
            "no server name was sent; the listener has certificates for its routes only")
        : new Failure(
            Reason.UNRECOGNIZED_SERVER_NAME,
            "server name '%s' matches no route, and the listener has no certificate of its own"
                .formatted(hello.serverName()));
  }

  private void start(
      ChannelHandlerContext ctx, ClientHello hello, RouteSnapshot route, SessionOffer offer) {
    ByteBuf first = received;
    if (failed || first == null || ctx.isRemoved()) {
      return;
    }
    received = null;
    connection.recorder().engineStarts(hello);
    ConnectionEvents events =
        new ConnectionEvents(connection.recorder(), offer, services.sessions());
    ServerEngine engine =
        services
            .engines()
            .server(settings(route, offer), hello, events, services.ticker(), services.clock());
    EngineHandler handler = new EngineHandler(connection, engine, events, application);
    ctx.pipeline().replace(this, "engine", handler);
    ChannelHandlerContext own = ctx.pipeline().context(handler);
    connection.reads().resume(ReadGate.Pause.ENGINE);
    handler.receive(own, first);
    handler.channelReadComplete(own);
  }

  private EngineSettings settings(RouteSnapshot route, SessionOffer offer) {
    ListenerSnapshot snapshot = connection.snapshot();
    ClientAuthPolicy policy = route.policy();
    Sessions sessions = services.sessions();
    return new EngineSettings(
        snapshot.profile(),
        route.certificates(),
        policy == null ? CertificateDemand.NONE : policy.demand(),
        policy == null ? List.of() : policy.authorities(),
        policy == null
            ? NoClientAuthentication.INSTANCE
            : new SameIdentity(
                connection,
                policy.authenticatorFor(
                    new Resource(snapshot.name(), connection.serverName(), null))),
        snapshot.alpn(),
        offer.sessions(),
        sessions == null ? Duration.ZERO : sessions.lifetime(),
        sessions == null ? () -> new byte[0] : sessions::newIdentity,
        sessions == null ? 0 : sessions.ticketsPerHandshake(),
        snapshot.allowClientRenegotiation());
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      left(ctx, new Failure(Reason.CLIENT_CLOSED, beforeHello("the client closed")));
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException) {
      left(ctx, new Failure(Reason.CONNECTION_RESET, beforeHello("the connection was reset")));
    } else {
      fail(ctx, new Failure(Reason.INTERNAL_ERROR, "an error of Handfast's own: " + cause));
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    left(ctx, new Failure(Reason.CONNECTION_RESET, beforeHello("the connection ended")));
    ctx.fireChannelInactive();
  }

  private String beforeHello(String what) {
    return "%s after %d bytes, before its ClientHello was answered".formatted(what, arrived);
  }

  /** Nobody is there any more: a connection that never said a byte is not recorded. */
  private void left(ChannelHandlerContext ctx, Failure failure) {
    if (!failed) {
      failed = true;
      connection.recorder().fail(failure, null, FirstAlert.NONE);
      release();
      ctx.close();
    }
  }

  /** The handshake has had its time. */
  void expire(ChannelHandlerContext ctx, String when) {
    if (received == null && !decided) {
      connection.recorder().begin(Kind.INITIAL);
    }
    fail(
        ctx,
        new Failure(
            Reason.HANDSHAKE_TIMEOUT,
            "no whole ClientHello %s; %d bytes came".formatted(when, arrived)));
  }

  private void fail(ChannelHandlerContext ctx, Failure failure) {
    if (failed) {
      return;
    }
    failed = true;
    release();
    ByteBuf answer = FirstAlert.answer(ctx.alloc(), failure.reason());
    connection.recorder().fail(failure, null, FirstAlert.alertsOf(failure.reason()));
    connection.handshakeEnded();
    if (answer.isReadable()) {
      ctx.writeAndFlush(answer, ctx.voidPromise());
    } else {
      answer.release();
    }
    LingeringClose.begin(ctx.channel(), connection.reads());
  }

  private void release() {
    if (received != null) {
      received.release();
      received = null;
    }
  }

  /** The listener stops before the handshake began. */
  void stop(ChannelHandlerContext ctx) {
    fail(ctx, new Failure(Reason.SERVER_STOPPING, "the listener stops"));
  }
}
