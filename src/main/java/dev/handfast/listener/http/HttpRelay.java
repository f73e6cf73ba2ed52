package dev.handfast.listener.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Relays the requests of one client connection to its upstream, one at a time and in order
 * (pipelined ones wait), streaming bodies both ways. Nothing is read from one side that the other
 * cannot take: autoRead is off, and each message is asked for. Event loop only.
 */
public final class HttpRelay extends ChannelInboundHandlerAdapter {

  private static final int MAX_CHUNK = 64 * 1024;

  private final HttpConnection connection;
  private final RequestAdmission admission;
  private final int maxHeaderBytes;
  private @Nullable ChannelHandlerContext client;
  private @Nullable Channel upstream;
  private @Nullable Exchange exchange;
  private boolean ending;
  private boolean clientDone;
  private boolean asked;
  private boolean bodyWaitsForUpstream;

  private HttpRelay(HttpConnection connection, ProtectedPaths paths, int maxHeaderBytes) {
    this.connection = connection;
    this.admission = new RequestAdmission(connection, paths);
    this.maxHeaderBytes = maxHeaderBytes;
  }

  /**
   * Adds the relay to a client's pipeline, after TLS, and begins to read. The channel's autoRead
   * must be off.
   *
   * @param maxHeaderBytes of a request or response head, at least 1024
   */
  public static void install(
      ChannelPipeline pipeline,
      HttpConnection connection,
      ProtectedPaths paths,
      int maxHeaderBytes) {
    pipeline.addLast(
        new HttpServerCodec(strict(maxHeaderBytes)),
        new FlowControlHandler(),
        new HttpRelay(connection, paths, maxHeaderBytes));
  }

  private static HttpDecoderConfig strict(int maxHeaderBytes) {
    return new HttpDecoderConfig()
        .setMaxInitialLineLength(maxHeaderBytes)
        .setMaxHeaderSize(maxHeaderBytes)
        .setMaxChunkSize(MAX_CHUNK)
        .setAllowDuplicateContentLengths(false)
        .setStrictLineParsing(true)
        .setUseRfc9112TransferEncoding(true);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    client = context;
    ask(context);
  }

  /** Asks for the next message of the client's; until it came, every read that ends is repeated. */
  private void ask(ChannelHandlerContext context) {
    asked = true;
    context.read();
    endUnfinished();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (asked) {
      context.read();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    asked = false;
    if (ending) {
      ReferenceCountUtil.release(message);
    } else if (message instanceof HttpRequest request) {
      begin(context, request);
    } else {
      relayBody(context, (HttpContent) message);
    }
  }

  private void begin(ChannelHandlerContext context, HttpRequest request) {
    Exchange begun = new Exchange(request);
    exchange = begun;
    admission.decide(
        request,
        new RequestAdmission.Outcome() {
          @Override
          public void admitted(RequestTarget target) {
            if (isCurrent(begun)) {
              forward(context, begun, target);
            }
          }

          @Override
          public void refused(HttpResponseStatus status, String detail) {
            if (isCurrent(begun)) {
              answer(status, detail);
            }
          }
        });
  }

  private boolean isCurrent(Exchange begun) {
    return !ending && exchange == begun;
  }

  private void forward(ChannelHandlerContext context, Exchange begun, RequestTarget target) {
    RequestHead.relay(begun, target, connection);
    Channel kept = upstream;
    if (kept != null && kept.isActive()) {
      send(context, begun, kept, true);
    } else {
      // Its end may not have been told yet; it is none of this request's then.
      upstream = null;
      connect(context, begun);
    }
  }

  private void connect(ChannelHandlerContext context, Exchange begun) {
    connection
        .connectUpstream(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {
                channel
                    .pipeline()
                    .addLast(
                        new UpstreamEnd(HttpRelay.this),
                        new HttpClientCodec(strict(maxHeaderBytes), false, false),
                        new UpstreamResponses(HttpRelay.this));
              }
            })
        .addListener(
            (Future<Channel> connected) -> {
              if (!connected.isSuccess()) {
                if (exchange == begun) {
                  answer(unreachable(connected.cause()), "the upstream cannot be reached");
                }
              } else if (ending) {
                connected.getNow().close();
              } else {
                upstream = connected.getNow();
                send(context, begun, connected.getNow(), false);
              }
            });
  }

  private static HttpResponseStatus unreachable(@Nullable Throwable cause) {
    return cause instanceof ConnectTimeoutException
        ? HttpResponseStatus.GATEWAY_TIMEOUT
        : HttpResponseStatus.BAD_GATEWAY;
  }

  private void send(ChannelHandlerContext context, Exchange begun, Channel to, boolean reused) {
    begun.sentOn(reused);
    to.writeAndFlush(begun.request());
    to.read();
    if (begun.isRequestComplete()) {
      to.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
    } else {
      ask(context);
    }
  }

