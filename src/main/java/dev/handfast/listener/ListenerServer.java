package dev.handfast.listener;

import dev.handfast.handshake.Failure;
import dev.handfast.handshake.Reason;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One listener: its socket and the snapshot that new connections get. Changed by one thread at a
 * time, {@link ListenerRuntime}'s; read by any.
 */
final class ListenerServer {

  private static final Logger LOG = LoggerFactory.getLogger(ListenerServer.class);
  private static final int BACKLOG = 4_096;
  private static final WriteBufferWaterMark WATER_MARKS =
      new WriteBufferWaterMark(64 << 10, 256 << 10);

  private final String name;
  private final EventLoops eventLoops;
  private final ConnectionServices services;
  private final ListenerMeters meters;
  private final Admission admission;
  private final OpenChannels open = new OpenChannels();

  private volatile @Nullable ListenerSnapshot snapshot;
  private volatile @Nullable Channel channel;
  private volatile @Nullable String problem;
  private volatile ListenerStatus.State state = ListenerStatus.State.STOPPED;
  private @Nullable Endpoint bound;

  private record Endpoint(String address, int port) {}

  ListenerServer(
      String name, EventLoops eventLoops, ConnectionServices services, ListenerMeters meters) {
    this.name = name;
    this.eventLoops = eventLoops;
    this.services = services;
    this.meters = meters;
    this.admission = new Admission(meters, services.ticker());
  }

  String name() {
    return name;
  }

  @Nullable ListenerSnapshot snapshot() {
    return snapshot;
  }

  OpenChannels open() {
    return open;
  }

  ListenerMeters meters() {
    return meters;
  }

  ListenerStatus status() {
    Channel now = channel;
    Integer port =
        now != null && now.localAddress() instanceof InetSocketAddress address
            ? Integer.valueOf(address.getPort())
            : null;
    return new ListenerStatus(state.text(), port, problem, meters.connections.get());
  }

  boolean failed() {
    return state == ListenerStatus.State.FAILED;
  }

  /** Puts a snapshot in force for new connections, binding where it says. Blocks while binding. */
  void apply(ListenerSnapshot next) {
    snapshot = next;
    Endpoint wanted = new Endpoint(next.settings().address(), next.settings().port());
    if (channel != null && wanted.equals(bound)) {
      problem = null;
      state = ListenerStatus.State.RUNNING;
      return;
    }
    Channel before = channel;
    Endpoint was = bound;
    boolean sameSocket = before != null && was != null && overlaps(was, wanted);
    if (sameSocket) {
      close(before);
    }
    ChannelFuture binding = bind(wanted).awaitUninterruptibly();
    if (binding.isSuccess()) {
      channel = binding.channel();
      bound = wanted;
      problem = null;
      state = ListenerStatus.State.RUNNING;
      LOG.info("Listener {} listens on {}", name, channel.localAddress());
      if (before != null && !sameSocket) {
        close(before);
      }
      return;
    }
    problem =
        "cannot listen on %s port %d: %s"
            .formatted(wanted.address(), wanted.port(), reasonOf(binding.cause()));
    state = ListenerStatus.State.FAILED;
    LOG.warn("Listener {} {}", name, problem);
    if (sameSocket) {
      channel = null;
      bound = null;
    }
  }

  /** The newest configuration cannot be put in force; what runs goes on. */
  void broken(String why) {
    LOG.warn("Listener {}: the new configuration is not in force: {}", name, why);
    problem = why;
    if (channel == null) {
      state = ListenerStatus.State.FAILED;
    }
  }

  /** Stops accepting. Connections go on. */
  void close() {
    Channel before = channel;
    channel = null;
    bound = null;
    problem = null;
    state = ListenerStatus.State.STOPPED;
    if (before != null) {
      close(before);
      LOG.info("Listener {} stopped", name);
    }
  }

  /** Ends what is still open: close_notify, or the alert of a handshake that cannot go on. */
  void endConnections() {
    for (GatewayConnection connection : open.all()) {
      connection.channel().eventLoop().execute(() -> end(connection));
    }
  }

  private static void end(GatewayConnection connection) {
    EngineHandler engine = connection.engine();
    if (engine != null && engine.established()) {
      engine.finish();
    } else if (engine != null) {
      engine.abort(new Failure(Reason.SERVER_STOPPING, "the listener stops"));
    } else {
      ChannelHandlerContext gate = connection.channel().pipeline().context(ClientHelloGate.class);
      if (gate != null) {
        ((ClientHelloGate) gate.handler()).stop(gate);
      } else {
        connection.channel().close();
      }
    }
  }

  /** Waits until no connection is open; false when the time is over first. */
  boolean awaitDrained(Duration atMost) throws InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (!open.isEmpty()) {
      if (System.nanoTime() - deadline >= 0) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(10);
    }
    return true;
  }

  private ChannelFuture bind(Endpoint endpoint) {
    return new ServerBootstrap()
        .group(eventLoops.group())
        .channel(eventLoops.serverChannelClass())
        .option(ChannelOption.SO_BACKLOG, BACKLOG)
        .option(ChannelOption.SO_REUSEADDR, true)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(ChannelOption.SO_KEEPALIVE, true)
        .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARKS)
        .childHandler(
            new ClientChannelInitializer(
                () -> Objects.requireNonNull(snapshot), admission, meters, services, open))
        .bind(new InetSocketAddress(endpoint.address(), endpoint.port()));
  }

  /** The same port, so that the new socket cannot be opened beside the old one. */
  private static boolean overlaps(Endpoint one, Endpoint other) {
    return one.port() != 0 && one.port() == other.port();
  }

  private static void close(Channel before) {
    before.close().awaitUninterruptibly();
  }

  private static String reasonOf(Throwable cause) {
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }
}
