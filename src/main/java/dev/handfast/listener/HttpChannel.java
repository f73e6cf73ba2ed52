package dev.handfast.listener;

import dev.handfast.clientauth.ClientAuthPolicy;
import dev.handfast.clientauth.Resource;
import dev.handfast.engine.ServerEngine.RenegotiationSupport;
import dev.handfast.handshake.ClientAuthenticator.Proof;
import dev.handfast.handshake.Negotiated;
import dev.handfast.listener.http.HttpConnection;
import dev.handfast.listener.http.HttpRelay;
import dev.handfast.listener.http.ProtectedPaths;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the HTTP relay needs of a connection. A client that wants a protected path without having
 * proven itself is asked to, while its request waits (article step 2).
 */
final class HttpChannel implements HttpConnection {

  private static final int MAX_HEADER_BYTES = 65_536;
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);
  private static final long BUSY_PAUSE_MILLIS = 50;
  private static final String HOW_TO = "Connect anew and show a client certificate.";
  private static final String REFUSED = "This client may not have this resource.";

  private final GatewayConnection connection;
  private final EngineHandler engine;
  private final Upstream upstream;
  private final ConnectionServices services;

  private HttpChannel(
      GatewayConnection connection,
      EngineHandler engine,
      Upstream upstream,
      ConnectionServices services) {
    this.connection = connection;
    this.engine = engine;
    this.upstream = upstream;
    this.services = services;
  }

  /** Puts the relay behind the engine; from now on it asks for each read. */
  static void install(
      GatewayConnection connection,
      ChannelPipeline pipeline,
      EngineHandler engine,
      Upstream upstream,
      ConnectionServices services) {
    Map<String, String> policies = new HashMap<>();
    for (ListenerSnapshot.ProtectedPath path : connection.snapshot().protectedPaths()) {
      policies.put(path.pattern().getPatternString(), path.policy().name());
    }
    connection.reads().pause(ReadGate.Pause.PEER);
    pipeline.addLast(new InputEnd());
    HttpRelay.install(
        pipeline,
        new HttpChannel(connection, engine, upstream, services),
        ProtectedPaths.of(policies),
        MAX_HEADER_BYTES);
  }

  @Override
  public InetSocketAddress clientAddress() {
    return connection.addresses().client();
  }

  @Override
  public int localPort() {
    return connection.addresses().server().getPort();
  }

  @Override
  public @Nullable String serverName() {
    return connection.serverName();
  }

  @Override
  public boolean serves(String host) {
    RouteSnapshot named = connection.snapshot().routes().find(host);
    return named.pattern().equals(connection.route().pattern());
  }

  @Override
  public void readFreely(boolean freely) {
    connection.reads().set(ReadGate.Pause.PEER, !freely);
  }

  @Override
  public List<X509Certificate> clientChain() {
    return connection.authorisedChain();
  }

  @Override
  public Future<Channel> connectUpstream(ChannelInitializer<Channel> initializer) {
    Future<Channel> connecting = services.upstreams().connect(upstream, connection, initializer);
    connecting.addListener(
        done -> {
          if (!done.isSuccess()) {
            connection.meters().upstreamFailed(UpstreamFailure.of(done.cause()));
          }
        });
    return connecting;
  }

  @Override
  public Future<Access> authorize(String policyName, String path) {
    Promise<Access> answer = connection.channel().eventLoop().newPromise();
    for (ListenerSnapshot.ProtectedPath protectedPath : connection.snapshot().protectedPaths()) {
      if (protectedPath.policy().name().equals(policyName)) {
        long deadline = services.ticker().getAsLong() + ANSWER_TIMEOUT.toNanos();
        judge(new Wish(protectedPath.policy(), path, answer, deadline), true);
        return answer;
      }
    }
    return answer.setSuccess(Access.denied(REFUSED));
  }

  /** A request for a protected path that waits. */
  private record Wish(
      ClientAuthPolicy policy, String path, Promise<Access> answer, long deadline) {}

  /** Asks the policy about what the client has proven so far; off the event loop: may block. */
  private void judge(Wish wish, boolean mayAskClient) {
    Promise<Access> answer = wish.answer();
    List<X509Certificate> chain = connection.clientChain();
    Negotiated negotiated = connection.negotiated();
    boolean resumed = negotiated != null && negotiated.resumed();
    Proof proof = chain.isEmpty() ? Proof.NONE : resumed ? Proof.RESUMED : Proof.VERIFIED;
    Resource resource =
        new Resource(connection.listenerName(), connection.serverName(), wish.path());
    CompletableFuture.supplyAsync(
            () -> wish.policy().authenticatorFor(resource).authenticate(chain, proof),
            services.workers())
        .whenCompleteAsync(
            (judged, problem) -> {
              if (problem != null) {
                answer.trySuccess(Access.denied(REFUSED));
              } else if (judged.refusal().isEmpty()) {
                answer.trySuccess(Access.ALLOWED);
              } else if (chain.isEmpty() && mayAskClient) {
                engine.whenFree(() -> askClient(wish));
              } else {
                answer.trySuccess(Access.denied(chain.isEmpty() ? HOW_TO : REFUSED));
              }
            },
            connection.channel().eventLoop());
  }

  /** Renegotiates, or authenticates after the handshake, whatever this connection can. */
  private void askClient(Wish wish) {
    CompletableFuture<LiveConnection.Outcome> outcome = new CompletableFuture<>();
    LiveConnection.Demand demand =
        new LiveConnection.Demand(wish.policy(), false, wish.path(), ANSWER_TIMEOUT);
    RenegotiationSupport support = engine.support();
    if (support.renegotiation()) {
      outcome.thenAccept(ended -> asked(wish, RenegotiationMeters.RENEGOTIATION, ended.result()));
      engine.stepUps().renegotiate(demand, outcome);
    } else if (support.postHandshakeAuthentication()) {
      outcome.thenAccept(
          ended -> asked(wish, RenegotiationMeters.POST_HANDSHAKE_AUTH, ended.result()));
      engine.stepUps().requestCertificate(demand, outcome);
    } else {
      asked(wish, RenegotiationMeters.NO_MECHANISM, LiveConnection.Result.UNSUPPORTED);
    }
  }

  private void asked(Wish wish, String mechanism, LiveConnection.Result result) {
    boolean busy = result == LiveConnection.Result.BUSY;
    if (busy && services.ticker().getAsLong() - wish.deadline() < 0) {
      // Whatever is running may be what proves the client.
      connection
          .channel()
          .eventLoop()
          .schedule(() -> judge(wish, true), BUSY_PAUSE_MILLIS, TimeUnit.MILLISECONDS);
      return;
    }
    services
        .renegotiations()
        .count(connection.listenerName(), RenegotiationMeters.RESOURCE, mechanism, result.code());
    if (result == LiveConnection.Result.SUCCEEDED) {
      judge(wish, false);
    } else {
      wish.answer().trySuccess(Access.denied(HOW_TO));
    }
  }

  /** Tells the codec, as a socket would, that the client sends no more. */
  private static final class InputEnd extends ChannelInboundHandlerAdapter {

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event == EngineHandler.Told.INPUT_CLOSED) {
        ctx.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
      } else if (!(event instanceof ChannelInputShutdownEvent)) {
        ctx.fireUserEventTriggered(event);
      }
    }
  }
}
