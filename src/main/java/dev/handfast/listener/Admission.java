package dev.handfast.listener;

import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Decides whether a listener takes one more connection. Called on the connection's event loop;
 * nothing blocks.
 *
 * <p>When all places for handshakes are taken, the handshake that has been running the longest
 * makes room: a client at work needs its place for some round trips, and whoever says nothing keeps
 * it. Each event loop knows the order of its own, for which nothing need be locked; connections are
 * spread over the loops evenly.
 */
final class Admission {

  private final ListenerMeters meters;
  private final AddressRates rates;
  private final Map<EventLoop, Set<GatewayConnection>> handshaking = new ConcurrentHashMap<>();

  Admission(ListenerMeters meters, LongSupplier ticker) {
    this.meters = meters;
    this.rates = new AddressRates(ticker);
  }

  /**
   * Takes a place for a connection and its handshake.
   *
   * @param loop the event loop of the connection
   * @return the limit that stands against it, then no place is taken
   */
  Optional<Limit> enter(ListenerSnapshot.Limits limits, EventLoop loop) {
    if (meters.connections.incrementAndGet() > limits.connections()) {
      meters.connections.decrementAndGet();
      return refuse(Limit.CONNECTIONS);
    }
    int most = limits.handshakesInProgress();
    if (meters.handshakesInProgress.incrementAndGet() > most && !makeRoom(loop, most)) {
      meters.handshakesInProgress.decrementAndGet();
      meters.connections.decrementAndGet();
      return refuse(Limit.HANDSHAKES_IN_PROGRESS);
    }
    return Optional.empty();
  }

  private boolean makeRoom(EventLoop loop, int most) {
    Iterator<GatewayConnection> oldestFirst = handshakingOn(loop).iterator();
    if (!oldestFirst.hasNext()) {
      return false;
    }
    GatewayConnection oldest = oldestFirst.next();
    meters.refused(Limit.HANDSHAKES_IN_PROGRESS);
    oldest.handshakeEnded();
    OverdueHandshake.end(oldest, "before it made room for others: %d were running".formatted(most));
    return true;
  }

  /** Whether the client's address may open one more connection; asked once it is known. */
  Optional<Limit> admit(InetAddress client, ListenerSnapshot.Limits limits) {
    int rate = limits.newConnectionsPerSecondPerAddress();
    if (rate > 0 && !rates.admit(client, rate)) {
      return refuse(Limit.NEW_CONNECTIONS_PER_SECOND_PER_ADDRESS);
    }
    return Optional.empty();
  }

  /** A connection that entered begins. */
  void handshakeBegins(GatewayConnection connection) {
    handshakingOn(connection.channel().eventLoop()).add(connection);
  }

  /** The handshake ended, whatever its result. Once per connection that entered. */
  void handshakeEnded(GatewayConnection connection) {
    handshakingOn(connection.channel().eventLoop()).remove(connection);
    meters.handshakesInProgress.decrementAndGet();
  }

  /** The connection ended. Once per connection that entered. */
  void leave() {
    meters.connections.decrementAndGet();
  }

  private Set<GatewayConnection> handshakingOn(EventLoop loop) {
    return handshaking.computeIfAbsent(loop, first -> new LinkedHashSet<>());
  }

  private Optional<Limit> refuse(Limit limit) {
    meters.refused(limit);
    return Optional.of(limit);
  }
}
