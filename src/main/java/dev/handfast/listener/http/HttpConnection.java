package dev.handfast.listener.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the relay needs from the secure channel that it runs on. Called on its event loop only. */
public interface HttpConnection {

  /** Where the client is, for {@code X-Forwarded-For}. */
  InetSocketAddress clientAddress();

  /** The port where the client arrived, for {@code X-Forwarded-Port}. */
  int localPort();

  /** The server name of the handshake, or null. */
  @Nullable String serverName();

  /**
   * Whether a request for this host belongs here: another route may ask for another client
   * certificate, which naming that route's host in a request must not avoid.
   *
   * @param host in lower case, without port and trailing dot
   */
  boolean serves(String host);

  /** Reads on and on from now, or no longer; at first only what is asked for is read. */
  void readFreely(boolean freely);

  /** The client's authenticated certificates, its own first; empty without. */
  List<X509Certificate> clientChain();

  /**
   * Connects to the upstream, on the same event loop and with autoRead off.
   *
   * @param initializer adds the relay's handlers, after TLS where the upstream wants it
   */
  Future<Channel> connectUpstream(ChannelInitializer<Channel> initializer);

  /**
   * Asks whether the client may have a protected path, obtaining a certificate first if that is
   * possible. Never fails; completes on the event loop.
   *
   * @param policy the client-auth policy that the path demands
   */
  Future<Access> authorize(String policy, String path);

  /**
   * An answer to {@link #authorize}.
   *
   * @param howTo when not allowed: what the client can do about it; says nothing of the policy
   */
  record Access(boolean allowed, String howTo) {

    /** The client may have it. */
    public static final Access ALLOWED = new Access(true, "");

    /** The client may not have it. */
    public static Access denied(String howTo) {
      return new Access(false, howTo);
    }
  }
}
