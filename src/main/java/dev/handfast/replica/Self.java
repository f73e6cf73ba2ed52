package dev.handfast.replica;

import dev.handfast.replica.Replica.State;
import java.time.InstantSource;
import java.util.function.Supplier;

/** This process as a replica. Any thread; never blocks. */
final class Self {

  private final Identity identity;
  private final Supplier<Condition> condition;
  private final InstantSource clock;

  /**
   * This process.
   *
   * @param condition asked for each time
   */
  Self(Identity identity, Supplier<Condition> condition, InstantSource clock) {
    this.identity = identity;
    this.condition = condition;
    this.clock = clock;
  }

  String id() {
    return identity.id();
  }

  String name() {
    return identity.name();
  }

  /** How it is now. */
  Replica now() {
    Condition now = condition.get();
    return new Replica(
        identity.id(),
        identity.name(),
        State.SELF,
        now.address(),
        identity.version(),
        identity.startedAt(),
        clock.instant(),
        now.revision(),
        now.configurationInForce(),
        now.connections());
  }

  /** What changes while it runs; see {@link Replica}. */
  record Condition(String address, long revision, boolean configurationInForce, int connections) {}
}
