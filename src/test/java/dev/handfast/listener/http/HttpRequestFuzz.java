package dev.handfast.listener.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Anything as a request of a client who may not have {@code /admin/**}. However an upstream reads
 * the path that reaches it, it must not be under {@code /admin}.
 */
public final class HttpRequestFuzz {

  private static final ProtectedPaths PATHS = ProtectedPaths.of(Map.of("/admin/**", "admins"));
  private static final int MAX_HEADER_BYTES = 16_384;

  private HttpRequestFuzz() {}

  /** Called by the fuzzer. */
  public static void fuzzerTestOneInput(byte[] data) {
    EmbeddedChannel upstream = new EmbeddedChannel();
    EmbeddedChannel client = new EmbeddedChannel();
    try {
      HttpRelay.install(client.pipeline(), new Denied(client, upstream), PATHS, MAX_HEADER_BYTES);
      client.writeInbound(Unpooled.wrappedBuffer(data));
      client.runPendingTasks();
      client.checkException();
      String sent = text(upstream);
      int end = sent.indexOf('\n');
      if (end >= 0 && isUnderAdmin(sent.substring(0, end))) {
        throw new AssertionError("reached the upstream: " + sent.substring(0, end));
      }
    } finally {
      client.finishAndReleaseAll();
      upstream.finishAndReleaseAll();
    }
  }

  private static String text(EmbeddedChannel channel) {
    StringBuilder text = new StringBuilder();
    for (Object part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
      if (part instanceof ByteBuf bytes) {
        text.append(bytes.toString(StandardCharsets.ISO_8859_1));
      }
      ReferenceCountUtil.release(part);
    }
    return text.toString();
  }

  /** As upstreams read it: raw, and after everything that one of them may remove or decode. */
  private static boolean isUnderAdmin(String requestLine) {
    String[] parts = requestLine.split(" ");
    if (parts.length < 2) {
      return false;
    }
    String path = parts[1].split("[?#]", 2)[0];
    return List.of(path, decoded(path), resolved(path), resolved(decoded(path))).stream()
        .anyMatch(read -> read.equals("/admin") || read.startsWith("/admin/"));
  }

  private static String decoded(String path) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < path.length(); i++) {
      String hex =
          path.charAt(i) == '%' && i + 2 < path.length() ? path.substring(i + 1, i + 3) : "";
      if (hex.toLowerCase(Locale.ROOT).matches("[0-9a-f]{2}")) {
        text.append((char) Integer.parseInt(hex, 16));
        i += 2;
      } else {
        text.append(path.charAt(i));
      }
    }
    return text.toString();
  }

  private static String resolved(String path) {
    Deque<String> segments = new ArrayDeque<>();
    for (String raw : path.replace('\\', '/').split("/")) {
      String segment = raw.split(";", 2)[0];
      if (segment.equals("..")) {
        segments.pollLast();
      } else if (!segment.isEmpty() && !segment.equals(".")) {
        segments.addLast(segment);
      }
    }
    return "/" + String.join("/", segments);
  }

  private static final class Denied extends LocalhostConnection {

    private final EmbeddedChannel client;
    private final EmbeddedChannel upstream;

    Denied(EmbeddedChannel client, EmbeddedChannel upstream) {
      this.client = client;
      this.upstream = upstream;
    }

    @Override
    public Future<Channel> connectUpstream(ChannelInitializer<Channel> initializer) {
      upstream.pipeline().addLast(initializer);
      return client.eventLoop().newSucceededFuture(upstream);
    }

    @Override
    public Future<Access> authorize(String policy, String path) {
      return client.eventLoop().newSucceededFuture(Access.denied("No."));
    }
  }
}