  private void relayBody(ChannelHandlerContext context, HttpContent content) {
    Exchange current = exchange;
    Channel to = upstream;
    if (current == null) {
      content.release();
      return;
    }
    if (content.decoderResult().isFailure()) {
      content.release();
      answer(HttpResponseStatus.BAD_REQUEST, "the request body is not valid HTTP/1.1");
      return;
    }
    if (content.content().isReadable()) {
      current.bodySeen();
    }
    if (content instanceof LastHttpContent last) {
      current.requestComplete();
      RequestHead.dropTrailers(last);
    }
    if (to == null) {
      // The kept connection is just being replaced, which happens only before any body.
      content.release();
      if (current.hasBody()) {
        upstreamFailed(current, "the upstream closed the connection before it answered");
      }
      return;
    }
    to.writeAndFlush(content);
    if (content instanceof LastHttpContent) {
      return;
    }
    if (to.isWritable()) {
      ask(context);
    } else {
      bodyWaitsForUpstream = true;
    }
  }

  /** The upstream can take more of the request's body. */
  void upstreamWritable() {
    if (bodyWaitsForUpstream && client != null) {
      bodyWaitsForUpstream = false;
      ask(client);
    }
  }

  /** A part of a response. Takes over the message's reference. */
  void fromUpstream(Channel from, HttpObject message) {
    Exchange current = exchange;
    ChannelHandlerContext to = client;
    if (ending || current == null || to == null || from != upstream) {
      ReferenceCountUtil.release(message);
      from.close();
      return;
    }
    if (message.decoderResult().isFailure()) {
      ReferenceCountUtil.release(message);
      upstreamFailed(current, "the upstream does not answer in HTTP/1.1");
      return;
    }
    if (message instanceof HttpResponse response) {
      ResponseHead.relay(response, current);
    }
    if (current.isInformational() && current.oldClient()) {
      ReferenceCountUtil.release(message);
    } else {
      to.write(message);
    }
    if (message instanceof LastHttpContent) {
      endOfResponse(to, current, from);
    } else if (to.channel().isWritable()) {
      from.read();
    }
  }

  private void endOfResponse(ChannelHandlerContext to, Exchange ended, Channel from) {
    if (ended.isInformational()) {
      ended.informational(false);
      to.flush();
      from.read();
      return;
    }
    if (ended.isUpgraded()) {
      to.flush();
      ending = true;
      WebSocketTunnel.replace(to.pipeline(), connection, from.pipeline());
      return;
    }
    exchange = null;
    if (!ended.upstreamStaysOpen()) {
      upstream = null;
      from.close();
    }
    if (ended.keepAlive() && ended.isRequestComplete() && !clientDone) {
      to.flush();
      ask(to);
      from.read();
    } else {
      ending = true;
      to.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
  }

  /** No more of the response is there for the moment. */
  void upstreamReadComplete() {
    if (client != null) {
      client.flush();
    }
  }

  /** The upstream's connection ended. */
  void upstreamClosed(Channel closed) {
    if (closed != upstream) {
      return;
    }
    upstream = null;
    Exchange current = exchange;
    ChannelHandlerContext context = client;
    if (ending || current == null || context == null) {
      return;
    }
    if (current.mayRetry()) {
      connect(context, current);
    } else {
      upstreamFailed(current, "the upstream closed the connection before it answered");
    }
  }

  private void upstreamFailed(Exchange failed, String detail) {
    if (failed.isResponseStarted()) {
      // Half an answer cannot be taken back: the cut connection tells the client.
      end();
    } else {
      answer(HttpResponseStatus.BAD_GATEWAY, detail);
    }
  }

  private void answer(HttpResponseStatus status, String detail) {
    ChannelHandlerContext to = client;
    ending = true;
    exchange = null;
    closeUpstream();
    if (to != null) {
      to.writeAndFlush(ProblemResponse.of(status, detail)).addListener(ChannelFutureListener.CLOSE);
    }
  }

  private void end() {
    ending = true;
    exchange = null;
    closeUpstream();
    if (client != null) {
      client.close();
    }
  }

  private void closeUpstream() {
    Channel open = upstream;
    upstream = null;
    if (open != null) {
      open.close();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    Channel from = upstream;
    if (context.channel().isWritable() && from != null && exchange != null) {
      from.read();
    }
    context.fireChannelWritabilityChanged();
  }

  /** The client sends no more requests; the one that is being answered is still answered. */
  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      clientDone = true;
      if (exchange == null && !ending) {
        end();
      }
      endUnfinished();
    }
    context.fireUserEventTriggered(event);
  }

  /** A request whose rest is asked for, and does not come any more, would be waited for. */
  private void endUnfinished() {
    if (clientDone && asked && !ending && exchange != null && !exchange.isRequestComplete()) {
      end();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    ending = true;
    exchange = null;
    closeUpstream();
    context.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    end();
  }
}
