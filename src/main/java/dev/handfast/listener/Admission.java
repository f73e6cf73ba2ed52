package dev.handfast.listener;

import java.net.InetAddress;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Decides whether a listener takes one more connection. Any thread; nothing blocks. */
final class Admission {

  private final ListenerMeters meters;
  private final AddressRates rates;

  Admission(ListenerMeters meters, LongSupplier ticker) {
    this.meters = meters;
    this.rates = new AddressRates(ticker);
  }

  /**
   * Takes a place for a connection and its handshake.
   *
   * @return the limit that stands against it, then no place is taken
   */
  Optional<Limit> enter(ListenerSnapshot.Limits limits) {
    if (meters.connections.incrementAndGet() > limits.connections()) {
      meters.connections.decrementAndGet();
      return refuse(Limit.CONNECTIONS);
    }
    if (meters.handshakesInProgress.incrementAndGet() > limits.handshakesInProgress()) {
      meters.handshakesInProgress.decrementAndGet();
      meters.connections.decrementAndGet();
      return refuse(Limit.HANDSHAKES_IN_PROGRESS);
    }
    return Optional.empty();
  }

  /** Whether the client's address may open one more connection; asked once it is known. */
  Optional<Limit> admit(InetAddress client, ListenerSnapshot.Limits limits) {
    int rate = limits.newConnectionsPerSecondPerAddress();
    if (rate > 0 && !rates.admit(client, rate)) {
      return refuse(Limit.NEW_CONNECTIONS_PER_SECOND_PER_ADDRESS);
    }
    return Optional.empty();
  }

  /** The handshake ended, whatever its result. Once per connection that entered. */
  void handshakeEnded() {
    meters.handshakesInProgress.decrementAndGet();
  }

  /** The connection ended. Once per connection that entered. */
  void leave() {
    meters.connections.decrementAndGet();
  }

  private Optional<Limit> refuse(Limit limit) {
    meters.refused(limit);
    return Optional.of(limit);
  }
}
